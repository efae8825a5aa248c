// Package outbox publishes events that were written in the transaction that made them: an event is on the bus if, and
// only if, that transaction was committed, and events with the same partition key get there in the order of their
// sequence.
//
// A row is deleted a minute after the bus confirmed it, not at once: JetStream confirms before it fsyncs, so a power cut
// may take back what it confirmed, and a start publishes again whatever rows are left. An event may therefore be
// published twice, under the same message id both times.
package outbox

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Outbox holds the events of one store until they are on the bus.
type Outbox struct {
	db    *store.DB
	to    bus.Publisher
	log   *slog.Logger
	clock clock.Clock
	fresh *fresh

	mu     sync.Mutex
	stop   context.CancelFunc // nil before Start
	cancel context.CancelFunc
	ended  chan struct{}
}

// event is a row.
type event struct {
	id, key, subject string
	sequence         int64
	data             []byte
}

// New migrates its table, outbox, into the store.
func New(db *store.DB, to bus.Publisher, log *slog.Logger, clk clock.Clock) (*Outbox, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(context.Background(), "outbox", files); err != nil {
		return nil, err
	}
	return &Outbox{db: db, to: to, log: log, clock: clk, fresh: newFresh()}, nil
}

// Add has the envelope, which must be complete, published under the subject once tx is committed. The id of the envelope
// becomes the id of the message.
func (o *Outbox) Add(ctx context.Context, tx *store.Tx, subject string, env *eventsv1.Envelope) error {
	data, err := proto.Marshal(env)
	if err != nil {
		return fmt.Errorf("outbox: marshal %s: %w", env.GetType(), err)
	}
	e := event{id: env.GetId(), key: env.GetPartitionKey(), subject: subject, sequence: env.GetSequence(), data: data}
	_, err = tx.Exec(ctx, `INSERT INTO outbox (id, partition_key, sequence, subject, data, created_time, published_time)
		VALUES ($1, $2, $3, $4, $5, $6, 0)`, e.id, e.key, e.sequence, e.subject, e.data, store.Micros(o.clock()))
	if err != nil {
		return fmt.Errorf("outbox: add %s: %w", env.GetType(), err)
	}
	tx.AfterCommit(func() { o.fresh.put(e) })
	return nil
}

// Pending is how many events the bus has not confirmed.
func (o *Outbox) Pending(ctx context.Context) (int, error) {
	var n int
	err := o.db.QueryRow(ctx, `SELECT count(*) FROM outbox WHERE published_time = 0`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("outbox: count what is pending: %w", err)
	}
	return n, nil
}

// Start publishes what is left and then what is added. The context bounds the start only.
func (o *Outbox) Start(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stop != nil {
		return nil
	}
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	running, stop := context.WithCancel(working)
	o.stop, o.cancel, o.ended = stop, cancel, make(chan struct{})
	go func() {
		defer close(o.ended)
		o.relay(running, working)
	}()
	return nil
}

// Stop ends the relay after the publication under way; when the context ends first, that is given up. What is left is
// published at the next Start. Stopping again, or before Start, does nothing.
func (o *Outbox) Stop(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stop == nil {
		return nil
	}
	o.stop()
	defer o.cancel()
	select {
	case <-o.ended:
	case <-ctx.Done():
		o.cancel()
		<-o.ended
	}
	o.stop = nil
	return nil
}
