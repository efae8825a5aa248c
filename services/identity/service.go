package identity

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"github.com/parleyhq/parley/services/identity/internal/rpc"
	"github.com/parleyhq/parley/services/identity/internal/sqlstore"
)

// Service is the role `identity`.
type Service struct {
	db     *store.DB
	timers *timer.Timers
}

var _ process.Role = (*Service)(nil)

// New opens the store and registers the RPCs on the node's server.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure identity: %w", err)
	}
	db, err := n.Store(ctx, "identity")
	if err != nil {
		return nil, fmt.Errorf("open the store of identity: %w", err)
	}
	timers, err := timer.New(db, n.Clock, n.Log) // it takes no context: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open the timers of identity: %w", err)
	}
	customers, err := sqlstore.New(ctx, db, n.Seal, timers, n.Clock)
	if err != nil {
		return nil, fmt.Errorf("open the store of identity: %w", err)
	}
	registry := customer.NewRegistry(customers, n.Clock)
	identityv1.RegisterIdentityServiceServer(n.Server, rpc.NewIdentityService(registry, n.Pages))
	return &Service{db: db, timers: timers}, nil
}

// Name implements process.Role.
func (s *Service) Name() string { return "identity" }

// Start lets timers run: they forget old request ids. All else is done when it is called for.
func (s *Service) Start(ctx context.Context) error {
	if err := s.timers.Start(ctx); err != nil {
		return fmt.Errorf("start the timers of identity: %w", err)
	}
	return nil
}

// Stop implements process.Role.
func (s *Service) Stop(ctx context.Context) error { return s.timers.Stop(ctx) }

// Ready says whether the store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("reach the store of identity: %w", err)
	}
	return nil
}
