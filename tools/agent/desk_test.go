package agent

import (
	"context"
	"errors"
	"strings"
	"testing"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
)

// company is the public API for one agent, whose hand-offs can be broken.
type company struct {
	routingv1.RoutingServiceClient
	contextv1.ContextServiceClient
	status routingv1.Agent_Status
	broken bool
}

func (c *company) SetAgentStatus(_ context.Context, r *routingv1.SetAgentStatusRequest, _ ...grpc.CallOption) (*routingv1.SetAgentStatusResponse, error) {
	c.status = r.GetStatus()
	return &routingv1.SetAgentStatusResponse{}, nil
}

func (c *company) AcceptOffer(_ context.Context, _ *routingv1.AcceptOfferRequest, _ ...grpc.CallOption) (*routingv1.AcceptOfferResponse, error) {
	return &routingv1.AcceptOfferResponse{Task: &routingv1.Task{Id: "task_1", ConversationId: "conversation_1"}}, nil
}

func (c *company) GetHandoff(context.Context, *contextv1.GetHandoffRequest, ...grpc.CallOption) (*contextv1.GetHandoffResponse, error) {
	if c.broken {
		return nil, errors.New("billing is down")
	}
	return &contextv1.GetHandoffResponse{Handoff: &contextv1.Handoff{}}, nil
}

func (c *company) WatchConversation(ctx context.Context, _ *contextv1.WatchConversationRequest, _ ...grpc.CallOption) (grpc.ServerStreamingClient[contextv1.WatchConversationResponse], error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// accepted is a desk that was offered a conversation and accepted it.
func accepted(t *testing.T, c *company) (*Desk, *strings.Builder) {
	t.Helper()
	said := &strings.Builder{}
	d := NewDesk(&Client{routing: c, timeline: c}, said)
	t.Cleanup(func() { d.hush() })
	d.offer = &routingv1.WatchOffersResponse{Offer: &routingv1.Offer{Id: "offer_1"}, Task: &routingv1.Task{Id: "task_1"}}
	if err := d.do(t.Context(), "accept"); err != nil {
		t.Fatal(err)
	}
	return d, said
}

func TestAnAgentWhoseConversationEndsIsFreeAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		broken bool
	}{
		{"that he was in", false},
		{"whose hand-off he could not read", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := &company{broken: c.broken}
			d, said := accepted(t, api)
			if api.status != routingv1.Agent_STATUS_BUSY {
				t.Errorf("with a conversation the agent is %v", api.status)
			}
			d.offered(t.Context(), &routingv1.WatchOffersResponse{
				Offer: &routingv1.Offer{Id: "offer_1", State: routingv1.Offer_STATE_ENDED}, Task: &routingv1.Task{Id: "task_1"},
			})
			if api.status != routingv1.Agent_STATUS_AVAILABLE || !strings.Contains(said.String(), "You are available.") {
				t.Errorf("afterwards the agent is %v, and was told %s", api.status, said)
			}
		})
	}
}

func TestAConversationWhoseHandoffCannotBeReadIsAcceptedAgain(t *testing.T) {
	c := &company{broken: true}
	d, said := accepted(t, c)
	if d.task != nil || !strings.Contains(said.String(), "That did not work") {
		t.Errorf("%v is at hand, and the agent was told %s", d.task, said)
	}
	c.broken = false
	if err := d.do(t.Context(), "accept"); err != nil || d.task.GetId() != "task_1" {
		t.Errorf("again: %v, with %v at hand", err, d.task)
	}
}

func TestWhatACustomerWritesDoesNotSteerTheTerminal(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"words", "¿Por qué? 🙂", "¿Por qué? 🙂"},
		{"two lines, the second like one of ours", "hi\nOffer: a customer", "hi\n    Offer: a customer"},
		{"the clipboard", "\x1b]52;c;cm0=\a", "\ufffd]52;c;cm0=\ufffd"},
		{"the line anew", "hi\r[web] you: yes", "hi\ufffd[web] you: yes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, said := accepted(t, &company{})
			d.hear(&contextv1.Message{Id: "message_1", ConversationId: "conversation_1", Channel: "web", Text: c.text, Author: contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER})
			if !strings.HasSuffix(said.String(), ": "+c.want+"\n") {
				t.Errorf("printed %q, want %q", said, c.want)
			}
		})
	}
}
