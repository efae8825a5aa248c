package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
)

// statements is what a transaction needs of its engine.
type statements interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is the transaction of one Write. It belongs to the goroutine of the closure and ends with it.
type Tx struct {
	on     statements
	hooks  []func()
	failed error
}

// Exec runs a statement.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	result, err := tx.on.ExecContext(ctx, query, args...)
	return result, tx.note(err)
}

// Changed runs a statement and says how many rows it wrote.
func (tx *Tx) Changed(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := tx.Exec(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query reads rows, or writes with RETURNING. The rows must be closed before the closure ends.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	rows, err := tx.on.QueryContext(ctx, query, args...)
	return rows, tx.note(err)
}

// QueryRow reads one row, or writes one with RETURNING.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row { // over inherits what is left to inherit
	if tx.failed != nil {
		ctx = over{ctx, tx.failed}
	}
	row := tx.on.QueryRowContext(ctx, query, args...)
	_ = tx.note(row.Err())
	return row
}

// AfterCommit has fn run once, after the commit is durable and before Write returns. Hooks of one transaction run in the
// order they were given; on SQLite those of all transactions run in the order of commits. They must be quick: on SQLite
// the next commit waits for them.
func (tx *Tx) AfterCommit(fn func()) { tx.hooks = append(tx.hooks, fn) }

// note remembers the first failed statement: it fails the transaction on both engines.
func (tx *Tx) note(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// run calls the closure. It fails when the closure does, when one of its statements did, and when it panics.
func (tx *Tx) run(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: the write panicked: %w\n%s", fault.Thrown(p), debug.Stack())
		}
	}()
	err = fn(ctx, tx)
	if err == nil && tx.failed != nil {
		return fmt.Errorf("store: a statement of the write failed: %w", tx.failed)
	}
	return err
}

// over is a context that has ended with an error of our choice: the one way to make a *sql.Row that carries it.
type over struct {
	context.Context
	err error
}

var ended = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Deadline implements context.Context.
func (over) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (over) Done() <-chan struct{} { return ended }

// Err implements context.Context.
func (o over) Err() error { return o.err }
