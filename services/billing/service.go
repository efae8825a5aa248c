package billing

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/audit"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/events"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/rpc"
	"github.com/parleyhq/parley/services/billing/internal/sqlstore"
)

// Service is the role `billing`.
type Service struct {
	db     *store.DB
	outbox *outbox.Outbox
	timers *timer.Timers
}

var _ process.Role = (*Service)(nil)

// New opens the store and registers the RPCs on the node's server.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure billing: %w", err)
	}
	policy, err := cfg.policy()
	if err != nil {
		return nil, fmt.Errorf("configure billing: %w", err)
	}
	db, err := n.Store(ctx, "billing")
	if err != nil {
		return nil, fmt.Errorf("open the store of billing: %w", err)
	}
	if err := sqlstore.Migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("open the store of billing: %w", err)
	}
	out, err := outbox.New(db, n.Bus, n.Log, n.Clock) // it takes no context: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open the outbox of billing: %w", err)
	}
	timers, err := timer.New(db, n.Clock, n.Log) // as above
	if err != nil {
		return nil, fmt.Errorf("open the timers of billing: %w", err)
	}
	requests, err := idempotency.New(db, timers, n.Clock) // as above
	if err != nil {
		return nil, fmt.Errorf("open the request ids of billing: %w", err)
	}

	invoices := sqlstore.NewInvoices(db, n.Seal, requests)
	disputes := sqlstore.NewDisputes(db, invoices, events.NewPublisher(out), timers, requests)
	registry := invoice.NewRegistry(invoices, n.Clock, cfg.Compared)
	desk := dispute.NewDesk(disputes, invoices, dispute.NewVault(n.Seal), n.Clock, policy, rand.IntN)
	auditor := audit.New(sqlstore.NewAudit(db), n.Clock)

	named := rpc.NewRequests(n.Seal)
	billingv1.RegisterInvoiceServiceServer(n.Server, rpc.NewInvoiceService(registry, n.Pages, named))
	billingv1.RegisterDisputeServiceServer(n.Server, rpc.NewDisputeService(desk, auditor, n.Pages, named))
	for _, kind := range []string{sqlstore.ReminderTimer, sqlstore.DeadlineTimer} {
		timers.Handle(kind, func(ctx context.Context, t timer.Timer) error { return desk.Ring(ctx, t.Tenant, t.Key) })
	}
	return &Service{db: db, outbox: out, timers: timers}, nil
}

// Name implements process.Role.
func (*Service) Name() string { return "billing" }

// Start publishes what was left in the outbox, and lets the clock work.
func (s *Service) Start(ctx context.Context) error {
	if err := s.outbox.Start(ctx); err != nil {
		return fmt.Errorf("start the outbox of billing: %w", err)
	}
	if err := s.timers.Start(ctx); err != nil {
		return fmt.Errorf("start the timers of billing: %w", err)
	}
	return nil
}

// Stop ends the timers before the outbox, which publishes what they made.
func (s *Service) Stop(ctx context.Context) error {
	return errors.Join(s.timers.Stop(ctx), s.outbox.Stop(ctx))
}

// Ready says whether the store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("reach the store of billing: %w", err)
	}
	return nil
}
