package contextsvc_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const (
	ana  = "agent-ana"
	luis = "agent-luis"
)

// desk is a routing service that knows who has accepted which conversation.
type desk struct {
	routingv1.UnimplementedRoutingServiceServer
	mu  sync.Mutex
	has map[string]string
}

func (d *desk) ListTasks(_ context.Context, req *routingv1.ListTasksRequest) (*routingv1.ListTasksResponse, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.has[req.GetConversationId()] != req.GetAgent() {
		return &routingv1.ListTasksResponse{}, nil
	}
	return &routingv1.ListTasksResponse{Tasks: []*routingv1.Task{{}}}, nil
}

func (d *desk) accept(conversation, agent string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.has[conversation] = agent
}

// tell what happened to the conversation's task, as routing does.
func (b *bench) tell(conversation string, sequence int64, what proto.Message) {
	b.t.Helper()
	payload, err := anypb.New(what)
	if err != nil {
		b.t.Fatal(err)
	}
	env := &eventsv1.Envelope{
		Id: typeid.New("event"), Tenant: tenant, PartitionKey: conversation, Sequence: sequence,
		OccurredTime: timestamppb.New(morning), Caller: caller.Service(tenant, "routing"),
		Type: string(payload.MessageName()), Payload: payload,
	}
	raw, err := proto.Marshal(env)
	if err != nil {
		b.t.Fatal(err)
	}
	err = b.bus.Publish(b.ctx, []bus.Message{{ID: env.GetId(), Subject: bus.RoutingSubject(conversation, env.GetType()), Data: raw}})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) conversation(id string) *contextv1.Conversation {
	b.t.Helper()
	resp, err := b.GetConversation(b.ctx, &contextv1.GetConversationRequest{ConversationId: id})
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.GetConversation()
}

// awaitEpoch waits until the handler changed so often.
func (b *bench) awaitEpoch(id string, epoch int64) *contextv1.Conversation {
	b.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	tooLong := time.After(20 * time.Second)
	for {
		c := b.conversation(id)
		if c.GetHandlerEpoch() == epoch {
			return c
		}
		select {
		case <-look.C:
		case <-tooLong:
			b.t.Fatalf("the conversation is %v, want epoch %d", c, epoch)
		}
	}
}

func asAgent(ctx context.Context, name string) context.Context {
	return caller.With(ctx, &accessv1.Caller{
		Tenant: tenant, Principal: "agent:" + name, Role: accessv1.Role_ROLE_AGENT, Scopes: []string{caller.AllScopes},
	})
}

func TestWhoHandlesAConversationFollowsRouting(t *testing.T) {
	type step struct {
		sequence int64
		what     proto.Message
	}
	accepted := func(agent string) proto.Message { return &eventsv1.TaskAccepted{Agent: agent} }
	given := &eventsv1.TaskReturned{Agent: ana, WasAccepted: true}
	refused := &eventsv1.TaskReturned{Agent: ana}
	done, cancelled := &eventsv1.TaskCompleted{Agent: ana}, &eventsv1.TaskCancelled{}
	const person, none, assistant = contextv1.HandlerKind_HANDLER_KIND_PERSON, contextv1.HandlerKind_HANDLER_KIND_NONE,
		contextv1.HandlerKind_HANDLER_KIND_ASSISTANT
	cases := []struct {
		name    string
		steps   []step
		handler contextv1.HandlerKind
		agent   string
		epoch   int64
		open    int
	}{
		{"an agent accepts", []step{{3, accepted(ana)}}, person, ana, 2, 1},
		{"an agent leaves an offer", []step{{3, refused}, {5, accepted(luis)}}, person, luis, 2, 1},
		{"the agent is gone", []step{{3, accepted(ana)}, {4, given}}, none, "", 3, 1},
		{"another takes over", []step{{3, accepted(ana)}, {4, given}, {6, accepted(luis)}}, person, luis, 4, 1},
		{"the agent is done", []step{{3, accepted(ana)}, {4, done}}, assistant, "", 3, 0},
		{"it is cancelled under the agent", []step{{3, accepted(ana)}, {4, cancelled}}, assistant, "", 3, 0},
		{"it is told twice, and late", []step{{3, accepted(ana)}, {4, done}, {3, accepted(ana)}, {4, done}, {7, accepted(luis)}}, person, luis, 4, 0},
	}
	onBothEngines(t, func(t *testing.T, b *bench) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				wish := said(fmt.Sprint("SM", i), "a person please")
				wish.Sender = bySMS(fmt.Sprintf("+121255501%02d", i))
				asked := b.record(wish)[0]
				id := asked.GetConversationId()
				b.wantPerson(asked)
				for _, s := range c.steps {
					b.tell(id, s.sequence, s.what)
				}
				got := b.awaitEpoch(id, c.epoch)
				if got.GetHandler() != c.handler || got.GetAgent() != c.agent {
					t.Errorf("handled by %v %q, want %v %q", got.GetHandler(), got.GetAgent(), c.handler, c.agent)
				}
				open, err := b.ListOpenRequests(b.ctx, &contextv1.ListOpenRequestsRequest{CustomerId: asked.GetCustomerId()})
				if err != nil || len(open.GetOpenRequests()) != c.open {
					t.Errorf("%d requests are open, want %d (%v)", len(open.GetOpenRequests()), c.open, err)
				}
			})
		}
	})
}

