package store

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the tables of a component up to date with fsys: *.sql at its root, in goose's format. Each component
// has its own version table, migrations_<component>, so that several can share a store. On PostgreSQL processes that
// start together take turns.
func (db *DB) Migrate(ctx context.Context, component string, fsys fs.FS) error {
	if !names.MatchString(component) {
		return fmt.Errorf("store: %q is not a name of lower case letters, digits and _", component)
	}
	if err := db.migrate(ctx, component, fsys); err != nil {
		return public(fmt.Errorf("store: migrate %s in %s: %w", component, db.name, err))
	}
	return nil
}

func (db *DB) migrate(ctx context.Context, component string, fsys fs.FS) error {
	conn, err := db.backend.migrating()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	options := []goose.ProviderOption{
		goose.WithTableName("migrations_" + component),
		goose.WithDisableGlobalRegistry(true),
		goose.WithSlog(slog.New(slog.DiscardHandler)),
	}
	dialect := goose.DialectSQLite3
	if db.engine == PostgreSQL {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(lockID(db.name, component)), lock.WithLockTimeout(1, 300))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, conn, fsys, options...)
	if err != nil {
		return err
	}
	if db.engine == SQLite {
		return db.migrateGuarded(ctx, conn, provider)
	}
	_, err = provider.Up(ctx)
	return err
}

// migrateGuarded takes the guards away while tables change. Where nothing changes they stay: to make them anew took a fifth of a
// start.
func (db *DB) migrateGuarded(ctx context.Context, conn *sql.DB, provider *goose.Provider) error {
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return err
	}
	if pending || !db.guarded {
		if err := atOnce(ctx, conn, dropTextGuards); err != nil {
			return err
		}
	}
	if pending {
		if _, err := provider.Up(ctx); err != nil {
			return err
		}
	}
	if !db.guarded {
		return nil
	}
	return atOnce(ctx, conn, addTextGuards)
}

// atOnce runs many statements in one transaction: each alone would wait for the disk.
func atOnce(ctx context.Context, conn *sql.DB, fn func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// lockID is the advisory lock of one component's migrations.
func lockID(name, component string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name + "/" + component))
	return int64(h.Sum64())
}
