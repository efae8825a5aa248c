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

// Migrate brings the tables of a component up to date with fsys: NNNN_what.sql at its root, in plain SQL, each run whole and once, in
// the order of the numbers. Each component has its own version table, migrations_<component>, so that several can share a store.
// On PostgreSQL processes that start together take turns.
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
	steps, err := steps(fsys)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{
		goose.WithGoMigrations(steps...),
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
	provider, err := goose.NewProvider(dialect, conn, nil, options...)
	if err != nil {
		return err
	}
	if db.engine == SQLite {
		return db.migrateGuarded(ctx, conn, provider)
	}
	_, err = provider.Up(ctx)
	return err
}

// steps are the files of fsys. goose does not parse them: to find out where a statement ends it takes 4 MB for every line, which was
// a fifth of the time of tests that start many stores.
func steps(fsys fs.FS) ([]*goose.Migration, error) {
	files, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]*goose.Migration, len(files))
	for i, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return nil, err
		}
		statements, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		steps[i] = goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			return nil
		}}, nil)
	}
	return steps, nil
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
