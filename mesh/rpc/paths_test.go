package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/telemetry"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/test/bufconn"
)

// paths are the two ways of a call. What is proven here is proven for both.
var paths = map[string]func(t testing.TB, d rpc.Deps, register func(grpc.ServiceRegistrar)) grpc.ClientConnInterface{
	"in process": func(t testing.TB, d rpc.Deps, register func(grpc.ServiceRegistrar)) grpc.ClientConnInterface {
		l := rpc.NewLocal(d)
		register(l)
		t.Cleanup(func() {
			if err := l.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		return l
	},
	"over the network": func(t testing.TB, d rpc.Deps, register func(grpc.ServiceRegistrar)) grpc.ClientConnInterface {
		s := rpc.NewServer(d)
		register(s)
		l := bufconn.Listen(1 << 20)
		var serving sync.WaitGroup
		serving.Go(func() {
			if err := s.Serve(l); err != nil {
				t.Error(err)
			}
		})
		conn, err := rpc.Dial("passthrough:///parley", d,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = conn.Close()
			s.Stop()
			serving.Wait()
		})
		return conn
	},
}

// world is one path with a service behind it.
type world struct {
	conn    grpc.ClientConnInterface
	context contextv1.ContextServiceClient
	service *service
	metrics *prometheus.Registry
	log     *record
}

// onBothPaths runs a test on each path.
func onBothPaths(t *testing.T, test func(t *testing.T, w *world)) {
	for name, open := range paths {
		t.Run(name, func(t *testing.T) {
			w := &world{service: &service{}, metrics: prometheus.NewRegistry(), log: &record{}}
			w.conn = open(t, rpc.Deps{
				Log:     telemetry.Logger(w.log, slog.LevelDebug, true),
				Metrics: w.metrics,
				Tracer:  sdktrace.NewTracerProvider(),
			}, func(r grpc.ServiceRegistrar) {
				contextv1.RegisterContextServiceServer(r, w.service)
				healthv1.RegisterHealthServer(r, health.NewServer())
			})
			w.context = contextv1.NewContextServiceClient(w.conn)
			test(t, w)
		})
	}
}

// service is what a test makes of it.
type service struct {
	contextv1.UnimplementedContextServiceServer
	get   func(context.Context, *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error)
	watch func(*contextv1.WatchConversationRequest, grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error
}

func (s *service) GetConversation(ctx context.Context, r *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
	if s.get == nil {
		return &contextv1.GetConversationResponse{}, nil
	}
	return s.get(ctx, r)
}

func (s *service) WatchConversation(r *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
	if s.watch == nil {
		return nil
	}
	return s.watch(r, to)
}

// get calls the unary method with a request that is fine.
func (w *world) get(ctx context.Context) error {
	_, err := w.context.GetConversation(ctx, &contextv1.GetConversationRequest{ConversationId: "conversation_1"})
	return err
}

// watch opens the stream and reads it to its end.
func (w *world) watch(ctx context.Context) (messages int, err error) {
	s, err := w.context.WatchConversation(ctx, &contextv1.WatchConversationRequest{ConversationId: "conversation_1"})
	for err == nil {
		if _, err = s.Recv(); err == nil {
			messages++
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return messages, err
}

// each calls both kinds of method, which must fail alike.
func (w *world) each(t *testing.T, ctx context.Context, check func(t *testing.T, err error)) {
	t.Helper()
	t.Run("unary", func(t *testing.T) { check(t, w.get(ctx)) })
	t.Run("stream", func(t *testing.T) {
		_, err := w.watch(ctx)
		check(t, err)
	})
}

func asAssistant(ctx context.Context) context.Context {
	return caller.With(ctx, caller.Service("aurora", "assistant"))
}

func as(ctx context.Context, role accessv1.Role, scopes ...string) context.Context {
	return caller.With(ctx, &accessv1.Caller{Tenant: "aurora", Principal: "key:test", Role: role, Scopes: scopes})
}

// record is a log that may be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
