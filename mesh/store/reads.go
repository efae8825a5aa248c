package store

import (
	"context"
	"database/sql"
	"sync"
)

// sqliteReads is the pool that reads beside the writer. It keeps statements prepared, which is two thirds of a small
// read's time, and does not have a context interrupt them: that takes two goroutines a read, and no read is long.
type sqliteReads struct {
	*sql.DB

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt
}

func newSQLiteReads(db *sql.DB) *sqliteReads {
	return &sqliteReads{DB: db, prepared: map[string]*sql.Stmt{}}
}

// QueryContext implements reader.
func (r *sqliteReads) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return r.DB.QueryContext(ctx, query, args...)
	}
	return stmt.QueryContext(context.WithoutCancel(ctx), args...)
}

// QueryRowContext implements reader.
func (r *sqliteReads) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := r.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return r.DB.QueryRowContext(over{ctx, err}, query) // it has ended with the error of preparing
	}
	if stmt == nil {
		return r.DB.QueryRowContext(ctx, query, args...)
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
}

// prepare answers a statement that is prepared on each connection that comes to run it; nil beyond the limit, where it is
// prepared anew each time: closing one to make room might close it under a caller who is about to run it.
func (r *sqliteReads) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.RLock()
	stmt, full := r.prepared[query], len(r.prepared) >= preparedLimit
	r.mu.RUnlock()
	if stmt != nil || full {
		return stmt, nil
	}
	stmt, err := r.PrepareContext(ctx, plannedOnce(query))
	if err != nil {
		return nil, err
	}
	return r.keep(query, stmt), nil
}

// keep the statement, unless somebody else was faster.
func (r *sqliteReads) keep(query string, stmt *sql.Stmt) *sql.Stmt {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first := r.prepared[query]; first != nil {
		_ = stmt.Close()
		return first
	}
	r.prepared[query] = stmt
	return stmt
}
