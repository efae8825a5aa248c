package outbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/store"
)

// columns in the order of scan; byOrder is that of publication: whole keys, each by its sequence.
const (
	columns = `id, partition_key, sequence, subject, data`
	byOrder = ` ORDER BY partition_key, sequence, created_time, id`
)

// unpublished reads a batch of what was added up to a time; the zero time means everything.
func (o *Outbox) unpublished(ctx context.Context, until time.Time) ([]event, error) {
	if until.IsZero() {
		return o.read(ctx, `SELECT `+columns+` FROM outbox WHERE published_time = 0`+byOrder+` LIMIT $1`, batch)
	}
	// Of a key whose first event is old, the young ones may come along; a young one never without the old.
	return o.read(ctx, `SELECT `+columns+` FROM outbox WHERE published_time = 0 AND partition_key IN
		(SELECT partition_key FROM outbox WHERE published_time = 0 AND created_time <= $1)`+byOrder+` LIMIT $2`, store.Micros(until), batch)
}

// unpublishedOf reads the first unpublished events of the keys of these, of each key no more than its turn.
func (o *Outbox) unpublishedOf(ctx context.Context, events []event) ([]event, error) {
	seen := map[string]bool{}
	var keys []any
	for _, e := range events {
		if !seen[e.key] {
			seen[e.key] = true
			keys = append(keys, e.key)
		}
	}
	return o.read(ctx, `SELECT `+columns+` FROM (SELECT `+columns+`, created_time, row_number() OVER
		(PARTITION BY partition_key ORDER BY sequence, created_time, id) AS place FROM outbox
		WHERE published_time = 0 AND partition_key IN `+list(2, len(keys))+`) AS first WHERE place <= $1`+byOrder, append([]any{turn}, keys...)...)
}

func (o *Outbox) read(ctx context.Context, query string, args ...any) ([]event, error) {
	rows, err := o.db.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("outbox: read: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var events []event
	for rows.Next() {
		var e event
		if err := rows.Scan(&e.id, &e.key, &e.sequence, &e.subject, &e.data); err != nil {
			return nil, fmt.Errorf("outbox: read: %w", err)
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

// mark writes down that the bus confirmed the events. Lists are filled up to powers of two with the last id, so that
// there are few statements to keep prepared.
func (o *Outbox) mark(ctx context.Context, events []event) error {
	args := []any{store.Micros(o.clock())}
	for _, e := range events {
		args = append(args, e.id)
	}
	for n := len(events); n&(n-1) != 0; n++ {
		args = append(args, events[len(events)-1].id)
	}
	return o.exec(ctx, `UPDATE outbox SET published_time = $1 WHERE id IN `+list(2, len(args)-1), args...)
}

// unmark forgets all confirmations: the bus may have.
func (o *Outbox) unmark(ctx context.Context) error {
	return o.exec(ctx, `UPDATE outbox SET published_time = 0 WHERE published_time > 0`)
}

func (o *Outbox) deleteOld(ctx context.Context) error {
	return o.exec(ctx, `DELETE FROM outbox WHERE published_time > 0 AND published_time <= $1`, store.Micros(o.clock().Add(-kept)))
}

func (o *Outbox) exec(ctx context.Context, query string, args ...any) error {
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox: write: %w", err)
	}
	return nil
}

// list is `($from,$from+1,...)` of n parameters.
func list(from, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",$%d", from+i)
	}
	return "(" + b.String()[1:] + ")"
}
