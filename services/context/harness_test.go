package contextsvc_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	contextsvc "github.com/parleyhq/parley/services/context"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const tenant = "aurora"

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// bench is the service, running, with an identity service beside it.
type bench struct {
	contextv1.ContextServiceClient
	t     testing.TB
	ctx   context.Context
	clock *hand
	bus   *bus.Bus
	desk  *desk
	court *court
	// files of the bus.
	files string
}

// hand of a clock that is set by the test.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) forward(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// onBothEngines runs the test over SQLite and over PostgreSQL.
func onBothEngines(t *testing.T, test func(t *testing.T, b *bench)) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) { test(t, start(t, open)) })
}

func startOnSQLite(t testing.TB) *bench { return start(t, storetest.Open) }

func start(t testing.TB, open func(testing.TB, string) *store.DB) *bench {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	files := t.TempDir()
	events, err := bus.Open(t.Context(), bus.Config{Dir: files}, log, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := events.Close(); err != nil {
			t.Error(err)
		}
	})
	local := rpc.NewLocal(rpc.Deps{Log: log})
	keeper := sealtest.New(t)
	clock := &hand{at: morning}
	n := &node.Node{
		Log: log, Clock: clock.now, Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
		Server: local, Peers: local, Bus: events, Seal: keeper, Pages: page.New(keeper),
		Store: func(_ context.Context, name string) (*store.DB, error) { return open(t, name), nil },
	}
	identityv1.RegisterIdentityServiceServer(local, &people{holders: map[string]string{}, merged: map[string][]string{}})
	routing, disputes := &desk{has: map[string]string{}}, &court{}
	routingv1.RegisterRoutingServiceServer(local, routing)
	billingv1.RegisterDisputeServiceServer(local, disputes)
	cfg := contextsvc.Default()
	cfg.WatchInterval = time.Hour
	service, err := contextsvc.New(t.Context(), n, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &bench{
		ContextServiceClient: contextv1.NewContextServiceClient(local),
		t:                    t, ctx: asService(t.Context(), tenant), clock: clock, bus: events, files: files,
		desk: routing, court: disputes,
	}
}

func asService(ctx context.Context, tenant string) context.Context {
	return caller.With(ctx, caller.Service(tenant, "channels"))
}

func onBehalfOf(ctx context.Context, customer string) context.Context {
	return caller.With(ctx, caller.OnBehalfOf(
		caller.Service(tenant, "assistant"), customer, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
}

// people is an identity service that knows who holds which handle.
type people struct {
	identityv1.UnimplementedIdentityServiceServer
	mu      sync.Mutex
	holders map[string]string
	merged  map[string][]string
}

// MergeCustomers implements IdentityService for visitors of a web site.
func (p *people) MergeCustomers(
	_ context.Context, req *identityv1.MergeCustomersRequest,
) (*identityv1.MergeCustomersResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for handle, holder := range p.holders {
		if holder == req.GetMergedCustomerId() && !strings.Contains(handle, "VISITOR") {
			return nil, fault.New(codes.FailedPrecondition, "CUSTOMER_KNOWN", "a customer of their own")
		}
	}
	for handle, holder := range p.holders {
		if holder == req.GetMergedCustomerId() {
			p.holders[handle] = req.GetCustomerId()
		}
	}
	p.merged[req.GetCustomerId()] = append(p.merged[req.GetCustomerId()], req.GetMergedCustomerId())
	return &identityv1.MergeCustomersResponse{Customer: p.customer(req.GetCustomerId())}, nil
}

func (p *people) customer(id string) *identityv1.Customer {
	return &identityv1.Customer{Id: id, MergedCustomerIds: p.merged[id]}
}

// refusedPhone is a phone number that identity refuses.
const refusedPhone = "+1refused"

func (p *people) ResolveCustomer(
	_ context.Context, req *identityv1.ResolveCustomerRequest,
) (*identityv1.ResolveCustomerResponse, error) {
	if req.GetHandle().GetValue() == refusedPhone {
		return nil, fault.Invalid("handle.value", "HANDLE_INVALID", "not a handle of its kind")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	handles := append([]*identityv1.Handle{req.GetHandle()}, req.GetAlso()...)
	id := ""
	for _, h := range handles {
		if holder, ok := p.holders[h.String()]; ok {
			id = holder
			break
		}
	}
	if id == "" && !req.GetCreate() {
		return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "there is no such customer")
	}
	if id == "" {
		id = typeid.New("customer")
	}
	for _, h := range handles {
		p.holders[h.String()] = id
	}
	return &identityv1.ResolveCustomerResponse{Customer: p.customer(id)}, nil
}

// Senders as channels know them.
func bySMS(phone string) *contextv1.Sender {
	return &contextv1.Sender{
		Address:   phone,
		Handles:   []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: phone}},
		Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
	}
}

