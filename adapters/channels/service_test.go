package channels_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channels"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// timeline stands in for the context service: it answers what it is asked for and keeps what it is told.
type timeline struct {
	contextv1.UnimplementedContextServiceServer
	told chan *contextv1.ChannelEvent
	// posted is the message that is to be sent, but for its id.
	posted *contextv1.Message
}

func (t *timeline) RecordEvents(_ context.Context, req *contextv1.RecordEventsRequest) (*contextv1.RecordEventsResponse, error) {
	resp := &contextv1.RecordEventsResponse{}
	for _, e := range req.GetEvents() {
		t.told <- e
		resp.Results = append(resp.Results, &contextv1.EventResult{})
	}
	return resp, nil
}

func (t *timeline) BatchGetMessages(_ context.Context, req *contextv1.BatchGetMessagesRequest) (*contextv1.BatchGetMessagesResponse, error) {
	resp := &contextv1.BatchGetMessagesResponse{}
	for _, id := range req.GetMessageIds() {
		m := proto.CloneOf(t.posted)
		m.Id = id
		resp.Messages = append(resp.Messages, m)
	}
	return resp, nil
}

type world struct {
	*testing.T
	timeline *timeline
	vendor   *fakechannel.Vendor
	bus      *bus.Bus
	channels *channels.Service
	client   channelv1.ChannelServiceClient
}

func start(t *testing.T, change ...func(*channels.Config)) *world {
	t.Helper()
	validator, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	log, registry, keeper := slog.New(slog.DiscardHandler), prometheus.NewRegistry(), sealtest.New(t)
	events, err := bus.Open(t.Context(), bus.Config{Dir: t.TempDir()}, log, registry)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = events.Close() })
	local := rpc.NewLocal(rpc.Deps{Log: log, Metrics: registry, Tracer: noop.NewTracerProvider(), Validator: validator})
	w := &world{
		T: t, vendor: fakechannel.NewVendor(), bus: events, client: channelv1.NewChannelServiceClient(local),
		timeline: &timeline{
			told:   make(chan *contextv1.ChannelEvent, 100),
			posted: &contextv1.Message{CustomerId: "customer_1", Account: "main", Address: "+15550142", Text: "your answer"},
		},
	}
	contextv1.RegisterContextServiceServer(local, w.timeline)
	var once sync.Once
	var db *store.DB
	n := &node.Node{
		Log: log, Clock: clock.System, Metrics: registry, Tracer: noop.NewTracerProvider(), Server: local, Peers: local, Bus: events,
		Seal: keeper, Pages: page.New(keeper),
		Store: func(_ context.Context, name string) (*store.DB, error) {
			once.Do(func() { db = storetest.Open(t, name) })
			return db, nil
		},
	}
	other := fakechannel.Account("another-tenants")
	other.Tenant = "other"
	cfg := channels.Default()
	cfg.Adapters = []channel.Adapter{fakechannel.New(fakechannel.Account("main"), w.vendor), fakechannel.New(other, w.vendor)}
	for _, c := range change {
		c(&cfg)
	}
	if w.channels, err = channels.New(t.Context(), n, cfg); err != nil {
		t.Fatal(err)
	}
	if err := w.channels.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 2 {
			if err := w.channels.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	return w
}

// as is an operator of the tenant.
func (w *world) as(tenant string) context.Context {
	return caller.With(w.Context(), &accessv1.Caller{
		Tenant: tenant, Principal: "key:test", Role: accessv1.Role_ROLE_OPERATOR, Scopes: []string{caller.AllScopes},
	})
}

func (w *world) receive(body []byte) {
	w.Helper()
	resp := httptest.NewRecorder()
	w.channels.Handler().ServeHTTP(resp, fakechannel.Request(fakechannel.Account("main"), body))
	if resp.Code != http.StatusOK {
		w.Fatalf("answered %d", resp.Code)
	}
}

