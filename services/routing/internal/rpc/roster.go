package rpc

import (
	"context"
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// CreateAgent implements RoutingService.
func (s *RoutingService) CreateAgent(
	ctx context.Context, req *routingv1.CreateAgentRequest,
) (*routingv1.CreateAgentResponse, error) {
	asked := req.GetAgent()
	capacity, err := toCapacity(asked.GetCapacities())
	if err != nil {
		return nil, err
	}
	a, err := s.Desk.CreateAgent(ctx, routing.Agent{
		Tenant: by(ctx).Tenant, Name: asked.GetName(), Skills: asked.GetSkills(), Capacity: capacity,
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.CreateAgentResponse{Agent: fromAgent(a)}, nil
}

// UpdateAgent implements RoutingService.
func (s *RoutingService) UpdateAgent(
	ctx context.Context, req *routingv1.UpdateAgentRequest,
) (*routingv1.UpdateAgentResponse, error) {
	asked := req.GetAgent()
	paths, err := masked(req.GetUpdateMask(), "skills", "capacities")
	if err != nil {
		return nil, err
	}
	capacity, err := toCapacity(asked.GetCapacities())
	if err != nil {
		return nil, err
	}
	a, err := s.Desk.UpdateAgent(ctx, by(ctx).Tenant, asked.GetName(), asked.GetEtag(), func(a *routing.Agent) {
		if paths["skills"] {
			a.Skills = asked.GetSkills()
		}
		if paths["capacities"] {
			a.Capacity = capacity
		}
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.UpdateAgentResponse{Agent: fromAgent(a)}, nil
}

// GetAgent implements RoutingService.
func (s *RoutingService) GetAgent(ctx context.Context, req *routingv1.GetAgentRequest) (*routingv1.GetAgentResponse, error) {
	a, err := s.Desk.Agent(ctx, by(ctx).Tenant, req.GetName())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.GetAgentResponse{Agent: fromAgent(a)}, nil
}

// ListAgents implements RoutingService.
func (s *RoutingService) ListAgents(
	ctx context.Context, req *routingv1.ListAgentsRequest,
) (*routingv1.ListAgentsResponse, error) {
	list := s.Pages.List(routingv1.RoutingService_ListAgents_FullMethodName, by(ctx).Tenant)
	after, err := list.AfterID(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	agents, err := s.Desk.Agents(ctx, by(ctx).Tenant, after, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	resp := &routingv1.ListAgentsResponse{}
	agents, resp.NextPageToken = page.Cut(list, agents, size, func(a routing.Agent) []string { return []string{a.Name} })
	for _, a := range agents {
		resp.Agents = append(resp.Agents, fromAgent(a))
	}
	return resp, nil
}

// CreateQueue implements RoutingService.
func (s *RoutingService) CreateQueue(
	ctx context.Context, req *routingv1.CreateQueueRequest,
) (*routingv1.CreateQueueResponse, error) {
	asked := req.GetQueue()
	q, err := s.Desk.CreateQueue(ctx, routing.Queue{
		Tenant: by(ctx).Tenant, Name: asked.GetName(), Skills: asked.GetSkills(),
		DefaultPriority: int(asked.GetDefaultPriority()), OfferTimeout: toTimeout(asked.GetOfferTimeout()),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.CreateQueueResponse{Queue: fromQueue(q)}, nil
}

// UpdateQueue implements RoutingService.
func (s *RoutingService) UpdateQueue(
	ctx context.Context, req *routingv1.UpdateQueueRequest,
) (*routingv1.UpdateQueueResponse, error) {
	asked := req.GetQueue()
	paths, err := masked(req.GetUpdateMask(), "skills", "default_priority", "offer_timeout")
	if err != nil {
		return nil, err
	}
	q, err := s.Desk.UpdateQueue(ctx, by(ctx).Tenant, asked.GetName(), asked.GetEtag(), func(q *routing.Queue) {
		if paths["skills"] {
			q.Skills = asked.GetSkills()
		}
		if paths["default_priority"] {
			q.DefaultPriority = int(asked.GetDefaultPriority())
		}
		if paths["offer_timeout"] {
			q.OfferTimeout = toTimeout(asked.GetOfferTimeout())
		}
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.UpdateQueueResponse{Queue: fromQueue(q)}, nil
}

// GetQueue implements RoutingService.
func (s *RoutingService) GetQueue(ctx context.Context, req *routingv1.GetQueueRequest) (*routingv1.GetQueueResponse, error) {
	q, err := s.Desk.Queue(ctx, by(ctx).Tenant, req.GetName())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.GetQueueResponse{Queue: fromQueue(q)}, nil
}

// ListQueues implements RoutingService.
func (s *RoutingService) ListQueues(
	ctx context.Context, req *routingv1.ListQueuesRequest,
) (*routingv1.ListQueuesResponse, error) {
	list := s.Pages.List(routingv1.RoutingService_ListQueues_FullMethodName, by(ctx).Tenant)
	after, err := list.AfterID(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	queues, err := s.Desk.Queues(ctx, by(ctx).Tenant, after, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	resp := &routingv1.ListQueuesResponse{}
	queues, resp.NextPageToken = page.Cut(list, queues, size, func(q routing.Queue) []string { return []string{q.Name} })
	for _, q := range queues {
		resp.Queues = append(resp.Queues, fromQueue(q))
	}
	return resp, nil
}

// masked says which of the fields are to be changed: all of them when the mask is empty.
func masked(mask *fieldmaskpb.FieldMask, fields ...string) (map[string]bool, error) {
	paths := mask.GetPaths()
	if len(paths) == 0 {
		paths = fields
	}
	changed := map[string]bool{}
	for _, path := range paths {
		if !slices.Contains(fields, path) {
			return nil, fault.Invalid("update_mask", "UPDATE_MASK_INVALID", "only %v can be changed", fields)
		}
		changed[path] = true
	}
	return changed, nil
}
