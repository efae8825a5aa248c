package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqliteBackend writes through one connection, owned by the group-commit writer.
type sqliteBackend struct {
	dsn    string
	db     *sql.DB
	writer *writer
}

// cacheSize of a connection, in kB: the default of 2 MB has the pages of the indexes read again and again.
const cacheSize = "cache_size(-8000)"

func openSQLite(ctx context.Context, name string, cfg Config) (*DB, error) {
	path, err := filepath.Abs(filepath.Join(cfg.Dir, name+".db"))
	if err != nil {
		return nil, err
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return nil, err
	}
	// wal_autocheckpoint, in pages of 4 kB: the same pages change again and again, and are copied into the database once for all.
	// _txlock: a transaction that begins by reading would fail at its first write when another wrote in between, with no
	// waiting: https://sqlite.org/isolation.html. synchronous=FULL: in WAL mode NORMAL does not fsync at commit.
	dsn := sqliteDSN(path, "_txlock", "immediate", "_pragma", "busy_timeout(10000)", "_pragma", "journal_mode(WAL)",
		"_pragma", "synchronous(FULL)", "_pragma", "foreign_keys(1)", "_pragma", cacheSize, "_pragma", "wal_autocheckpoint(8000)")
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	// SQLite ignores sql.TxOptions.ReadOnly; query_only is what holds.
	reads, err := sql.Open("sqlite", sqliteDSN(path, "_pragma", "busy_timeout(10000)", "_pragma", cacheSize, "_pragma", "query_only(1)"))
	if err != nil {
		_ = conn.Close()
		_ = db.Close()
		return nil, err
	}
	reads.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	reads.SetMaxIdleConns(max(4, runtime.GOMAXPROCS(0)))
	return &DB{reads: newSQLiteReads(reads), backend: &sqliteBackend{dsn: dsn, db: db, writer: newWriter(conn, cfg.Commits)}}, nil // the writer outlives the opening
}

func sqliteDSN(path string, settings ...string) string {
	query := url.Values{}
	for i := 0; i < len(settings); i += 2 {
		query.Add(settings[i], settings[i+1])
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String()
}

// makeDir makes the folder and has its name survive a power cut, as the rows in it will.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	parent, err := os.Open(filepath.Dir(dir))
	if err != nil {
		return err
	}
	defer func() { _ = parent.Close() }()
	return parent.Sync()
}

func (b *sqliteBackend) write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return b.writer.write(ctx, fn)
}

func (b *sqliteBackend) migrating() (*sql.DB, error) {
	db, err := sql.Open("sqlite", b.dsn)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func (b *sqliteBackend) close() error {
	err := b.writer.close()
	if closed := b.db.Close(); err == nil {
		err = closed
	}
	return err
}