func (w *world) next() *contextv1.ChannelEvent {
	w.Helper()
	select {
	case e := <-w.timeline.told:
		return e
	case <-time.After(30 * time.Second):
		w.Fatal("the timeline was told nothing")
		return nil
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestAMessageComesInAndItsAnswerGoesOut(t *testing.T) {
	w := start(t)
	w.receive(fakechannel.Body(fakechannel.Said{Kind: channel.KindMessage, ID: "m1", From: "+15550142", Text: "hello", Time: time.Now()}))
	if e := w.next(); e.GetMessage().GetContent().GetText() != "hello" || e.GetAccount() != "main" || e.GetKey() == "" {
		t.Errorf("recorded %v", e)
	}
	id := typeid.New("message")
	w.post(id, "main")
	if e := w.next(); e.GetStatus().GetMessageId() != id || e.GetStatus().GetDelivery().GetState() != contextv1.DeliveryState_DELIVERY_STATE_SENT {
		t.Errorf("reported %v", e)
	}
	if taken := w.vendor.Taken(); len(taken) != 1 || taken[0].Text != "your answer" || taken[0].To != "+15550142" {
		t.Errorf("the vendor took %+v", taken)
	}

	list := must[*channelv1.ListDeliveriesResponse](t)
	found := list(w.client.ListDeliveries(w.as("acme"), &channelv1.ListDeliveriesRequest{MessageId: id})).GetDeliveries()
	if len(found) != 1 || found[0].GetAddress() != "+15550142" || found[0].GetExternalId() != fakechannel.ID(1) || found[0].GetAttemptCount() != 1 {
		t.Errorf("deliveries: %v", found)
	}
	if found := list(w.client.ListDeliveries(w.as("other"), &channelv1.ListDeliveriesRequest{})).GetDeliveries(); len(found) > 0 {
		t.Errorf("another tenant sees %v", found)
	}
}

func (w *world) post(messageID, account string) {
	w.Helper()
	payload := must[*anypb.Any](w.T)(anypb.New(&eventsv1.MessagePosted{ConversationId: "conversation_1", CustomerId: "customer_1", MessageId: messageID, Account: account}))
	env := &eventsv1.Envelope{
		Id: typeid.New("event"), Tenant: "acme", PartitionKey: "conversation_1", Sequence: 1, OccurredTime: timestamppb.Now(),
		Caller: caller.Service("acme", "context"), Type: "parley.events.v1.MessagePosted", Payload: payload,
	}
	data := must[[]byte](w.T)(proto.Marshal(env))
	subject := bus.ConversationSubject(env.GetPartitionKey(), env.GetType())
	if err := w.bus.Publish(w.Context(), []bus.Message{{Subject: subject, ID: env.GetId(), Data: data}}); err != nil {
		w.Fatal(err)
	}
}

func TestOperatorsSeeTheirOwnAccountsWithoutSecrets(t *testing.T) {
	w := start(t)
	found := must[*channelv1.ListAccountsResponse](t)(w.client.ListAccounts(w.as("acme"), &channelv1.ListAccountsRequest{})).GetAccounts()
	if len(found) != 1 || found[0].GetName() != "main" || found[0].GetProvider() != "fake" || found[0].GetCapabilities() == nil {
		t.Errorf("accounts: %v", found)
	}
}

func TestDeadLettersAreListedReadReplayedAndErased(t *testing.T) {
	w := start(t)
	for _, body := range []string{"{one", "{two", "{three"} {
		w.receive([]byte(body))
	}
	list := must[*channelv1.ListDeadLettersResponse](t)
	first := list(w.client.ListDeadLetters(w.as("acme"), &channelv1.ListDeadLettersRequest{PageSize: 2}))
	rest := list(w.client.ListDeadLetters(w.as("acme"), &channelv1.ListDeadLettersRequest{PageSize: 2, PageToken: first.GetNextPageToken()}))
	if len(first.GetDeadLetters()) != 2 || len(rest.GetDeadLetters()) != 1 || rest.GetNextPageToken() != "" {
		t.Fatalf("pages: %v and %v", first, rest)
	}
	letter := first.GetDeadLetters()[0]
	if letter.GetReason() != "NOT_JSON" || letter.GetRawBody() != nil {
		t.Errorf("listed %v", letter)
	}
	got := must[*channelv1.GetDeadLetterResponse](t)(w.client.GetDeadLetter(w.as("acme"), &channelv1.GetDeadLetterRequest{DeadLetterId: letter.GetId()}))
	if string(got.GetDeadLetter().GetRawBody()) != "{one" {
		t.Errorf("read %v", got)
	}
	_, err := w.client.ReplayDeadLetter(w.as("acme"), &channelv1.ReplayDeadLetterRequest{DeadLetterId: letter.GetId()})
	if fault.Code(err) != codes.FailedPrecondition || fault.Reason(err) != "STILL_UNREADABLE" {
		t.Errorf("replayed: %v", err)
	}
	_, err = w.client.GetDeadLetter(w.as("other"), &channelv1.GetDeadLetterRequest{DeadLetterId: letter.GetId()})
	if fault.Code(err) != codes.NotFound || fault.Reason(err) != "DEAD_LETTER_NOT_FOUND" {
		t.Errorf("read by another tenant: %v", err)
	}
	_, err = w.client.EraseDeadLetter(w.as("acme"), &channelv1.EraseDeadLetterRequest{DeadLetterId: "letter_of_nobody"})
	if fault.Code(err) != codes.InvalidArgument {
		t.Errorf("an id that is none: %v", err)
	}
	if _, err := w.client.EraseDeadLetter(w.as("acme"), &channelv1.EraseDeadLetterRequest{DeadLetterId: letter.GetId()}); err != nil {
		t.Error(err)
	}
	if left := list(w.client.ListDeadLetters(w.as("acme"), &channelv1.ListDeadLettersRequest{})).GetDeadLetters(); len(left) != 2 {
		t.Errorf("left: %v", left)
	}
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	main := fakechannel.Account("main")
	for name, cfg := range map[string]channels.Config{
		"an account without a tenant": {Accounts: []channel.Account{{Name: "main", Provider: "twilio", Channel: "sms"}}},
		"a name twice":                {Accounts: []channel.Account{main, main}},
	} {
		if cfg.Validate() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