func byWhatsApp(phone string) *contextv1.Sender {
	s := bySMS(phone)
	s.Handles = append([]*identityv1.Handle{
		{Kind: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID, Value: phone[1:]},
	}, s.Handles...)
	return s
}

const daniel = "+12125550101"

// event of the sender; its key is the test's own words.
func event(key string, from *contextv1.Sender, at time.Time) *contextv1.ChannelEvent {
	return &contextv1.ChannelEvent{
		Key: key, Channel: "sms", Account: "sms-main", OccurredTime: timestamppb.New(at), Sender: from,
	}
}

func text(words string) *contextv1.Content {
	return &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: words}
}

func said(externalID, words string) *contextv1.ChannelEvent {
	e := event("message/"+externalID, bySMS(daniel), morning)
	e.Event = &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{ExternalId: externalID, Content: text(words)}}
	return e
}

func edited(externalID, words string, at time.Time) *contextv1.ChannelEvent {
	e := event(fmt.Sprintf("edit/%s/%s/%s", externalID, words, at), bySMS(daniel), at)
	e.Event = &contextv1.ChannelEvent_Edit{Edit: &contextv1.MessageEdit{ExternalId: externalID, Content: text(words)}}
	return e
}

func deleted(externalID string, at time.Time) *contextv1.ChannelEvent {
	e := event("deletion/"+externalID, bySMS(daniel), at)
	e.Event = &contextv1.ChannelEvent_Deletion{Deletion: &contextv1.MessageDeletion{ExternalId: externalID}}
	return e
}

func reacted(externalID, emoji string, at time.Time) *contextv1.ChannelEvent {
	e := event(fmt.Sprintf("reaction/%s/%s/%s", externalID, emoji, at), bySMS(daniel), at)
	e.Event = &contextv1.ChannelEvent_Reaction{Reaction: &contextv1.MessageReaction{ExternalId: externalID, Emoji: emoji}}
	return e
}

func statusOf(messageID, externalID string, state contextv1.DeliveryState) *contextv1.ChannelEvent {
	e := event(fmt.Sprintf("status/%s/%s", messageID, state), nil, morning)
	e.Event = &contextv1.ChannelEvent_Status{Status: &contextv1.DeliveryStatus{
		MessageId: messageID, ExternalId: externalID,
		Delivery: &contextv1.Delivery{State: state, UpdateTime: timestamppb.New(morning)},
	}}
	return e
}

// record the events, each of which must be recorded.
func (b *bench) record(events ...*contextv1.ChannelEvent) []*contextv1.EventResult {
	b.t.Helper()
	resp, err := b.RecordEvents(b.ctx, &contextv1.RecordEventsRequest{Events: events})
	if err != nil {
		b.t.Fatal(err)
	}
	for i, r := range resp.GetResults() {
		if r.GetError().GetCode() != 0 {
			b.t.Fatalf("event %d was not recorded: %v", i, r.GetError())
		}
	}
	return resp.GetResults()
}

func (b *bench) message(id string) *contextv1.Message {
	b.t.Helper()
	resp, err := b.BatchGetMessages(b.ctx, &contextv1.BatchGetMessagesRequest{MessageIds: []string{id}})
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.GetMessages()[0]
}

func (b *bench) timeline(customer string) []*contextv1.Message {
	b.t.Helper()
	resp, err := b.ListMessages(b.ctx, &contextv1.ListMessagesRequest{CustomerId: customer})
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.GetMessages()
}

// answer to a message, as the assistant posts it.
func answer(r *contextv1.EventResult, words string) *contextv1.PostMessageRequest {
	return &contextv1.PostMessageRequest{
		RequestId: uuid.NewString(), ConversationId: r.GetConversationId(), Text: words, InReplyTo: r.GetMessageId(),
		Author: contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT,
	}
}

func (b *bench) post(req *contextv1.PostMessageRequest) *contextv1.Message {
	b.t.Helper()
	resp, err := b.PostMessage(b.ctx, req)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.GetMessage()
}

func wantFault(t testing.TB, err error, code codes.Code, reason string) {
	t.Helper()
	if fault.Code(err) != code || fault.Reason(err) != reason {
		t.Errorf("got %v (%s), want %v (%s)", err, fault.Reason(err), code, reason)
	}
}
