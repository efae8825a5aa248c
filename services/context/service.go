package contextsvc

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/customers"
	"github.com/parleyhq/parley/services/context/internal/desk"
	"github.com/parleyhq/parley/services/context/internal/events"
	"github.com/parleyhq/parley/services/context/internal/handoff"
	"github.com/parleyhq/parley/services/context/internal/records"
	"github.com/parleyhq/parley/services/context/internal/rpc"
	"github.com/parleyhq/parley/services/context/internal/sqlstore"
)

// Service is the role `context`.
type Service struct {
	db     *store.DB
	outbox *outbox.Outbox
	timers *timer.Timers
	tasks  *bus.Consumer
	sweep  *conversation.Sweep
}

var _ process.Role = (*Service)(nil)

// New builds the service and registers its RPCs.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of context: %w", err)
	}
	db, err := n.Store(ctx, "context")
	if err != nil {
		return nil, fmt.Errorf("open the store of context: %w", err)
	}
	out, err := outbox.New(db, n.Bus, n.Log, n.Clock) // it takes none: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open the outbox of context: %w", err)
	}
	timers, err := timer.New(db, n.Clock, n.Log) // as above
	if err != nil {
		return nil, fmt.Errorf("open the timers of context: %w", err)
	}
	conversations, err := sqlstore.New(ctx, db, events.NewPublisher(out), timers, n.Clock)
	if err != nil {
		return nil, err
	}
	vault := conversation.NewVault(n.Seal)
	handlers := conversation.NewHandlers(conversations, desk.New(n.Peers), n.Clock)
	tasks, err := events.Tasks(ctx, n, db, handlers)
	if err != nil {
		return nil, err
	}
	contextv1.RegisterContextServiceServer(n.Server, server(n, cfg, conversations, vault, handlers))
	idle := conversation.NewIdle(conversations, n.Clock, cfg.IdleAfter)
	timers.Handle(sqlstore.IdleTimer, func(ctx context.Context, t timer.Timer) error {
		return idle.Wake(ctx, t.Tenant, t.Key)
	})
	sweep := conversation.NewSweep(conversations, n.Clock, cfg.KeepKeys, cfg.WaitForMessage)
	timers.Handle(sqlstore.SweepTimer, func(ctx context.Context, _ timer.Timer) error { return sweep.Run(ctx) })
	return &Service{db: db, outbox: out, timers: timers, tasks: tasks, sweep: sweep}, nil
}

// server answers the RPCs from what is kept here and, of a hand-off, from identity and billing.
func server(
	n *node.Node, cfg Config, s conversation.Store, vault conversation.Vault, handlers *conversation.Handlers,
) *rpc.ContextService {
	timeline := conversation.NewTimeline(s, vault)
	requests := conversation.NewRequests(s, vault, n.Clock)
	who := customers.NewResolver(n.Peers, n.Clock)
	return &rpc.ContextService{
		Recorder:      conversation.NewRecorder(s, vault, who, n.Clock, cfg.IdleAfter),
		Poster:        conversation.NewPoster(s, vault, n.Clock, cfg.IdleAfter),
		Timeline:      timeline,
		Requests:      requests,
		Handlers:      handlers,
		Handoffs:      handoff.NewMaker(timeline, requests, customers.NewDirectory(n.Peers), records.NewCases(n.Peers)),
		Pages:         n.Pages,
		Clock:         n.Clock,
		Log:           n.Log,
		WatchInterval: cfg.WatchInterval,
	}
}

// Name implements process.Role.
func (*Service) Name() string { return "context" }

// Start publishes what was left in the outbox, lets timers run, and follows routing.
func (s *Service) Start(ctx context.Context) error {
	if err := s.sweep.Schedule(ctx); err != nil {
		return err
	}
	if err := s.outbox.Start(ctx); err != nil {
		return fmt.Errorf("start the outbox of context: %w", err)
	}
	if err := s.timers.Start(ctx); err != nil {
		return fmt.Errorf("start the timers of context: %w", err)
	}
	if err := s.tasks.Start(ctx); err != nil {
		return fmt.Errorf("start following routing: %w", err)
	}
	return nil
}

// Stop ends what makes events before the outbox, which publishes them.
func (s *Service) Stop(ctx context.Context) error {
	return errors.Join(s.tasks.Stop(ctx), s.timers.Stop(ctx), s.outbox.Stop(ctx))
}

// Ready implements process.Role: the service is ready when its store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("the store of context does not answer: %w", err)
	}
	return nil
}
