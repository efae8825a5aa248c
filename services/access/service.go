package access

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/node"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"github.com/parleyhq/parley/services/access/internal/rpc"
)

// Service is the role `access`.
type Service struct{}

// New registers the RPCs on the node's server.
func New(n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure access: %w", err)
	}
	tenants := map[string]*accessv1.Tenant{}
	for _, t := range cfg.Tenants {
		told := &accessv1.Tenant{Name: t.Name, TimeZone: t.TimeZone, Locale: t.Locale, Currency: t.Currency}
		if t.SandboxURL != "" {
			told.Sandbox = &accessv1.Sandbox{Url: t.SandboxURL}
		}
		tenants[t.Name] = told
	}
	accessv1.RegisterAccessServiceServer(n.Server, &rpc.AccessService{Tenants: tenants})
	return &Service{}, nil
}

// Name implements process.Role.
func (*Service) Name() string { return "access" }

// Start implements process.Role: it only answers.
func (*Service) Start(context.Context) error { return nil }

// Stop implements process.Role.
func (*Service) Stop(context.Context) error { return nil }

// Ready implements process.Role.
func (*Service) Ready(context.Context) error { return nil }
