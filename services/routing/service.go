package routing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/events"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"github.com/parleyhq/parley/services/routing/internal/rpc"
	"github.com/parleyhq/parley/services/routing/internal/sqlstore"
)

// Service is the role `routing`.
type Service struct {
	db     *store.DB
	tasks  *sqlstore.Store
	outbox *outbox.Outbox
	timers *timer.Timers
	moves  *bus.Consumer
	clock  clock.Clock
	lease  time.Duration
}

var _ process.Role = (*Service)(nil)

// New builds the service and registers its RPCs.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of routing: %w", err)
	}
	db, err := n.Store(ctx, "routing")
	if err != nil {
		return nil, fmt.Errorf("open the store of routing: %w", err)
	}
	out, err := outbox.New(db, n.Bus, n.Log, n.Clock) // it takes none: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open the outbox of routing: %w", err)
	}
	timers, err := timer.New(db, n.Clock, n.Log) // as above
	if err != nil {
		return nil, fmt.Errorf("open the timers of routing: %w", err)
	}
	tasks, err := sqlstore.New(ctx, db, events.NewPublisher(out), timers, n.Clock)
	if err != nil {
		return nil, err
	}
	desk := routing.NewDesk(tasks, n.Clock, routing.Policy{
		OfferTimeout: cfg.OfferTimeout, IgnoredOffers: cfg.IgnoredOffers, ShunFor: cfg.RejectedFor,
		Lease: cfg.Lease, MaxWaiting: cfg.MaxWaiting,
	})
	tasks.HandleAlarms(desk.Ring)
	moves, err := events.Moves(ctx, n, db, desk)
	if err != nil {
		return nil, err
	}
	routingv1.RegisterRoutingServiceServer(n.Server, &rpc.RoutingService{
		Desk: desk, Pages: n.Pages, WatchInterval: cfg.WatchInterval,
	})
	return &Service{db: db, tasks: tasks, outbox: out, timers: timers, moves: moves, clock: n.Clock, lease: cfg.Lease}, nil
}

// Name implements process.Role.
func (*Service) Name() string { return "routing" }

// Start publishes what was left in the outbox, lets timers run, and follows whose conversations are. Agents could give no sign
// of life while nobody was here to take it: leases begin anew.
func (s *Service) Start(ctx context.Context) error {
	if err := s.tasks.ExtendLeases(ctx, s.clock().Add(s.lease)); err != nil {
		return err
	}
	if err := s.outbox.Start(ctx); err != nil {
		return fmt.Errorf("start the outbox of routing: %w", err)
	}
	if err := s.timers.Start(ctx); err != nil {
		return fmt.Errorf("start the timers of routing: %w", err)
	}
	if err := s.moves.Start(ctx); err != nil {
		return fmt.Errorf("start following whose conversations are: %w", err)
	}
	return nil
}

// Stop ends what makes events before the outbox, which publishes them.
func (s *Service) Stop(ctx context.Context) error {
	return errors.Join(s.moves.Stop(ctx), s.timers.Stop(ctx), s.outbox.Stop(ctx))
}

// Ready implements process.Role: the service is ready when its store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("the store of routing does not answer: %w", err)
	}
	return nil
}
