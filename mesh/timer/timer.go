// Package timer is what a service does later: rows with a due time, written in the transaction that needs them, run by
// whichever process gets to them first, once unless that process dies.
//
// A process takes a due timer for a lease of a minute. If it is not done by then, because it died, another one takes it;
// a handler's context ends with the lease, so that two do not run at the same time. Handlers are idempotent: between
// their effect and the deletion of the row the process may end.
package timer

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Timer is one thing to do later. Kind and Key name it together; setting it again moves it.
type Timer struct {
	Kind, Key, Tenant string
	Due               time.Time
	// Payload is kept in clear: ids, no content.
	Payload []byte
}

// Handler does what a timer asks for. It is idempotent, and done within Lease.
type Handler func(ctx context.Context, tm Timer) error

// Timers runs the timers of one store. Several processes may run those of one PostgreSQL store.
type Timers struct {
	db       *store.DB
	clock    clock.Clock
	log      *slog.Logger
	handlers map[string]Handler

	wake    chan struct{}
	slots   chan struct{}
	running sync.WaitGroup

	mu     sync.Mutex
	stop   context.CancelFunc // nil before Start
	ended  chan struct{}
	cancel context.CancelFunc // ends handlers that Stop did not wait for
}

// New migrates its table, timers, into the store.
func New(db *store.DB, clk clock.Clock, log *slog.Logger) (*Timers, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(context.Background(), "timer", files); err != nil {
		return nil, err
	}
	return &Timers{
		db: db, clock: clk, log: log, handlers: map[string]Handler{},
		wake: make(chan struct{}, 1), slots: make(chan struct{}, atOnce),
	}, nil
}

// Handle names who does the timers of a kind; before Start. Timers without a handler wait for a process that has one.
func (t *Timers) Handle(kind string, fn func(ctx context.Context, tm Timer) error) {
	t.handlers[kind] = fn
}

// Set has the timer run when it is due. One of the same kind and key is moved there, also when it is just being run.
func (t *Timers) Set(ctx context.Context, tx *store.Tx, tm Timer) error {
	due := store.Micros(tm.Due)
	_, err := tx.Exec(ctx, `INSERT INTO timers (kind, timer_key, tenant, due_time, payload, next_time, attempts, claim)
		VALUES ($1, $2, $3, $4, $5, $4, 0, 1)
		ON CONFLICT (kind, timer_key) DO UPDATE SET tenant = excluded.tenant, due_time = excluded.due_time,
		payload = excluded.payload, next_time = excluded.next_time, attempts = 0, claim = timers.claim + 1`,
		tm.Kind, tm.Key, tm.Tenant, due, tm.Payload)
	if err != nil {
		return fmt.Errorf("timer: set %s: %w", tm.Kind, err)
	}
	tx.AfterCommit(t.look)
	return nil
}

// Cancel forgets the timer. One that is just being run is run to its end.
func (t *Timers) Cancel(ctx context.Context, tx *store.Tx, kind, key string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM timers WHERE kind = $1 AND timer_key = $2`, kind, key); err != nil {
		return fmt.Errorf("timer: cancel %s: %w", kind, err)
	}
	return nil
}

// look has the runner look again; it may be asleep until a later timer.
func (t *Timers) look() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Start begins to run timers. The context bounds the start only.
func (t *Timers) Start(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		return nil
	}
	handling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	running, stop := context.WithCancel(handling)
	t.stop, t.cancel, t.ended = stop, cancel, make(chan struct{})
	go func() {
		defer close(t.ended)
		t.run(running, handling)
		t.running.Wait()
	}()
	return nil
}

// Stop takes no more timers and waits for the handlers under way. When the context ends first, theirs end too, and their
// timers run again later. Stopping again, or before Start, does nothing.
func (t *Timers) Stop(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop == nil {
		return nil
	}
	t.stop()
	defer t.cancel()
	var err error
	select {
	case <-t.ended:
	case <-ctx.Done():
		err = fmt.Errorf("timer: handlers did not end in time: %w", ctx.Err())
		t.cancel()
		<-t.ended
	}
	t.stop = nil
	return err
}
