package routing_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func TestAPersonIsAskedForAndTheConversationIsHandedOver(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		told := b.events()
		b.staff()
		offers := b.watch("agent-ana", 0)
		asked := b.wish()
		task := b.request(asked)
		if task.GetState() != routingv1.Task_STATE_OFFERED || task.GetAgent() != "agent-ana" {
			t.Fatalf("the task is %v", task)
		}
		seen := receive(t, offers)
		if seen.GetOffer().GetState() != routingv1.Offer_STATE_PENDING || seen.GetTask().GetConversationId() != asked.GetConversationId() {
			t.Errorf("the agent sees %v", seen)
		}
		ana := b.as("agent-ana")
		accepted, err := b.AcceptOffer(ana, &routingv1.AcceptOfferRequest{OfferId: seen.GetOffer().GetId()})
		if err != nil || accepted.GetTask().GetState() != routingv1.Task_STATE_ACCEPTED {
			t.Fatalf("accepted: %v (%v)", accepted, err)
		}
		if after := receive(t, offers).GetOffer(); after.GetState() != routingv1.Offer_STATE_ACCEPTED || after.GetSequence() != 2 {
			t.Errorf("the agent sees %v", after)
		}
		if _, err := b.CompleteTask(ana, &routingv1.CompleteTaskRequest{
			TaskId: task.GetId(), Etag: accepted.GetTask().GetEtag(),
		}); err != nil {
			t.Fatal(err)
		}
		got, err := b.GetTask(b.operator, &routingv1.GetTaskRequest{TaskId: task.GetId()})
		if err != nil || len(got.GetTask().GetTransitions()) != 4 || got.GetTask().GetCloseTime() == nil {
			t.Errorf("its history is %v (%v)", got, err)
		}
		c, u, id := asked.GetConversationId(), asked.GetCustomerId(), task.GetId()
		b.wantTold(told, c,
			happened{&eventsv1.TaskRequested{TaskId: id, ConversationId: c, CustomerId: u, Queue: "billing", Channel: "webchat",
				HandoffReason: "CUSTOMER_ASKED"}, "service:assistant"},
			happened{&eventsv1.TaskOffered{TaskId: id, ConversationId: c, CustomerId: u, Agent: "agent-ana",
				OfferId: seen.GetOffer().GetId()}, "service:routing"},
			happened{&eventsv1.TaskAccepted{TaskId: id, ConversationId: c, CustomerId: u, Agent: "agent-ana",
				OfferId: seen.GetOffer().GetId()}, "agent:agent-ana"},
			happened{&eventsv1.TaskCompleted{TaskId: id, ConversationId: c, CustomerId: u, Agent: "agent-ana"}, "agent:agent-ana"})
	})
}

func TestAWatchResumesWhereItEnded(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	b.request(b.wish())
	first := receive(t, b.watch("agent-ana", 0)).GetOffer()
	if _, err := b.RejectOffer(b.as("agent-ana"), &routingv1.RejectOfferRequest{OfferId: first.GetId()}); err != nil {
		t.Fatal(err)
	}
	b.request(b.wish())
	resumed := b.watch("agent-ana", first.GetSequence())
	if rejected := receive(t, resumed).GetOffer(); rejected.GetId() != first.GetId() || rejected.GetState() != routingv1.Offer_STATE_REJECTED {
		t.Errorf("the resumed watch begins with %v", rejected)
	}
	next := receive(t, resumed).GetOffer()
	anew := receive(t, b.watch("agent-ana", 0)).GetOffer()
	if next.GetState() != routingv1.Offer_STATE_PENDING || !proto.Equal(next, anew) {
		t.Errorf("resumed it goes on with %v; anew it begins with %v", next, anew)
	}
}

