package store

import (
	"context"
	"database/sql"
	"sync"
)

// sqliteReads is the pool that reads beside the writer. It keeps statements prepared, which is two thirds of a small
// read's time.
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
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext implements reader.
func (r *sqliteReads) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := r.prepare(ctx, query) //nolint:sqlclosecheck // kept prepared
	if err != nil {
		return r.DB.QueryRowContext(over{ctx, err}, query) // it has ended with the error of preparing
	}
	return stmt.QueryRowContext(ctx, args...)
}

// prepare on every connection that comes to run the statement. Closing one that is running waits for its rows.
func (r *sqliteReads) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.RLock()
	stmt := r.prepared[query]
	r.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt := r.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := r.PrepareContext(ctx, plannedOnce(query))
	if err != nil {
		return nil, err
	}
	if len(r.prepared) >= preparedLimit {
		for query, old := range r.prepared {
			_ = old.Close()
			delete(r.prepared, query)
		}
	}
	r.prepared[query] = stmt
	return stmt, nil
}
