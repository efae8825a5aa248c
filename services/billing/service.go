package billing

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/rpc"
	"github.com/parleyhq/parley/services/billing/internal/sqlstore"
)

// Service is the role `billing`.
type Service struct{ db *store.DB }

var _ process.Role = (*Service)(nil)

// New opens the store and registers the RPCs on the node's server.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure billing: %w", err)
	}
	db, err := n.Store(ctx, "billing")
	if err != nil {
		return nil, fmt.Errorf("open the store of billing: %w", err)
	}
	invoices, err := sqlstore.New(ctx, db, n.Seal)
	if err != nil {
		return nil, fmt.Errorf("open the store of billing: %w", err)
	}
	registry := invoice.NewRegistry(invoices, n.Clock, cfg.Compared)
	billingv1.RegisterInvoiceServiceServer(n.Server, rpc.NewInvoiceService(registry, n.Pages))
	return &Service{db: db}, nil
}

// Name implements process.Role.
func (s *Service) Name() string { return "billing" }

// Start implements process.Role. The service works when it is called; nothing runs on its own.
func (s *Service) Start(context.Context) error { return nil }

// Stop implements process.Role.
func (s *Service) Stop(context.Context) error { return nil }

// Ready says whether the store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("reach the store of billing: %w", err)
	}
	return nil
}
