// Package rpc is AccessService.
package rpc

import (
	"context"

	"github.com/parleyhq/parley/mesh/caller"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

// AccessService serves parley.access.v1.AccessService.
type AccessService struct {
	accessv1.UnimplementedAccessServiceServer
	// Tenants by name.
	Tenants map[string]*accessv1.Tenant
}

// GetCaller says who asks. A tenant of which only the name is known has nothing else.
func (s *AccessService) GetCaller(ctx context.Context, _ *accessv1.GetCallerRequest) (*accessv1.GetCallerResponse, error) {
	c := caller.From(ctx)
	tenant := s.Tenants[c.GetTenant()]
	if tenant == nil {
		tenant = &accessv1.Tenant{Name: c.GetTenant()}
	}
	return &accessv1.GetCallerResponse{Caller: c, Tenant: tenant}, nil
}
