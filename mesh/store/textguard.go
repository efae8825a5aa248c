package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

const guardPrefix = "text_guard_"

// addTextGuards has SQLite refuse a blob in a TEXT column. SQLite keeps the type that was bound, whatever the column
// says, and a blob never equals a text; PostgreSQL takes the same []byte for text. The mistake is one of the code, so tests look
// for it: triggers took a third of the processor time of a whole turn.
func addTextGuards(ctx context.Context, tx *sql.Tx) error {
	columns, err := textColumns(ctx, tx)
	if err != nil {
		return err
	}
	for table, texts := range columns {
		blobs := make([]string, len(texts))
		for i, column := range texts {
			blobs[i] = fmt.Sprintf("typeof(NEW.%q) = 'blob'", column)
		}
		for _, event := range []string{"INSERT", "UPDATE"} {
			_, err := tx.ExecContext(ctx, fmt.Sprintf(
				`CREATE TRIGGER IF NOT EXISTS "%s%s_%s" BEFORE %s ON %q WHEN %s
				BEGIN SELECT RAISE(ABORT, 'a []byte was bound to a TEXT column of %s: bind a string'); END`,
				guardPrefix, strings.ToLower(event), table, event, table, strings.Join(blobs, " OR "), table))
			if err != nil {
				return fmt.Errorf("guard the text of %s: %w", table, err)
			}
		}
	}
	return nil
}

func textColumns(ctx context.Context, tx *sql.Tx) (map[string][]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'migrations_%' AND upper(c.type) = 'TEXT'`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return nil, err
		}
		columns[table] = append(columns[table], column)
	}
	return columns, rows.Err()
}

// dropTextGuards clears the way for migrations: a trigger that names a column keeps it from being dropped or renamed.
func dropTextGuards(ctx context.Context, tx *sql.Tx) error {
	guards, err := textGuards(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range guards {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(`DROP TRIGGER %q`, name)); err != nil {
			return err
		}
	}
	return nil
}

func textGuards(ctx context.Context, tx *sql.Tx) (guards []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE $1`, guardPrefix+"%")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		guards = append(guards, name)
	}
	return guards, rows.Err()
}
