// Package rpc is parley.routing.v1.RoutingService: protobuf in, domain out, and back.
package rpc

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/page"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// Sizes of a page of any list here, and of the agents that an explanation names.
const (
	defaultPage   = 50
	largestPage   = 200
	explainedMost = 200
)

// RoutingService answers the RPCs.
type RoutingService struct {
	routingv1.UnimplementedRoutingServiceServer

	Desk  *routing.Desk
	Pages *page.Tokens
	// WatchInterval is how late a watcher sees what another replica changed.
	WatchInterval time.Duration
}

// by is who calls. The interceptors have made sure that there is somebody.
func by(ctx context.Context) routing.By {
	c := caller.From(ctx)
	who := routing.By{Tenant: c.GetTenant(), Principal: c.GetPrincipal(), Agent: caller.Agent(ctx), OnBehalfOf: c.GetOnBehalfOfCustomer()}
	switch c.GetRole() {
	case accessv1.Role_ROLE_AGENT:
		who.Actor = routing.Holder
	case accessv1.Role_ROLE_OPERATOR:
		who.Actor = routing.Operator
	default:
		who.Actor = routing.Service
	}
	return who
}

// SetAgentStatus implements RoutingService.
func (s *RoutingService) SetAgentStatus(
	ctx context.Context, req *routingv1.SetAgentStatusRequest,
) (*routingv1.SetAgentStatusResponse, error) {
	a, err := s.Desk.SetStatus(ctx, by(ctx), req.GetAgent(), routing.Status(req.GetStatus()))
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.SetAgentStatusResponse{Agent: fromAgent(a)}, nil
}

// Heartbeat implements RoutingService.
func (s *RoutingService) Heartbeat(ctx context.Context, _ *routingv1.HeartbeatRequest) (*routingv1.HeartbeatResponse, error) {
	a, err := s.Desk.Heartbeat(ctx, by(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.HeartbeatResponse{Agent: fromAgent(a)}, nil
}

// WatchOffers implements RoutingService.
func (s *RoutingService) WatchOffers(
	req *routingv1.WatchOffersRequest, stream routingv1.RoutingService_WatchOffersServer,
) error {
	ctx := stream.Context()
	return toFault(s.Desk.Watch(ctx, by(ctx), req.GetAfterSequence(), s.WatchInterval, func(seen routing.Seen) error {
		return stream.Send(&routingv1.WatchOffersResponse{Offer: fromOffer(seen.Offer), Task: fromTask(seen.Task, nil)})
	}))
}
