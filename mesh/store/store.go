package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Engine is the kind of database.
type Engine string

// The engines. SQLite is for one process, PostgreSQL for many.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgresql"
)

// Config says where a store is.
type Config struct {
	Engine Engine
	// Dir is the folder of the SQLite files, made when it is missing. A store's file is Dir/<name>.db.
	Dir string
	// DSN is the URL of the PostgreSQL database, `postgres://user:password@host:5432/database`.
	DSN string
	// TextGuards has SQLite refuse a []byte bound to a TEXT column, as tests want it: see addTextGuards. It takes a third of the time of
	// a write.
	TextGuards bool
	// Commits counts the transactions that were committed, if it is set. On SQLite each is one fsync.
	Commits prometheus.Counter
}

// Querier reads. A DB reads what was committed before; a Tx also what it wrote itself.
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// ErrNoRows is what Scan of a QueryRow answers when there is no row.
var ErrNoRows = sql.ErrNoRows

// backend is what an engine brings.
type backend interface {
	write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error
	// migrating opens a connection pool that may change the schema.
	migrating() (*sql.DB, error)
	close() error
}

// reader reads beside the writes.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	Close() error
}

// DB is the store of one service. It is safe for concurrent use.
type DB struct {
	name    string
	engine  Engine
	guarded bool // texts, by triggers
	reads   reader
	backend backend
	close   func() error
}

var (
	_ Querier = (*DB)(nil)
	_ Querier = (*Tx)(nil)
)

// names of stores and components become parts of file, schema and table names.
var names = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// Open opens the store of the name, made when it does not exist. Names are lower case letters, digits and `_`.
func Open(ctx context.Context, name string, cfg Config) (*DB, error) {
	if !names.MatchString(name) {
		return nil, fmt.Errorf("store: %q is not a name of lower case letters, digits and _", name)
	}
	if cfg.Commits == nil {
		cfg.Commits = prometheus.NewCounter(prometheus.CounterOpts{Name: "uncounted"})
	}
	db, err := openEngine(ctx, name, cfg)
	if err != nil {
		return nil, public(fmt.Errorf("store: open %s (%s): %w", name, cfg.Engine, err))
	}
	db.name, db.engine, db.guarded = name, cfg.Engine, cfg.TextGuards
	db.close = sync.OnceValue(func() error {
		err := db.backend.close()
		if closed := db.reads.Close(); err == nil {
			err = closed
		}
		return err
	})
	return db, nil
}

func openEngine(ctx context.Context, name string, cfg Config) (*DB, error) {
	switch cfg.Engine {
	case SQLite:
		return openSQLite(ctx, name, cfg)
	case PostgreSQL:
		return openPostgreSQL(ctx, name, cfg)
	default:
		return nil, fmt.Errorf("there is no engine %q", cfg.Engine)
	}
}

// Engine that holds the rows.
func (db *DB) Engine() Engine { return db.engine }

// Name that the store was opened by.
func (db *DB) Name() string { return db.name }

// Close waits for the writes under way and closes the store. Closing again answers the same.
func (db *DB) Close() error { return db.close() }

// Query reads outside a write. A statement that would write fails.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := db.reads.QueryContext(ctx, query, args...)
	return rows, public(err)
}

// QueryRow reads one row outside a write. A statement that would write fails.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return db.reads.QueryRowContext(ctx, query, args...)
}

// Write runs fn in a transaction. When it returns nil the rows are durable: on SQLite they were fsynced, on PostgreSQL
// the server said so. Otherwise nothing of fn is kept, and its error is returned as it is; a panic in it becomes an
// error of this caller alone.
//
// fn may run more than once, so it has no effect outside tx but through Tx.AfterCommit. It does no I/O: on SQLite other
// writers wait for it, and its context never ends. Errors: what fn returns; the context's, when it ended before the
// commit; a fault UNAVAILABLE, STORE_CONTENDED when a PostgreSQL transaction lost against others again and again, and
// STORE_UNAVAILABLE when the disk is full or the server away.
func (db *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return public(db.backend.write(ctx, fn))
}