func (b *bench) wantPerson(asked *contextv1.EventResult) {
	b.t.Helper()
	_, err := b.CreateOpenRequest(b.ctx, &contextv1.CreateOpenRequestRequest{
		RequestId: uuid.NewString(), ConversationId: asked.GetConversationId(), MessageId: asked.GetMessageId(),
		Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: "Asked to talk to a person.",
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestALateAnswerOfTheAssistantIsNotPostedOverAPerson(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(said("SM1", "why is my bill so high?"))[0]
	b.tell(asked.GetConversationId(), 1, &eventsv1.TaskAccepted{Agent: ana})
	b.awaitEpoch(asked.GetConversationId(), 2)
	late := answer(asked, "Because")
	late.HandlerEpoch = 1
	_, err := b.PostMessage(b.ctx, late)
	wantFault(t, err, codes.Aborted, "HANDLER_CHANGED")
}

func TestAnAgentPostsWhereHeHandlesTheConversation(t *testing.T) {
	b := startOnSQLite(t)
	id := b.record(said("SM1", "a person please"))[0].GetConversationId()
	post := func(name string, author contextv1.AuthorKind) error {
		_, err := b.PostMessage(asAgent(b.ctx, name), &contextv1.PostMessageRequest{
			RequestId: uuid.NewString(), ConversationId: id, Text: "Hello, this is " + name, Author: author,
		})
		return err
	}
	const asPerson = contextv1.AuthorKind_AUTHOR_KIND_AGENT
	wantFault(t, post(ana, asPerson), codes.PermissionDenied, "CONVERSATION_NOT_YOURS")
	b.desk.accept(id, ana) // the event is under way still
	if err := post(ana, asPerson); err != nil {
		t.Errorf("right behind accepting: %v", err)
	}
	if c := b.conversation(id); c.GetAgent() != ana || c.GetHandlerEpoch() != 2 {
		t.Errorf("the conversation is %v", c)
	}
	b.tell(id, 3, &eventsv1.TaskAccepted{Agent: ana})
	wantFault(t, post(luis, asPerson), codes.PermissionDenied, "CONVERSATION_NOT_YOURS")
	wantFault(t, post(ana, contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT), codes.PermissionDenied, "AUTHOR_NOT_YOU")
	b.desk.accept(id, luis)
	b.tell(id, 4, &eventsv1.TaskReturned{Agent: ana, WasAccepted: true})
	b.tell(id, 6, &eventsv1.TaskAccepted{Agent: luis})
	b.awaitEpoch(id, 4)
	wantFault(t, post(ana, asPerson), codes.PermissionDenied, "CONVERSATION_NOT_YOURS")
	if err := post(luis, asPerson); err != nil {
		t.Error(err)
	}
}

func TestAnOperatorSaysWhoHandlesAConversation(t *testing.T) {
	b := startOnSQLite(t)
	id := b.record(said("SM1", "hello"))[0].GetConversationId()
	set := func(handler contextv1.HandlerKind, agent string, epoch int64) (*contextv1.Conversation, error) {
		resp, err := b.SetHandler(b.ctx, &contextv1.SetHandlerRequest{
			ConversationId: id, Handler: handler, Agent: agent, HandlerEpoch: epoch,
		})
		return resp.GetConversation(), err
	}
	for range 2 {
		c, err := set(contextv1.HandlerKind_HANDLER_KIND_PERSON, ana, 0)
		if err != nil || c.GetHandlerEpoch() != 2 || c.GetAgent() != ana {
			t.Fatalf("set = %v, %v", c, err)
		}
	}
	_, err := set(contextv1.HandlerKind_HANDLER_KIND_ASSISTANT, "", 1)
	wantFault(t, err, codes.Aborted, "HANDLER_CHANGED")
	if c, err := set(contextv1.HandlerKind_HANDLER_KIND_ASSISTANT, "", 2); err != nil || c.GetHandlerEpoch() != 3 {
		t.Errorf("set = %v, %v", c, err)
	}
}

func TestAClosedConversationIsClosedForGood(t *testing.T) {
	b := startOnSQLite(t)
	first := b.record(said("SM1", "hello"))[0].GetConversationId()
	req := &contextv1.CloseConversationRequest{ConversationId: first}
	_, err := b.CloseConversation(asAgent(b.ctx, ana), req)
	wantFault(t, err, codes.PermissionDenied, "CONVERSATION_NOT_YOURS")
	b.desk.accept(first, ana)
	for _, ctx := range []context.Context{asAgent(b.ctx, ana), b.ctx} {
		resp, err := b.CloseConversation(ctx, req)
		if err != nil || resp.GetConversation().GetState() != contextv1.Conversation_STATE_CLOSED {
			t.Fatalf("close = %v, %v", resp, err)
		}
	}
	_, err = b.SetHandler(b.ctx, &contextv1.SetHandlerRequest{
		ConversationId: first, Handler: contextv1.HandlerKind_HANDLER_KIND_ASSISTANT,
	})
	wantFault(t, err, codes.FailedPrecondition, "CONVERSATION_CLOSED")
	if next := b.record(said("SM2", "hello again"))[0].GetConversationId(); next == first {
		t.Error("what was said next is in the closed conversation")
	}
}
