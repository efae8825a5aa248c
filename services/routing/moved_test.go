package routing_test

import (
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

func TestWhoSignsInWhileWaitingKeepsTheirPlace(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		b.staff()
		wish := b.wish()
		waiting := b.request(wish)
		customer := typeid.New("customer")
		b.moved(wish.GetConversationId(), customer)

		signedIn := caller.With(t.Context(), caller.OnBehalfOf(
			caller.Service(tenant, "assistant"), customer, accessv1.Assurance_ASSURANCE_STRONG))
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		tooLong := time.After(20 * time.Second)
		for {
			theirs, err := b.ListTasks(signedIn, &routingv1.ListTasksRequest{ConversationId: wish.GetConversationId()})
			if err != nil {
				t.Fatal(err)
			}
			if len(theirs.GetTasks()) == 1 {
				break
			}
			select {
			case <-look.C:
			case <-tooLong:
				t.Fatal("who signed in has no task")
			}
		}
		again := b.wish()
		again.ConversationId, again.CustomerId = wish.GetConversationId(), customer
		resp, err := b.RequestAgent(signedIn, again)
		if err != nil || resp.GetTask().GetId() != waiting.GetId() {
			t.Errorf("asked again: %v, %v, want the task %s", resp, err, waiting.GetId())
		}
	})
}

// moved tells that the conversation is the customer's now.
func (b *bench) moved(conversation, customer string) {
	b.t.Helper()
	payload, err := anypb.New(&eventsv1.ConversationMoved{ConversationId: conversation, CustomerId: customer})
	if err != nil {
		b.t.Fatal(err)
	}
	env := &eventsv1.Envelope{
		Id: typeid.New("event"), Tenant: tenant, PartitionKey: conversation, Sequence: 1,
		Caller: caller.Service(tenant, "channels"), Type: string(payload.MessageName()), Payload: payload,
	}
	raw, err := proto.Marshal(env)
	if err != nil {
		b.t.Fatal(err)
	}
	subject := bus.ConversationSubject(conversation, env.GetType())
	if err := b.bus.Publish(b.ctx, []bus.Message{{ID: env.GetId(), Subject: subject, Data: raw}}); err != nil {
		b.t.Fatal(err)
	}
}