func TestAnAgentWhoRejectsIsShownInTheExplanation(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	task := b.request(b.wish())
	if _, err := b.RejectOffer(b.as("agent-ana"), &routingv1.RejectOfferRequest{OfferId: task.GetOfferId()}); err != nil {
		t.Fatal(err)
	}
	why, err := b.ExplainTask(b.operator, &routingv1.ExplainTaskRequest{TaskId: task.GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if why.GetAgentCount() != 2 || why.GetTask().GetState() != routingv1.Task_STATE_WAITING {
		t.Errorf("the explanation is %v", why)
	}
	ana, luis := why.GetFits()[0], why.GetFits()[1]
	if ana.GetObstacles()[0].GetKind() != routingv1.Obstacle_KIND_REJECTED || ana.GetObstacles()[0].GetUntilTime() == nil {
		t.Errorf("ana: %v", ana)
	}
	kinds := []routingv1.Obstacle_Kind{luis.GetObstacles()[0].GetKind(), luis.GetObstacles()[1].GetKind()}
	if !slices.Equal(kinds, []routingv1.Obstacle_Kind{routingv1.Obstacle_KIND_SKILL, routingv1.Obstacle_KIND_STATUS}) {
		t.Errorf("luis: %v", luis)
	}
}

func TestAnAgentActsAsHimselfOnly(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	task := b.request(b.wish())
	luis := b.as("agent-luis")
	_, err := b.AcceptOffer(luis, &routingv1.AcceptOfferRequest{OfferId: task.GetOfferId()})
	wantFault(t, err, codes.NotFound, "OFFER_NOT_FOUND")
	_, err = b.CompleteTask(luis, &routingv1.CompleteTaskRequest{TaskId: task.GetId()})
	wantFault(t, err, codes.PermissionDenied, "TASK_NOT_YOURS")
	_, err = b.SetAgentStatus(luis, &routingv1.SetAgentStatusRequest{Agent: "agent-ana", Status: routingv1.Agent_STATUS_OFFLINE})
	wantFault(t, err, codes.PermissionDenied, "AGENT_NOT_YOU")
	_, err = b.CreateQueue(luis, &routingv1.CreateQueueRequest{Queue: &routingv1.Queue{Name: "mine"}})
	wantFault(t, err, codes.PermissionDenied, "ROLE_NOT_ALLOWED")
	_, err = b.AcceptOffer(b.operator, &routingv1.AcceptOfferRequest{OfferId: task.GetOfferId()})
	wantFault(t, err, codes.PermissionDenied, "ROLE_NOT_ALLOWED")
	_, err = b.Heartbeat(luis, &routingv1.HeartbeatRequest{})
	wantFault(t, err, codes.FailedPrecondition, "AGENT_OFFLINE")
	_, err = b.Heartbeat(b.as("agent-nobody"), &routingv1.HeartbeatRequest{})
	wantFault(t, err, codes.NotFound, "AGENT_NOT_FOUND")
	_, err = b.watch("agent-nobody", 0).Recv()
	wantFault(t, err, codes.NotFound, "AGENT_NOT_FOUND")
	key := caller.With(t.Context(), &accessv1.Caller{
		Tenant: tenant, Principal: "key:agent-ana", Role: accessv1.Role_ROLE_AGENT, Scopes: []string{caller.AllScopes},
	})
	_, err = b.AcceptOffer(key, &routingv1.AcceptOfferRequest{OfferId: task.GetOfferId()})
	wantFault(t, err, codes.NotFound, "OFFER_NOT_FOUND")
}

func TestAnOfferAndATaskAreRefusedWhenTheyAreOver(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	task := b.request(b.wish())
	if _, err := b.CancelTask(b.ctx, &routingv1.CancelTaskRequest{TaskId: task.GetId()}); err != nil {
		t.Fatal(err)
	}
	_, err := b.AcceptOffer(b.as("agent-ana"), &routingv1.AcceptOfferRequest{OfferId: task.GetOfferId()})
	wantFault(t, err, codes.FailedPrecondition, "OFFER_GONE")
	_, err = b.CompleteTask(b.operator, &routingv1.CompleteTaskRequest{TaskId: task.GetId()})
	wantFault(t, err, codes.FailedPrecondition, "TASK_STATE_WRONG")
	_, err = b.TransferTask(b.operator, &routingv1.TransferTaskRequest{
		TaskId: task.GetId(), To: &routingv1.TransferTaskRequest_Queue{Queue: "nowhere"},
	})
	wantFault(t, err, codes.NotFound, "QUEUE_NOT_FOUND")
	_, err = b.GetTask(b.ctx, &routingv1.GetTaskRequest{TaskId: typeid.New("task")})
	wantFault(t, err, codes.NotFound, "TASK_NOT_FOUND")
	_, err = b.GetTask(b.ctx, &routingv1.GetTaskRequest{TaskId: "17"})
	wantFault(t, err, codes.InvalidArgument, "ID_INVALID")
}

func TestARequestIsRefused(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	for _, c := range []struct {
		name   string
		change func(r *routingv1.RequestAgentRequest)
		code   codes.Code
		reason string
	}{
		{"without an id", func(r *routingv1.RequestAgentRequest) { r.RequestId = "" }, codes.InvalidArgument, "FIELD_INVALID"},
		{"with words for a reason", func(r *routingv1.RequestAgentRequest) { r.HandoffReason = "he is angry" }, codes.InvalidArgument, "FIELD_INVALID"},
		{"for no conversation", func(r *routingv1.RequestAgentRequest) { r.ConversationId = "17" }, codes.InvalidArgument, "ID_INVALID"},
		{"for nobody", func(r *routingv1.RequestAgentRequest) { r.CustomerId = "daniel" }, codes.InvalidArgument, "ID_INVALID"},
		{"with a priority that is none", func(r *routingv1.RequestAgentRequest) { r.Priority = 10 }, codes.InvalidArgument, "FIELD_INVALID"},
		{"for a queue that is not there", func(r *routingv1.RequestAgentRequest) { r.Queue = "nowhere" }, codes.NotFound, "QUEUE_NOT_FOUND"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := b.wish()
			c.change(r)
			_, err := b.RequestAgent(b.ctx, r)
			wantFault(t, err, c.code, c.reason)
		})
	}
	r := b.wish()
	b.request(r)
	r.Priority = 9
	_, err := b.RequestAgent(b.ctx, r)
	wantFault(t, err, codes.AlreadyExists, "REQUEST_ID_REUSED")
	r.RequestId, r.CustomerId = uuid.NewString(), typeid.New("customer")
	_, err = b.RequestAgent(caller.With(t.Context(), caller.OnBehalfOf(
		caller.Service(tenant, "assistant"), typeid.New("customer"), accessv1.Assurance_ASSURANCE_NONE)), r)
	wantFault(t, err, codes.NotFound, "CUSTOMER_NOT_FOUND")
}

func TestAgentsAndQueuesAreKept(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	ana, err := b.GetAgent(b.operator, &routingv1.GetAgentRequest{Name: "agent-ana"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.CreateAgent(b.operator, &routingv1.CreateAgentRequest{Agent: ana.GetAgent()})
	wantFault(t, err, codes.AlreadyExists, "AGENT_EXISTS")
	_, err = b.CreateAgent(b.operator, &routingv1.CreateAgentRequest{Agent: &routingv1.Agent{
		Name: "agent-eva", Capacities: []*routingv1.ChannelCapacity{{Channel: "email"}, {Channel: "email"}},
	}})
	wantFault(t, err, codes.InvalidArgument, "CHANNEL_TWICE")

	changed := proto.CloneOf(ana.GetAgent())
	changed.Skills, changed.Capacities = []string{"tech"}, nil
	updated, err := b.UpdateAgent(b.operator, &routingv1.UpdateAgentRequest{
		Agent: changed, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"skills"}},
	})
	if err != nil || !slices.Equal(updated.GetAgent().GetSkills(), []string{"tech"}) || len(updated.GetAgent().GetCapacities()) != 1 {
		t.Errorf("updated: %v (%v)", updated, err)
	}
	_, err = b.UpdateAgent(b.operator, &routingv1.UpdateAgentRequest{Agent: changed})
	wantFault(t, err, codes.Aborted, "ETAG_STALE")
	_, err = b.UpdateAgent(b.operator, &routingv1.UpdateAgentRequest{
		Agent: changed, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"status"}},
	})
	wantFault(t, err, codes.InvalidArgument, "UPDATE_MASK_INVALID")

	queue, err := b.UpdateQueue(b.operator, &routingv1.UpdateQueueRequest{
		Queue:      &routingv1.Queue{Name: "billing", DefaultPriority: 8},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"default_priority"}},
	})
	if err != nil || queue.GetQueue().GetDefaultPriority() != 8 || !slices.Equal(queue.GetQueue().GetSkills(), []string{"billing"}) {
		t.Errorf("updated: %v (%v)", queue, err)
	}
	_, err = b.GetQueue(b.operator, &routingv1.GetQueueRequest{Name: "nowhere"})
	wantFault(t, err, codes.NotFound, "QUEUE_NOT_FOUND")
}

