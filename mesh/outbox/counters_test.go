package outbox

import (
	"context"
	"testing/fstest"

	"github.com/parleyhq/parley/mesh/store"
)

// counters give each key's next sequence, as conversations do.
var counters = fstest.MapFS{"0001_counters.sql": {Data: []byte(`CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);`)}}

// appendNext adds the next event of the key.
func appendNext(o *Outbox, key string) func(ctx context.Context, tx *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		var sequence int64
		err := tx.QueryRow(ctx, `INSERT INTO counters (name, value) VALUES ($1, 1)
			ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`, key).Scan(&sequence)
		if err != nil {
			return err
		}
		return o.Add(ctx, tx, "test."+key, numbered(key, sequence))
	}
}
