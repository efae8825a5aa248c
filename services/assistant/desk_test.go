package assistant

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/person"
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
		if open.GetCustomerId() != req.GetCustomerId() {
			return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "the open task is somebody else's")
		}
		return &routingv1.RequestAgentResponse{Task: open}, nil
	}
	task := &routingv1.Task{
		Id: id("task", len(d.queued)+1), ConversationId: req.GetConversationId(), CustomerId: req.GetCustomerId(), State: routingv1.Task_STATE_WAITING,
		CreateTime: timestamppb.New(d.heard().Add(time.Millisecond)),
	}
	if d.agent == "free" {
		task.State = routingv1.Task_STATE_OFFERED
	}
	d.tasks[req.GetConversationId()] = task
	d.queued = append(d.queued, req.GetQueue()+" "+req.GetHandoffReason())
	return &routingv1.RequestAgentResponse{Task: task}, nil
}

func (d *desk) ListTasks(ctx context.Context, req *routingv1.ListTasksRequest) (*routingv1.ListTasksResponse, error) {
	response := &routingv1.ListTasksResponse{}
	by := caller.From(ctx).GetOnBehalfOfCustomer()
	if open := d.tasks[req.GetConversationId()]; open != nil && (by == "" || by == open.GetCustomerId()) {
		response.Tasks = append(response.Tasks, open)
	}
	return response, nil
}

func (d *desk) CancelTask(_ context.Context, req *routingv1.CancelTaskRequest) (*routingv1.CancelTaskResponse, error) {
	for conversation, task := range d.tasks {
		if task.GetId() == req.GetTaskId() {
			delete(d.tasks, conversation)
			return &routingv1.CancelTaskResponse{Task: task}, nil
		}
	}
	return nil, fault.New(codes.FailedPrecondition, "TASK_STATE_WRONG", "the task is over")
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

func asAssistant(ctx context.Context) context.Context {
	return caller.With(ctx, caller.Service(tenant, "assistant"))
}

func TestAConversationThatWasClosedIsTakenOutOfTheLine(t *testing.T) {
	w := newWorld(t)
	w.desk.tasks[conversationOf(daniel)] = &routingv1.Task{Id: id("task", 1)}
	for range 2 {
		if err := colleague.LetGo(asAssistant(t.Context()), w.peers, conversationOf(daniel)); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.desk.tasks) != 0 {
		t.Errorf("still in line: %v", w.desk.tasks)
	}
}

func TestACustomerIsToldOnceThatTheColleagueIsGone(t *testing.T) {
	w := newWorld(t)
	gone, err := person.NewGone(american(t).all, w.customers)
	if err != nil {
		t.Fatal(err)
	}
	lost := func(event string) error {
		return colleague.Lost(asAssistant(t.Context()), w.peers, skill.RequestID(event, "lost"), conversationOf(daniel), gone)
	}
	for range 2 {
		if err := lost("event_1"); err != nil {
			t.Fatal(err)
		}
	}
	said := w.ours()
	if len(said) != 1 || said[0].GetAuthor() != contextv1.AuthorKind_AUTHOR_KIND_SYSTEM || said[0].GetCustomerId() != daniel ||
		!strings.Contains(said[0].GetText(), "had to leave") {
		t.Errorf("said %v", said)
	}
	w.timeline.posting = fault.New(codes.FailedPrecondition, "CUSTOMER_ERASED", "the customer was erased")
	if err := lost("event_2"); err != nil {
		t.Errorf("to who was erased: %v", err)
	}
}

func TestTheNextColleagueIsToldOnceThatTheCustomerCouldNotBe(t *testing.T) {
	w := newWorld(t)
	giveUp := func() {
		t.Helper()
		if err := colleague.GiveUp(asAssistant(t.Context()), w.peers, skill.RequestID("event_1", "untold"), conversationOf(daniel)); err != nil {
			t.Fatal(err)
		}
	}
	giveUp()
	if len(w.timeline.order) != 0 {
		t.Errorf("kept for nobody: %v", w.timeline.requests)
	}
	w.desk.tasks[conversationOf(daniel)] = &routingv1.Task{Id: id("task", 1)}
	giveUp()
	giveUp()
	if len(w.timeline.order) != 1 || w.timeline.requests[w.timeline.order[0]].GetConversationId() != conversationOf(daniel) {
		t.Errorf("kept %v", w.timeline.requests)
	}
}

func TestWhoSignedInIsNotToldThatThereIsNoLineWhileTheirTaskIsStillTheVisitors(t *testing.T) {
	w := newWorld(t)
	w.desk.agent = "busy"
	w.desk.tasks[conversationOf(daniel)] = &routingv1.Task{
		Id: id("task", 1), CustomerId: id("customer", 9), State: routingv1.Task_STATE_WAITING, CreateTime: timestamppb.New(begin),
	}
	w.now = begin.Add(time.Minute)
	m := w.timeline.hear(daniel, "web", words("I want to talk to a real person"))
	if err := w.answer(m); err == nil {
		t.Fatalf("said %v before it is known whose task it is", w.ours())
	}
	w.desk.tasks[conversationOf(daniel)].CustomerId = daniel
	if err := w.answer(m); err != nil {
		t.Fatal(err)
	}
	if said := w.timeline.replyTo(m).GetText(); !strings.Contains(said, "in line for a colleague already") {
		t.Errorf("said %q", said)
	}
}
