package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
)

// growing is a table that grows with every conversation, and its columns that hold ids and unique hashes. It belongs to a service;
// a measurement may know it, the product may not.
type growing struct {
	store, table string
	ids, hashes  []string
	// of is the table of the same store that has one row for each conversation, or customer.
	of string
}

// grown are these; of one store, what is counted comes last.
var grown = []growing{
	{"identity", "handles", []string{"customer_id"}, []string{"blind"}, "customers"},
	{"identity", "customers", []string{"id"}, nil, "customers"},
	{"context", "messages", []string{"id", "conversation_id", "customer_id", "in_reply_to"}, []string{"external_key"}, "conversations"},
	{"context", "recorded_events", []string{"customer_id", "conversation_id", "message_id"}, []string{"key"}, "conversations"},
	{"context", "conversations", []string{"id", "customer_id"}, nil, "conversations"},
	{"assistant", "dialogues", []string{"conversation_id", "customer_id"}, nil, "dialogues"},
	{"channels", "deliveries", []string{"id", "message_id", "customer_id"}, []string{"external_key"}, "deliveries"},
}

// step is how many copies of every row one transaction makes.
const step = 32

// multiply what is stored to so many conversations, in the folder of a platform that does not run.
func multiply(ctx context.Context, dir string, size int) error {
	for _, g := range grown {
		db, err := store.Open(ctx, g.store, store.Config{Engine: store.SQLite, Dir: dir})
		if err != nil {
			return err
		}
		err = g.multiply(ctx, db, size)
		if closed := db.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return fmt.Errorf("%s of %s: %w", g.table, g.store, err)
		}
	}
	return nil
}

// multiply the rows of the table. Its indexes are made anew afterwards: sorting is faster than inserting.
func (g growing) multiply(ctx context.Context, db *store.DB, size int) error {
	var originals int
	if err := db.QueryRow(ctx, `SELECT count(*) FROM `+g.of).Scan(&originals); err != nil {
		return err
	}
	if size < 2*originals {
		return nil
	}
	indexes, err := dropIndexes(ctx, db, g.table)
	if err != nil {
		return err
	}
	if err := copyRows(ctx, db, g.table, g.ids, g.hashes, size/originals); err != nil {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, index := range indexes {
			if _, err := tx.Exec(ctx, index); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropIndexes answers the statements that make them.
func dropIndexes(ctx context.Context, db *store.DB, table string) (statements []string, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL`, table)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		var names []string
		statements = nil
		for rows.Next() {
			var name, statement string
			if err := rows.Scan(&name, &statement); err != nil {
				return err
			}
			names, statements = append(names, name), append(statements, statement)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, name := range names {
			if _, err := tx.Exec(ctx, `DROP INDEX `+name); err != nil {
				return err
			}
		}
		return nil
	})
	return statements, err
}

// copyRows has the rows of a table be there so many times.
func copyRows(ctx context.Context, db *store.DB, table string, ids, hashes []string, times int) error {
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
		FROM originals CROSS JOIN copies`
	originals := func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `CREATE TEMP TABLE originals AS SELECT * FROM `+table)
		return err
	}
	if err := db.Write(ctx, originals); err != nil {
		return err
	}
	for at := 1; at < times; at += step {
		err := db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, copies, at, min(at+step, times))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// valueOf a column in a copy.
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
