package inbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

const (
	// DefaultBatch is how many events a lane records in one turn.
	DefaultBatch = 4
	// pace is how long a sender rests for each message of a full batch, when more may wait: nobody writes ten messages a
	// second, and what a flood costs further on is others' time.
	pace = 100 * time.Millisecond
)

// Outbound is what the sending side wants to know of what came in. *delivery.Runner is one.
type Outbound interface {
	// Status folds what the vendor says of a message of ours. It answers the customer whom that message was for, if it knows.
	Status(ctx context.Context, a channel.Account, s channel.Status) (customerID string, err error)
	// Heard notes that a message of the customer came in at this time: the vendor's service window opens.
	Heard(ctx context.Context, a channel.Account, address string, at time.Time) error
	// OptOut and OptIn note what the customer wants.
	OptOut(ctx context.Context, a channel.Account, address string, at time.Time) error
	OptIn(ctx context.Context, a channel.Account, address string) error
}

// Config is the whole of what an inbox needs; nothing in it is optional but what says so.
type Config struct {
	Adapters []channel.Adapter
	Store    Store
	Keeper   *seal.Keeper
	Context  contextv1.ContextServiceClient
	Outbound Outbound
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	Tracer   trace.TracerProvider

	// Workers bounds how many senders are served at once; Batch is what one is served per turn. Defaults if zero.
	Workers, Batch int
	// Observe is told of each turn: the lane, and how many other turns began while it waited for this one. May be nil.
	Observe func(lane string, waited int)
}

// Inbox takes what vendors send. Make one with New.
type Inbox struct {
	adapters map[string]channel.Adapter
	store    Store
	keeper   *seal.Keeper
	timeline contextv1.ContextServiceClient
	outbound Outbound
	clock    clock.Clock
	log      *slog.Logger
	tracer   trace.Tracer
	metrics  *metrics
	batch    int
	door     door
	lanes    *lanes.Pool[[]Row]
}

// New makes an inbox; nothing is recorded before Start, but webhooks are accepted.
func New(cfg Config) (*Inbox, error) {
	in := &Inbox{
		adapters: map[string]channel.Adapter{}, store: cfg.Store, keeper: cfg.Keeper, timeline: cfg.Context,
		outbound: cfg.Outbound, clock: cfg.Clock, log: cfg.Log, tracer: cfg.Tracer.Tracer("parley/channel/inbox"), batch: cfg.Batch,
	}
	if in.batch == 0 {
		in.batch = DefaultBatch
	}
	for _, a := range cfg.Adapters {
		in.adapters[a.Account().Name] = a
	}
	var err error
	if in.metrics, err = newMetrics(cfg.Metrics); err != nil {
		return nil, err
	}
	in.lanes = lanes.New(lanes.Config[[]Row]{
		Turn: in.turn, Keys: cfg.Store.WaitingLanes, Workers: cfg.Workers, Log: cfg.Log,
		Observe: func(lane string, waited int) {
			in.metrics.waited.Observe(float64(waited))
			if cfg.Observe != nil {
				cfg.Observe(lane, waited)
			}
		},
	})
	return in, nil
}

// Start begins to record what waits.
func (in *Inbox) Start(ctx context.Context) error { return in.lanes.Start(ctx) }

// Stop ends the turns that run. Idempotent. What waits is recorded after the next start.
func (in *Inbox) Stop(ctx context.Context) error { return in.lanes.Stop(ctx) }

// Purge forgets what is older than it is kept for. Of raw bodies it keeps those of one customer, sealed for that customer.
func (in *Inbox) Purge(ctx context.Context) error {
	claimed := in.claim(ctx)
	_, dropped := in.store.DropUnclaimed(ctx)
	return errors.Join(claimed, dropped, in.store.PurgeInbox(ctx, in.clock()))
}
