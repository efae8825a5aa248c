package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// attempts of a transaction that loses against others; with the pauses between them about two seconds.
	attempts     = 30
	firstPause   = time.Millisecond
	longestPause = 100 * time.Millisecond
	connections  = 16
)

// postgresBackend runs every write as a SERIALIZABLE transaction of its own.
type postgresBackend struct {
	config  pgx.ConnConfig
	writes  *sql.DB
	commits prometheus.Counter
}

func openPostgreSQL(ctx context.Context, name string, cfg Config) (*DB, error) {
	config, err := pgx.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["search_path"] = name
	config.RuntimeParams["timezone"] = "UTC"
	// Write promises that its rows are durable, whatever the server's default.
	config.RuntimeParams["synchronous_commit"] = "on"
	readonly := config.Copy()
	readonly.RuntimeParams["default_transaction_read_only"] = "on"

	b := &postgresBackend{config: *config, writes: pool(*config), commits: cfg.Commits}
	if err := b.makeSchema(ctx, name); err != nil {
		_ = b.close()
		return nil, err
	}
	return &DB{reads: pool(*readonly), backend: b}, nil
}

func pool(config pgx.ConnConfig) *sql.DB {
	db := stdlib.OpenDB(config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// makeSchema looks first: IF NOT EXISTS still needs the right to create, which production may withhold, and fails with
// a unique violation when two processes race.
func (b *postgresBackend) makeSchema(ctx context.Context, name string) error {
	const exists = `SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)`
	var there bool
	if err := b.writes.QueryRowContext(ctx, exists, name).Scan(&there); err != nil || there {
		return err
	}
	_, err := b.writes.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{name}.Sanitize())
	if IsUniqueViolation(err) {
		return nil
	}
	return err
}

func (b *postgresBackend) write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		hooks, err := b.once(ctx, fn)
		if err == nil {
			for _, hook := range hooks {
				hook()
			}
			return nil
		}
		if !lost(err) || attempt == attempts {
			return err
		}
		if err := wait(ctx, pause/2+rand.N(pause)); err != nil {
			return err
		}
		pause = min(2*pause, longestPause)
	}
}

func (b *postgresBackend) once(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) ([]func(), error) {
	on, err := b.writes.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return nil, fmt.Errorf("store: begin: %w", err)
	}
	defer func() { _ = on.Rollback() }() // nothing after the commit
	tx := &Tx{on: on}
	if err := tx.run(ctx, fn); err != nil {
		if lost(tx.failed) { // whatever the closure made of it
			return nil, tx.failed
		}
		return nil, err
	}
	err = on.Commit()
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil { // database/sql was quicker to roll back
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("store: commit: %w", err)
	}
	b.commits.Inc()
	return tx.hooks, nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *postgresBackend) migrating() (*sql.DB, error) { return stdlib.OpenDB(b.config), nil }

func (b *postgresBackend) close() error { return b.writes.Close() }