func TestListsHavePages(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	var want, got []string
	for range 5 {
		want = append(want, b.request(b.wish()).GetId())
	}
	for token := ""; ; {
		resp, err := b.ListTasks(b.operator, &routingv1.ListTasksRequest{Queue: "billing", PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range resp.GetTasks() {
			got = append(got, task.GetId())
		}
		if token = resp.GetNextPageToken(); token == "" {
			break
		}
		_, err = b.ListTasks(b.operator, &routingv1.ListTasksRequest{PageSize: 2, PageToken: token})
		wantFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID")
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	agents, err := b.ListAgents(b.operator, &routingv1.ListAgentsRequest{PageSize: 1})
	if err != nil || agents.GetNextPageToken() == "" {
		t.Fatalf("%v (%v)", agents, err)
	}
	rest, err := b.ListAgents(b.operator, &routingv1.ListAgentsRequest{PageSize: 1, PageToken: agents.GetNextPageToken()})
	if err != nil || rest.GetAgents()[0].GetName() != "agent-luis" || rest.GetNextPageToken() != "" {
		t.Errorf("the second page: %v (%v)", rest, err)
	}
	queues, err := b.ListQueues(b.operator, &routingv1.ListQueuesRequest{})
	if err != nil || queues.GetQueues()[0].GetWaitingCount() != 4 {
		t.Errorf("the queues: %v (%v)", queues, err)
	}
}

func TestAWatchEndsWithItsCaller(t *testing.T) {
	b := startOnSQLite(t)
	b.staff()
	ctx, cancel := context.WithCancel(b.as("agent-ana"))
	stream, err := b.WatchOffers(ctx, &routingv1.WatchOffersRequest{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := stream.Recv(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("the watch ended with %v", err)
	}
}
