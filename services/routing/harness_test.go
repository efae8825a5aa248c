package routing_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/uuid"
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
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const tenant = "aurora"

// bench is the service, running, behind the layers that every call goes through.
type bench struct {
	routingv1.RoutingServiceClient
	t testing.TB
	// ctx is the assistant's, operator that of whoever sets things up.
	ctx, operator context.Context
	bus           *bus.Bus
}

func onBothEngines(t *testing.T, test func(t *testing.T, b *bench)) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) { test(t, start(t, open)) })
}

func startOnSQLite(t testing.TB) *bench { return start(t, storetest.Open) }

func start(t testing.TB, open func(testing.TB, string) *store.DB) *bench {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	events, err := bus.Open(t.Context(), bus.Config{Dir: t.TempDir()}, log, prometheus.NewRegistry())
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
	n := &node.Node{
		Log: log, Clock: clock.System, Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
		Server: local, Peers: local, Bus: events, Seal: keeper, Pages: page.New(keeper),
		Store: func(_ context.Context, name string) (*store.DB, error) { return open(t, name), nil },
	}
	service, err := routing.New(t.Context(), n, routing.Default())
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
		RoutingServiceClient: routingv1.NewRoutingServiceClient(local), t: t, bus: events,
		ctx:      caller.With(t.Context(), caller.Service(tenant, "assistant")),
		operator: as(t, "key:operator", accessv1.Role_ROLE_OPERATOR),
	}
}

func as(t testing.TB, principal string, role accessv1.Role) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: tenant, Principal: principal, Role: role, Scopes: []string{"routing.read", "routing.write"},
	})
}

func (b *bench) as(agent string) context.Context {
	return as(b.t, "agent:"+agent, accessv1.Role_ROLE_AGENT)
}

// staff is a queue, agent-ana who can billing and has room for one chat, and agent-luis who can tech and is OFFLINE.
func (b *bench) staff() {
	b.t.Helper()
	_, err := b.CreateQueue(b.operator, &routingv1.CreateQueueRequest{
		Queue: &routingv1.Queue{Name: "billing", Skills: []string{"billing"}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	for name, skill := range map[string]string{"agent-ana": "billing", "agent-luis": "tech"} {
		_, err := b.CreateAgent(b.operator, &routingv1.CreateAgentRequest{Agent: &routingv1.Agent{
			Name: name, Skills: []string{skill}, Capacities: []*routingv1.ChannelCapacity{{Channel: "webchat", Limit: 1}},
		}})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	_, err = b.SetAgentStatus(b.as("agent-ana"), &routingv1.SetAgentStatusRequest{Status: routingv1.Agent_STATUS_AVAILABLE})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) wish() *routingv1.RequestAgentRequest {
	return &routingv1.RequestAgentRequest{
		RequestId: uuid.NewString(), ConversationId: typeid.New("conversation"), CustomerId: typeid.New("customer"),
		Queue: "billing", Channel: "webchat", HandoffReason: "CUSTOMER_ASKED",
	}
}

func (b *bench) request(r *routingv1.RequestAgentRequest) *routingv1.Task {
	b.t.Helper()
	resp, err := b.RequestAgent(b.ctx, r)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.GetTask()
}

func (b *bench) watch(agent string, after int64) routingv1.RoutingService_WatchOffersClient {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.as(agent))
	b.t.Cleanup(cancel)
	stream, err := b.WatchOffers(ctx, &routingv1.WatchOffersRequest{AfterSequence: after})
	if err != nil {
		b.t.Fatal(err)
	}
	return stream
}

func receive(t testing.TB, stream routingv1.RoutingService_WatchOffersClient) *routingv1.WatchOffersResponse {
	t.Helper()
	resp, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// events that the service publishes, as they come.
func (b *bench) events() <-chan *eventsv1.Envelope {
	b.t.Helper()
	envelopes := make(chan *eventsv1.Envelope, 64)
	consumer, err := b.bus.NewConsumer(b.t.Context(), bus.ConsumerConfig{
		Role: "test", Stream: bus.Routing, DB: storetest.Open(b.t, "test"),
		Handle: func(_ context.Context, env *eventsv1.Envelope) error {
			envelopes <- env
			return nil
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := consumer.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := consumer.Stop(context.Background()); err != nil {
			b.t.Error(err)
		}
	})
	return envelopes
}

// happened is an event, and under whose right it is handled.
type happened struct {
	payload   proto.Message
	principal string
}

func (b *bench) wantTold(told <-chan *eventsv1.Envelope, conversation string, want ...happened) {
	b.t.Helper()
	for i, w := range want {
		env := <-told
		payload, err := env.GetPayload().UnmarshalNew()
		if err != nil {
			b.t.Fatal(err)
		}
		if !proto.Equal(payload, w.payload) || env.GetType() != string(payload.ProtoReflect().Descriptor().FullName()) {
			b.t.Errorf("event %d is %s %v, want %v", i, env.GetType(), payload, w.payload)
		}
		if env.GetSequence() != int64(i+1) || env.GetPartitionKey() != conversation || env.GetTenant() != tenant {
			b.t.Errorf("event %d is number %d of %s of %s", i, env.GetSequence(), env.GetPartitionKey(), env.GetTenant())
		}
		if by := env.GetCaller(); by.GetPrincipal() != w.principal || by.GetOnBehalfOfCustomer() != "" {
			b.t.Errorf("event %d was caused by %v, want %s", i, by, w.principal)
		}
	}
}

func wantFault(t testing.TB, err error, code codes.Code, reason string) {
	t.Helper()
	if fault.Code(err) != code || fault.Reason(err) != reason {
		t.Errorf("got %v (%s), want %v (%s)", err, fault.Reason(err), code, reason)
	}
}
