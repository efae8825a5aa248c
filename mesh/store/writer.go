package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// batchLimit is how many closures share a transaction; as many more may wait, beyond that Write blocks.
const batchLimit = 256

// errClosed is what a Write after Close answers.
var errClosed = errors.New("store: closed")

// closure is one caller's Write.
type closure struct {
	ctx    context.Context
	fn     func(ctx context.Context, tx *Tx) error
	hooks  []func()
	err    error
	result chan error
	done   bool
}

// writer is the group commit of SQLite: it takes the closures that wait, up to batchLimit and never waiting for more,
// into one transaction and commits them with one fsync.
type writer struct {
	conn    *sqliteConn
	queue   chan *closure
	stopped chan error
	commits prometheus.Counter
	running *closure // whose fn is being called

	mu     sync.RWMutex
	closed bool
}

func newWriter(conn *sql.Conn, commits prometheus.Counter) *writer {
	w := &writer{
		conn:    &sqliteConn{conn: conn, prepared: map[string]*sql.Stmt{}, queried: map[string]bool{}},
		queue:   make(chan *closure, batchLimit),
		stopped: make(chan error, 1),
		commits: commits,
	}
	go w.loop(nil)
	return w
}

func (w *writer) write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	c := &closure{ctx: ctx, fn: fn, result: make(chan error, 1)}
	if err := w.enqueue(c); err != nil {
		return err
	}
	// Not given up when the context ends: the writer may be running fn, and answers soon.
	return <-c.result
}

func (w *writer) enqueue(c *closure) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- c:
		return nil
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// close lets what waits be written, then closes the connection.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	return <-w.stopped
}

func (w *writer) loop(batch []*closure) {
	defer func() {
		if w.running != nil {
			w.handOver(batch)
		}
	}()
	w.commit(batch)
	for first := range w.queue {
		batch = w.waiting(append(batch[:0], first))
		w.commit(batch)
		clear(batch)
	}
	w.stopped <- w.conn.close()
}

// handOver goes on in a new goroutine after a closure ended this one, as t.FailNow does.
func (w *writer) handOver(batch []*closure) {
	culprit := w.running
	w.running = nil
	culprit.err = w.rollback(errors.New("store: the write ended its goroutine"))
	culprit.answer()
	go w.loop(slices.DeleteFunc(batch, func(c *closure) bool { return c.done }))
}

// waiting adds the closures that wait already. Who is ready to run may be about to bring one more: while processors are busy,
// letting them go first makes batches three times as large; while one is idle, it costs nothing.
func (w *writer) waiting(batch []*closure) []*closure {
	runtime.Gosched()
	for len(batch) < batchLimit {
		select {
		case c, open := <-w.queue:
			if !open {
				return batch
			}
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// commit writes the batch in one transaction. When a closure fails, all are run again, each behind a savepoint; savepoints
// cost a tenth of a write, and few fail. When the transaction is ruined, by one of its closures or by the disk, each is run
// again alone, so that nobody fails for a stranger.
func (w *writer) commit(batch []*closure) {
	if len(batch) > 1 && (w.together(batch, w.bare) == nil || w.together(batch, w.behindSavepoint) == nil) {
		for _, c := range batch {
			c.answer()
		}
		return
	}
	for _, c := range batch {
		c.hooks, c.err = nil, nil
		w.alone(c)
		c.answer()
	}
}

// together leaves each closure's own outcome in it; an error is the whole transaction's, of which nothing is kept.
func (w *writer) together(batch []*closure, run func(*closure) error) error {
	if err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, c := range batch {
		if err := run(c); err != nil {
			return w.rollback(err)
		}
	}
	if err := w.conn.exec("COMMIT"); err != nil {
		return w.rollback(err)
	}
	w.commits.Inc()
	return nil
}

// bare runs a closure whose failure is the whole transaction's.
func (w *writer) bare(c *closure) error {
	w.run(c)
	return c.err
}

// behindSavepoint answers an error when the transaction is no longer to be trusted.
func (w *writer) behindSavepoint(c *closure) error {
	if err := w.conn.exec("SAVEPOINT closure"); err != nil {
		return err
	}
	ruined := w.run(c)
	if ruined {
		return c.err
	}
	if c.err != nil {
		if err := w.conn.exec("ROLLBACK TO closure"); err != nil {
			return err
		}
	}
	return w.conn.exec("RELEASE closure")
}

func (w *writer) alone(c *closure) {
	if err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		c.err = fmt.Errorf("store: begin: %w", err)
		return
	}
	w.run(c)
	if c.err != nil {
		c.err = w.rollback(c.err)
		return
	}
	if err := w.conn.exec("COMMIT"); err != nil {
		c.err = w.rollback(fmt.Errorf("store: commit: %w", err))
		return
	}
	w.commits.Inc()
}

// run calls the closure, unless its caller has gone before or while it ran. It says whether a statement of it may have
// taken the transaction along.
func (w *writer) run(c *closure) (ruined bool) {
	if c.err = c.ctx.Err(); c.err != nil {
		return false
	}
	clear(w.conn.queried)
	tx := &Tx{on: w.conn}
	w.running = c
	c.err = tx.run(context.WithoutCancel(c.ctx), c.fn)
	w.running = nil
	if c.err == nil {
		c.err = c.ctx.Err()
	}
	ruined = ruinous(tx.failed) || ruinous(c.err)
	c.hooks, tx.failed = tx.hooks, sql.ErrTxDone
	return ruined
}

// rollback ends what there is of a transaction; SQLite may have ended it by itself. It gives back the error.
func (w *writer) rollback(err error) error {
	_ = w.conn.exec("ROLLBACK")
	return err
}

func (c *closure) answer() {
	if c.err == nil {
		for _, hook := range c.hooks {
			hook()
		}
	}
	c.done = true
	c.result <- c.err
}
