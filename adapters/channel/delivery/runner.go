package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

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
	// Workers bounds how many recipients are sent to at once. A default if zero.
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
	lanes    *lanes.Pool[struct{}]
	reports  *lanes.Pool[struct{}]
}

// New makes a runner; nothing is sent before Start.
func New(cfg Config) (*Runner, error) {
	r := &Runner{
		adapters: map[string]channel.Adapter{}, policies: cfg.Policies, store: cfg.Store, keeper: cfg.Keeper,
		timeline: cfg.Context, clock: cfg.Clock, log: cfg.Log, tracer: cfg.Tracer.Tracer("parley/channel/delivery"), pacer: newPacer(),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_delivery_attempts_total", Help: "Calls of vendors to send, by outcome.",
		}, []string{"account", "outcome"}),
	}
	for _, a := range cfg.Adapters {
		r.adapters[a.Account().Name] = a
	}
	if err := cfg.Metrics.Register(r.attempts); err != nil {
		return nil, fmt.Errorf("register the metrics of deliveries: %w", err)
	}
	r.lanes = lanes.New(lanes.Config[struct{}]{Turn: r.turn, Keys: cfg.Store.OpenLanes, Workers: cfg.Workers, Log: cfg.Log})
	r.reports = lanes.New(lanes.Config[struct{}]{Turn: r.report, Keys: cfg.Store.Unreported, Workers: cfg.Workers, Log: cfg.Log})
	return r, nil
}

// Start goes on with what is open and unreported.
func (r *Runner) Start(ctx context.Context) error {
	return errors.Join(r.reports.Start(ctx), r.lanes.Start(ctx))
}

// Stop ends the attempts that run. Idempotent. When the context ends first they are cut off, and are unknown.
func (r *Runner) Stop(ctx context.Context) error {
	return errors.Join(r.lanes.Stop(ctx), r.reports.Stop(ctx))
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
	if err == nil {
		r.reports.Wake(d.MessageID, struct{}{})
	}
	return d, err
}
