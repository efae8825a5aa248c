package rpc

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/protobuf/proto"
)

// RequestAgent implements RoutingService.
func (s *RoutingService) RequestAgent(
	ctx context.Context, req *routingv1.RequestAgentRequest,
) (*routingv1.RequestAgentResponse, error) {
	if err := typeid.Check("conversation_id", routing.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	if err := typeid.Check("customer_id", routing.CustomerPrefix, req.GetCustomerId()); err != nil {
		return nil, err
	}
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("encoding the request %s: %w", req.GetRequestId(), err)
	}
	t, err := s.Desk.Request(ctx, by(ctx),
		routing.Request{Method: "routing.RequestAgent", ID: req.GetRequestId(), Payload: payload},
		routing.Wish{
			ConversationID: req.GetConversationId(), CustomerID: req.GetCustomerId(), Queue: req.GetQueue(),
			Channel: req.GetChannel(), Skills: req.GetSkills(), Priority: int(req.GetPriority()),
			HandoffReason: req.GetHandoffReason(),
		})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.RequestAgentResponse{Task: fromTask(t, nil)}, nil
}

// GetTask implements RoutingService.
func (s *RoutingService) GetTask(ctx context.Context, req *routingv1.GetTaskRequest) (*routingv1.GetTaskResponse, error) {
	if err := typeid.Check("task_id", routing.TaskPrefix, req.GetTaskId()); err != nil {
		return nil, err
	}
	t, steps, err := s.Desk.Task(ctx, by(ctx), req.GetTaskId())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.GetTaskResponse{Task: fromTask(t, steps)}, nil
}

// ListTasks implements RoutingService.
func (s *RoutingService) ListTasks(
	ctx context.Context, req *routingv1.ListTasksRequest,
) (*routingv1.ListTasksResponse, error) {
	which := routing.Selection{
		Queue: req.GetQueue(), Agent: req.GetAgent(), CustomerID: req.GetCustomerId(), ConversationID: req.GetConversationId(),
	}
	for _, state := range req.GetStates() {
		which.States = append(which.States, routing.State(state))
	}
	if err := typeid.CheckOptional("customer_id", routing.CustomerPrefix, which.CustomerID); err != nil {
		return nil, err
	}
	if err := typeid.CheckOptional("conversation_id", routing.ConversationPrefix, which.ConversationID); err != nil {
		return nil, err
	}
	who := by(ctx)
	list := s.Pages.List(routingv1.RoutingService_ListTasks_FullMethodName, fmt.Sprintf("%q %q %+v", who.Tenant, who.OnBehalfOf, which))
	var err error
	if which.After.Time, which.After.ID, err = list.AfterTime(req.GetPageToken()); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	tasks, err := s.Desk.Tasks(ctx, who, which, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	resp := &routingv1.ListTasksResponse{}
	tasks, resp.NextPageToken = page.Cut(list, tasks, size, func(t routing.Task) []string { return page.At(t.CreateTime, t.ID) })
	for _, t := range tasks {
		resp.Tasks = append(resp.Tasks, fromTask(t, nil))
	}
	return resp, nil
}

// ExplainTask implements RoutingService.
func (s *RoutingService) ExplainTask(
	ctx context.Context, req *routingv1.ExplainTaskRequest,
) (*routingv1.ExplainTaskResponse, error) {
	if err := typeid.Check("task_id", routing.TaskPrefix, req.GetTaskId()); err != nil {
		return nil, err
	}
	e, err := s.Desk.Explain(ctx, by(ctx), req.GetTaskId())
	if err != nil {
		return nil, toFault(err)
	}
	resp := &routingv1.ExplainTaskResponse{
		Task: fromTask(e.Task, e.Steps), AheadCount: e.Ahead, AgentCount: int64(len(e.Fits)),
	}
	for _, fit := range e.Fits[:min(len(e.Fits), explainedMost)] {
		resp.Fits = append(resp.Fits, fromFit(fit))
	}
	return resp, nil
}

// CancelTask implements RoutingService.
func (s *RoutingService) CancelTask(
	ctx context.Context, req *routingv1.CancelTaskRequest,
) (*routingv1.CancelTaskResponse, error) {
	if err := typeid.Check("task_id", routing.TaskPrefix, req.GetTaskId()); err != nil {
		return nil, err
	}
	t, err := s.Desk.Cancel(ctx, by(ctx), req.GetTaskId(), req.GetEtag())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.CancelTaskResponse{Task: fromTask(t, nil)}, nil
}

// CompleteTask implements RoutingService.
func (s *RoutingService) CompleteTask(
	ctx context.Context, req *routingv1.CompleteTaskRequest,
) (*routingv1.CompleteTaskResponse, error) {
	if err := typeid.Check("task_id", routing.TaskPrefix, req.GetTaskId()); err != nil {
		return nil, err
	}
	t, err := s.Desk.Complete(ctx, by(ctx), req.GetTaskId(), req.GetEtag())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.CompleteTaskResponse{Task: fromTask(t, nil)}, nil
}

// TransferTask implements RoutingService.
func (s *RoutingService) TransferTask(
	ctx context.Context, req *routingv1.TransferTaskRequest,
) (*routingv1.TransferTaskResponse, error) {
	if err := typeid.Check("task_id", routing.TaskPrefix, req.GetTaskId()); err != nil {
		return nil, err
	}
	t, err := s.Desk.Transfer(ctx, by(ctx), req.GetTaskId(), req.GetEtag(), routing.Destination{
		Queue: req.GetQueue(), Agent: req.GetAgent(), Priority: int(req.GetPriority()),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.TransferTaskResponse{Task: fromTask(t, nil)}, nil
}

// AcceptOffer implements RoutingService.
func (s *RoutingService) AcceptOffer(
	ctx context.Context, req *routingv1.AcceptOfferRequest,
) (*routingv1.AcceptOfferResponse, error) {
	if err := typeid.Check("offer_id", routing.OfferPrefix, req.GetOfferId()); err != nil {
		return nil, err
	}
	t, err := s.Desk.Accept(ctx, by(ctx), req.GetOfferId())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.AcceptOfferResponse{Task: fromTask(t, nil)}, nil
}

// RejectOffer implements RoutingService.
func (s *RoutingService) RejectOffer(
	ctx context.Context, req *routingv1.RejectOfferRequest,
) (*routingv1.RejectOfferResponse, error) {
	if err := typeid.Check("offer_id", routing.OfferPrefix, req.GetOfferId()); err != nil {
		return nil, err
	}
	t, err := s.Desk.Reject(ctx, by(ctx), req.GetOfferId())
	if err != nil {
		return nil, toFault(err)
	}
	return &routingv1.RejectOfferResponse{Task: fromTask(t, nil)}, nil
}
