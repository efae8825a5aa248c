package assistant

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// desk is a routing service with one agent, and a line of tasks that are never worked off but by the test.
type desk struct {
	routingv1.UnimplementedRoutingServiceServer
	// heard is when something was heard last: a task is requested right behind it.
	heard func() time.Time
	// agent is away, busy or free.
	agent string
	// ahead are those who wait before whoever asks.
	ahead int64
	tasks map[string]*routingv1.Task // the open ones, by their conversation
	// queued are the queues and reasons of all tasks, in their order.
	queued []string
}

// setUp has no queue of another name.
var setUp = []Queue{{Name: "tech", Words: []string{"internet", "router"}}, {Name: "billing"}}

func (d *desk) RequestAgent(ctx context.Context, req *routingv1.RequestAgentRequest) (*routingv1.RequestAgentResponse, error) {
	if d.agent == "" {
		return nil, fault.New(codes.NotFound, "QUEUE_NOT_FOUND", "there is no such queue")
	}
	if caller.From(ctx).GetOnBehalfOfCustomer() != req.GetCustomerId() {
		return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "a person is asked for on behalf of who wants one")
	}
	if open := d.tasks[req.GetConversationId()]; open != nil {
		return &routingv1.RequestAgentResponse{Task: open}, nil
	}
	task := &routingv1.Task{
		Id: id("task", len(d.queued)+1), ConversationId: req.GetConversationId(), State: routingv1.Task_STATE_WAITING,
		CreateTime: timestamppb.New(d.heard().Add(time.Millisecond)),
	}
	if d.agent == "free" {
		task.State = routingv1.Task_STATE_OFFERED
	}
	d.tasks[req.GetConversationId()] = task
	d.queued = append(d.queued, req.GetQueue()+" "+req.GetHandoffReason())
	return &routingv1.RequestAgentResponse{Task: task}, nil
}

func (d *desk) ListTasks(_ context.Context, req *routingv1.ListTasksRequest) (*routingv1.ListTasksResponse, error) {
	response := &routingv1.ListTasksResponse{}
	if open := d.tasks[req.GetConversationId()]; open != nil {
		response.Tasks = append(response.Tasks, open)
	}
	return response, nil
}

func (d *desk) ExplainTask(_ context.Context, req *routingv1.ExplainTaskRequest) (*routingv1.ExplainTaskResponse, error) {
	response := &routingv1.ExplainTaskResponse{AheadCount: d.ahead, Fits: []*routingv1.Fit{{Agent: "agent-ana"}}}
	for _, task := range d.tasks {
		if task.GetId() == req.GetTaskId() {
			response.Task = task
		}
	}
	obstacle := &routingv1.Obstacle{Kind: routingv1.Obstacle_KIND_CAPACITY}
	if d.agent == "away" {
		obstacle = &routingv1.Obstacle{Kind: routingv1.Obstacle_KIND_STATUS, Status: routingv1.Agent_STATUS_OFFLINE}
	}
	response.Fits[0].Obstacles = append(response.Fits[0].Obstacles, obstacle)
	return response, nil
}
