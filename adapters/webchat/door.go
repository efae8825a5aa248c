package webchat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/edge"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

const (
	// maxRequest bounds a request, in bytes: a line, and two tokens.
	maxRequest = 64 << 10
	// callTimeout bounds a call that does not stream, and reading any request.
	callTimeout = 10 * time.Second
)

// Inbox commits what came in; *inbox.Inbox is one.
type Inbox interface {
	// Accept is nil when the line is durable.
	Accept(ctx context.Context, a channel.Adapter, header http.Header, body []byte) error
}

// Deliveries knows how far our lines got; *delivery.Runner is one.
type Deliveries interface {
	// Failed says whether the message will not be delivered where it was posted.
	Failed(ctx context.Context, messageID string) (bool, error)
}

// DoorConfig is what the way in needs; nothing in it is optional. One door serves all web chats of a process.
type DoorConfig struct {
	Adapters   []*Adapter
	Inbox      Inbox
	Deliveries Deliveries
	Context    contextv1.ContextServiceClient
	Identity   identityv1.IdentityServiceClient
	// Seal makes the session and resume tokens.
	Seal    *page.Tokens
	Clock   clock.Clock
	Log     *slog.Logger
	Metrics prometheus.Registerer
	Tracer  trace.TracerProvider
}

// Door is WebchatService for browsers: an http.Handler of the paths below Path.
type Door struct {
	cfg      DoorConfig
	adapters map[string]*Adapter
	origins  []string
	methods  map[string]*edge.Method
	refusals *connect.ErrorWriter
	proxies  []netip.Prefix
	// lines of a visitor, starts of an address, and those of all of an account.
	lines, starts, all *pacer
	tracer             trace.Tracer
	calls              *prometheus.CounterVec
	open               context.Context //nolint:containedctx // the life of the streams, which Close ends
	close              context.CancelFunc
}

// service is WebchatService as its proto has it.
var service = webchatv1.File_parley_webchat_v1_webchat_service_proto.Services().ByName("WebchatService")

// Path is where the door's methods are.
var Path = "/" + string(service.FullName()) + "/"

// NewDoor makes the door of the adapters' accounts.
func NewDoor(cfg DoorConfig) (*Door, error) {
	d := &Door{
		cfg: cfg, adapters: map[string]*Adapter{}, methods: map[string]*edge.Method{}, refusals: connect.NewErrorWriter(),
		lines: newPacer(linesAtOnce, lineEvery), starts: newPacer(startsAtOnce, startEvery), all: newPacer(allAtOnce, allEvery),
		tracer: cfg.Tracer.Tracer("parley/webchat"),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_webchat_calls_total", Help: "Calls of visitors' browsers, by what they were answered.",
		}, []string{"method", "code"}),
	}
	for _, a := range cfg.Adapters {
		d.adapters[a.account.Name] = a
		d.origins = append(d.origins, a.origins...)
		d.proxies = append(d.proxies, a.proxies...)
	}
	if err := cfg.Metrics.Register(d.calls); err != nil {
		return nil, fmt.Errorf("register the metrics of web chat: %w", err)
	}
	d.open, d.close = context.WithCancel(context.Background())
	return d, errors.Join(
		d.offer("StartSession", unary(d, d.startSession), nil),
		d.offer("SendMessage", unary(d, d.sendMessage), nil),
		d.offer("StreamMessages", nil, d.streamMessages),
	)
}

// Close ends the streams, and every one that is opened later.
func (d *Door) Close() { d.close() }

func (d *Door) offer(name protoreflect.Name, call edge.Unary, stream edge.Stream) error {
	m, err := edge.NewMethod(service.Methods().ByName(name), maxRequest, call, d.observed(string(name), stream))
	if err == nil {
		d.methods[m.Name] = m
	}
	return err
}

// unary answers valid requests.
func unary[Request, Response proto.Message](d *Door, call func(context.Context, Request) (Response, error)) edge.Unary {
	return func(ctx context.Context, request proto.Message) (proto.Message, error) {
		typed, ok := request.(Request)
		if !ok {
			return nil, fmt.Errorf("web chat was given a %T", request)
		}
		err := rpc.Validate(protovalidate.GlobalValidator, request)
		var response Response
		if err == nil {
			response, err = call(ctx, typed)
		}
		d.note(ctx, string(request.ProtoReflect().Descriptor().Name()), err)
		return response, err
	}
}

// observed serves valid requests of a stream.
func (d *Door) observed(name string, stream edge.Stream) edge.Stream {
	return func(ctx context.Context, request proto.Message, send func(proto.Message) error) error {
		err := rpc.Validate(protovalidate.GlobalValidator, request)
		if err == nil {
			err = stream(ctx, request, send)
		}
		d.note(ctx, name, err)
		return err
	}
}

func (d *Door) note(ctx context.Context, method string, err error) {
	code := fault.Code(err)
	d.calls.WithLabelValues(strings.TrimSuffix(method, "Request"), code.String()).Inc()
	if code == codes.Internal || code == codes.Unknown {
		d.cfg.Log.ErrorContext(ctx, "web chat failed", "method", method, "error", err)
	}
}

// ServeHTTP serves one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if edge.Preflight(w, r, d.origins) {
		return
	}
	m, ok := d.methods[r.URL.Path]
	if !ok {
		unknown := fault.New(codes.Unimplemented, "METHOD_UNKNOWN", "there is no such method")
		_ = d.refusals.Write(w, r, edge.Error(unknown)) // nobody to tell when nobody hears it
		return
	}
	ctx, span := d.tracer.Start(r.Context(), strings.TrimPrefix(m.Name, "/"), trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	var cancel context.CancelFunc
	if m.Streams {
		ctx, cancel = context.WithCancel(ctx)
		defer context.AfterFunc(d.open, cancel)()
	} else {
		ctx, cancel = context.WithTimeout(ctx, callTimeout)
	}
	defer cancel()
	r.Body = edge.ReadWithin(w, r.Body, callTimeout)
	m.ServeHTTP(w, r.WithContext(d.from(ctx, r)))
}

// session reads a token, and finds its account's adapter. The session of a visitor who has signed in since is over.
func (d *Door) session(ctx context.Context, token string) (session, *Adapter, error) {
	s, err := readSession(d.cfg.Seal, token, d.cfg.Clock())
	if err != nil {
		return session{}, nil, err
	}
	a, ok := d.adapters[s.account]
	if !ok {
		return session{}, nil, accountNotFound()
	}
	if s.customer == "" {
		who, err := d.resolve(as(ctx, a), visitorHandle(s.visitor))
		if err != nil {
			return session{}, nil, err
		}
		if !onlyVisits(who) {
			return session{}, nil, expired()
		}
	}
	return s, a, nil
}

func accountNotFound() error {
	return fault.New(codes.NotFound, "ACCOUNT_NOT_FOUND", "account: there is no such web chat").With("field", "account")
}

// as is the role itself, for the tenant of the account.
func as(ctx context.Context, a *Adapter) context.Context {
	return caller.With(ctx, caller.Service(a.account.Tenant, "channels"))
}
