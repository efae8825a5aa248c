// Package sqlstore keeps the inbox and the deliveries in portable SQL. Store is an inbox.Store and a delivery.Store;
// their contracts run it on SQLite and on PostgreSQL.
package sqlstore

import (
	"context"
	"embed"
	"io/fs"
	"strconv"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is both, over one database.
type Store struct{ db *store.DB }

// New migrates the tables in db.
func New(ctx context.Context, db *store.DB) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "channels", files); err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// in writes "($2,$3)" for two values from $2 on, and appends them to the arguments.
func in(args []any, values []string) (string, []any) {
	marks := make([]string, len(values))
	for i, v := range values {
		args = append(args, v)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	return "(" + strings.Join(marks, ",") + ")", args
}
