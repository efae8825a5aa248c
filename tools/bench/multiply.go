package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
)

// grown are the tables that grow with every conversation, by store, and their columns that hold ids and unique hashes. They
// belong to the services; a measurement may know them, the product may not.
var grown = []struct {
	store, table string
	ids, hashes  []string
}{
	{"identity", "customers", []string{"id"}, nil},
	{"identity", "handles", []string{"customer_id"}, []string{"blind"}},
	{"context", "conversations", []string{"id", "customer_id"}, nil},
	{"context", "messages", []string{"id", "conversation_id", "customer_id", "in_reply_to"}, []string{"external_key"}},
	{"context", "recorded_events", []string{"customer_id", "conversation_id", "message_id"}, []string{"key"}},
	{"assistant", "dialogues", []string{"conversation_id", "customer_id"}, nil},
	{"channels", "deliveries", []string{"id", "message_id", "customer_id"}, []string{"external_key"}},
}

// step is how many copies of every row one transaction makes.
const step = 32

// multiply what is stored of so many conversations to size, in the folder of a platform that does not run.
func multiply(ctx context.Context, dir string, stored, size int) error {
	for _, g := range grown {
		db, err := store.Open(ctx, g.store, store.Config{Engine: store.SQLite, Dir: dir})
		if err != nil {
			return err
		}
		err = copyRows(ctx, db, g.table, g.ids, g.hashes, stored/crowded, size/crowded)
		if closed := db.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return fmt.Errorf("%s of %s: %w", g.table, g.store, err)
		}
	}
	return nil
}

// copyRows makes the copies from one number to another of the rows that are no copies.
func copyRows(ctx context.Context, db *store.DB, table string, ids, hashes []string, from, to int) error {
	columns, err := columnsOf(ctx, db, table)
	if err != nil {
		return err
	}
	values := make([]string, len(columns))
	for i, column := range columns {
		values[i] = valueOf(column, ids, hashes)
	}
	copies := `WITH RECURSIVE copies (n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM copies WHERE n + 1 < $2)
		INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) SELECT ` + strings.Join(values, ", ") + `
		FROM ` + table + ` CROSS JOIN copies WHERE instr(` + ids[0] + `, '~') = 0`
	for at := from; at < to; at += step {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, copies, at, min(at+step, to))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// valueOf a column in a copy. The mark keeps a copy from being copied.
func valueOf(column string, ids, hashes []string) string {
	for _, id := range ids {
		if id == column {
			return `CASE ` + column + ` WHEN '' THEN '' ELSE ` + column + ` || '~' || copies.n END`
		}
	}
	for _, hash := range hashes {
		if hash == column {
			return `CASE WHEN ` + column + ` IS NULL THEN NULL ELSE randomblob(32) END`
		}
	}
	return column
}

func columnsOf(ctx context.Context, db *store.DB, table string) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return columns, rows.Err()
}
