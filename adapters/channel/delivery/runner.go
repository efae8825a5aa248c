package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
)

// Config is the whole of what a runner needs; nothing in it is optional but what says so.
type Config struct {
	Adapters []channel.Adapter
	Store    Store
	Keeper   *seal.Keeper
	Context  contextv1.ContextServiceClient
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	Tracer   trace.TracerProvider

	// Policies by account; others have DefaultPolicy.
	Policies map[string]Policy
	// Workers bounds how many recipients of one account are sent to at once. A default if zero.
	Workers int
}

// Runner delivers. Make one with New.
type Runner struct {
	adapters map[string]channel.Adapter
	policies map[string]Policy
	store    Store
	keeper   *seal.Keeper
	timeline contextv1.ContextServiceClient
	clock    clock.Clock
	log      *slog.Logger
	tracer   trace.Tracer
	pacer    *pacer
	attempts *prometheus.CounterVec
	// lanes of one account have workers of their own: a vendor that hangs holds up nobody else.
	lanes   map[string]*lanes.Pool[struct{}]
	reports *lanes.Pool[struct{}]
	started time.Time
}

// New makes a runner; nothing is sent before Start.
func New(cfg Config) (*Runner, error) {
	r := &Runner{
		adapters: map[string]channel.Adapter{}, lanes: map[string]*lanes.Pool[struct{}]{},
		policies: cfg.Policies, store: cfg.Store, keeper: cfg.Keeper,
		timeline: cfg.Context, clock: cfg.Clock, log: cfg.Log, tracer: cfg.Tracer.Tracer("parley/channel/delivery"), pacer: newPacer(),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_delivery_attempts_total", Help: "Calls of vendors to send, by outcome.",
		}, []string{"account", "outcome"}),
	}
	for _, a := range cfg.Adapters {
		name := a.Account().Name
		if window := serviceWindow(a); window > KeepHeard {
			return nil, fmt.Errorf("account %q has a service window of %v; when a customer wrote is known for %v", name, window, KeepHeard)
		}
		r.adapters[name], r.lanes[name] = a, r.lanesOf(a, cfg)
	}
	if err := cfg.Metrics.Register(r.attempts); err != nil {
		return nil, fmt.Errorf("register the metrics of deliveries: %w", err)
	}
	r.reports = lanes.New(lanes.Config[struct{}]{Turn: r.report, Keys: cfg.Store.Unreported, Workers: cfg.Workers, Log: cfg.Log})
	return r, nil
}

func (r *Runner) lanesOf(a channel.Adapter, cfg Config) *lanes.Pool[struct{}] {
	account := a.Account().Name
	return lanes.New(lanes.Config[struct{}]{
		Turn: func(ctx context.Context, lane string, _ struct{}) lanes.Next { return r.turn(ctx, a, lane) },
		Keys: func(ctx context.Context, after string, limit int) ([]string, error) {
			return cfg.Store.OpenLanes(ctx, account, after, limit)
		},
		Workers: cfg.Workers, Log: cfg.Log,
	})
}

// Start goes on with what is open and unreported.
func (r *Runner) Start(ctx context.Context) error {
	r.started = r.clock()
	err := r.reports.Start(ctx)
	for _, pool := range r.lanes {
		err = errors.Join(err, pool.Start(ctx))
	}
	return err
}

// Stop ends the attempts that run. Idempotent. When the context ends first they are cut off, and are unknown.
func (r *Runner) Stop(ctx context.Context) error {
	var stopping sync.WaitGroup
	errs := make(chan error, len(r.lanes))
	for _, pool := range r.lanes {
		stopping.Go(func() { errs <- pool.Stop(ctx) })
	}
	stopping.Wait()
	close(errs)
	var err error
	for e := range errs {
		err = errors.Join(err, e)
	}
	return errors.Join(err, r.reports.Stop(ctx))
}

// Purge forgets what is older than it is kept for.
func (r *Runner) Purge(ctx context.Context) error {
	now := r.clock()
	r.pacer.forget(now)
	return r.store.PurgeDeliveries(ctx, now)
}

// List lists a tenant's deliveries after the id, oldest first.
func (r *Runner) List(ctx context.Context, tenant string, f Filter, after string, limit int) ([]Delivery, error) {
	return r.store.List(ctx, tenant, f, after, limit)
}

func (r *Runner) policy(account string) Policy {
	if p, ok := r.policies[account]; ok {
		return p
	}
	return DefaultPolicy()
}

// update changes a delivery and sees to what follows from the change.
func (r *Runner) update(ctx context.Context, id string, change func(*Delivery) bool) (Delivery, error) {
	d, err := r.store.Update(ctx, id, r.clock(), change)
	switch {
	case err != nil:
	case d.State < stateFailed:
		r.reports.WakeAfter(d.MessageID, reportAfter)
	default:
		r.reports.Wake(d.MessageID, struct{}{})
	}
	return d, err
}
