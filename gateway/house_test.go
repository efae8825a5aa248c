package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parleyhq/parley/gateway"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/mesh/typeid"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

const (
	demoKey    = "demo-api-key"
	partnerKey = "partner-secret-9"
	readerKey  = "reader-secret-3"
)

const (
	listMessages = "/parley.context.v1.ContextService/ListMessages"
	watch        = "/parley.context.v1.ContextService/WatchConversation"
	recordEvents = "/parley.context.v1.ContextService/RecordEvents"
	deadLetters  = "/parley.channel.v1.ChannelService/ListDeadLetters"
)

// house is a gateway on a real port, with services behind it.
type house struct {
	url, addr string
	gateway   *gateway.Gateway
	metrics   *prometheus.Registry
	log       *bytes.Buffer // read when nothing is served any more
	seen      chan context.Context
	contextService
}

// contextService answers as the real one would, as far as the gateway can see.
type contextService struct {
	contextv1.UnimplementedContextServiceServer
	list  func(context.Context, *contextv1.ListMessagesRequest) (*contextv1.ListMessagesResponse, error)
	watch func(*contextv1.WatchConversationRequest, grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error
}

func (s *contextService) ListMessages(ctx context.Context, r *contextv1.ListMessagesRequest) (*contextv1.ListMessagesResponse, error) {
	return s.list(ctx, r)
}

func (s *contextService) RecordEvents(context.Context, *contextv1.RecordEventsRequest) (*contextv1.RecordEventsResponse, error) {
	return &contextv1.RecordEventsResponse{}, nil
}

func (s *contextService) WatchConversation(r *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
	return s.watch(r, to)
}

// channelService has no dead letters.
type channelService struct {
	channelv1.UnimplementedChannelServiceServer
}

func (channelService) ListDeadLetters(context.Context, *channelv1.ListDeadLettersRequest) (*channelv1.ListDeadLettersResponse, error) {
	return &channelv1.ListDeadLettersResponse{}, nil
}

func open(t *testing.T, change ...func(*gateway.Config)) *house {
	t.Helper()
	h := &house{metrics: prometheus.NewRegistry(), log: &bytes.Buffer{}, seen: make(chan context.Context, 16)}
	h.list = func(ctx context.Context, r *contextv1.ListMessagesRequest) (*contextv1.ListMessagesResponse, error) {
		select {
		case h.seen <- ctx:
		default: // nobody looks
		}
		if err := typeid.Check("customer_id", "customer", r.GetCustomerId()); err != nil {
			return nil, err
		}
		return &contextv1.ListMessagesResponse{Messages: []*contextv1.Message{{
			Id: "message_1", Sequence: 7, Channel: "whatsapp", Direction: contextv1.Direction_DIRECTION_INBOUND, Text: "Why?",
		}}}, nil
	}
	h.watch = func(r *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
		for i := range int64(3) {
			if err := to.Send(&contextv1.WatchConversationResponse{Message: &contextv1.Message{Sequence: i + 1}}); err != nil {
				return err
			}
		}
		if r.GetAfterSequence() == 99 {
			return fault.New(codes.NotFound, "CONVERSATION_NOT_FOUND", "no such conversation")
		}
		return nil
	}
	deps := rpc.Deps{Log: telemetry.Logger(h.log, slog.LevelDebug, true), Metrics: h.metrics, Tracer: sdktrace.NewTracerProvider()}
	local := rpc.NewLocal(deps)
	contextv1.RegisterContextServiceServer(local, &h.contextService)
	channelv1.RegisterChannelServiceServer(local, channelService{})
	cfg := gateway.Default()
	cfg.Addr = "127.0.0.1:0"
	cfg.Keys = []gateway.Key{
		{Name: "demo", Secret: demoKey, Tenant: "aurora", Roles: []string{"operator", "service"}, Scopes: []string{"*"}},
		{Name: "partner", Secret: partnerKey, Tenant: "aurora", Roles: []string{"partner"}, Scopes: []string{"*"}},
		{Name: "reader", Agent: "agent-ana", Secret: readerKey, Tenant: "aurora", Roles: []string{"agent"}, Scopes: []string{"channel.read"}},
	}
	for _, c := range change {
		c(&cfg)
	}
	ready := func(context.Context) error { return nil }
	g, err := gateway.New(&node.Node{
		Log: deps.Log, Clock: clock.System, Metrics: h.metrics, Tracer: deps.Tracer, Peers: local,
	}, cfg, telemetry.Health(ready, h.metrics))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, stop := range []func(context.Context) error{g.Stop, local.Stop} {
			if err := stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
		for _, secret := range []string{demoKey, partnerKey, "wrong-key"} {
			if strings.Contains(h.log.String(), secret) {
				t.Errorf("the key %s stands in the log", secret)
			}
		}
	})
	h.gateway, h.addr, h.url = g, g.Addr(), "http://"+g.Addr()
	return h
}

// post sends Connect JSON, as curl would.
func (h *house) post(t *testing.T, path, secret, body string, headers ...string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, strings.NewReader(body))
	r.RequestURI = ""
	r.Header.Set("Content-Type", "application/json")
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// refusal is a Connect error as JSON (https://connectrpc.com/docs/protocol#error-end-stream).
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Details []struct {
		Type  string         `json:"type"`
		Debug map[string]any `json:"debug"`
	} `json:"details"`
}

func readRefusal(t *testing.T, text string) refusal {
	t.Helper()
	var r refusal
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("not a Connect error: %s", text)
	}
	return r
}

// reason of the first detail, an ErrorInfo.
func (r refusal) reason() string {
	if len(r.Details) == 0 {
		return ""
	}
	reason, _ := r.Details[0].Debug["reason"].(string)
	return reason
}
