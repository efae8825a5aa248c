package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/grpcreflect"
	"github.com/parleyhq/parley/gateway/console"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	// reflectionBody bounds a question about the schema, in bytes: it holds a name.
	reflectionBody = 4 << 10
)

// Gateway is the public API. It is an http.Handler, and a role of the process that listens.
type Gateway struct {
	node     *node.Node
	cfg      Config
	keys     []key
	methods  map[string]*method // by path
	others   http.Handler
	errors   *connect.ErrorWriter
	tracer   trace.Tracer
	refused  *prometheus.CounterVec // code
	stopping context.Context
	stop     context.CancelFunc

	stopped  atomic.Bool
	server   *http.Server
	listener net.Listener
	served   chan error
}

// New reads the methods of every Parley service that is linked into the program. Health answers /livez, /healthz,
// /readyz and /metrics.
func New(n *node.Node, cfg Config, health http.Handler) (*Gateway, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	keys, err := newKeys(cfg.Keys)
	if err != nil {
		return nil, err
	}
	cfg.Keys = nil // their secrets are not needed any more
	g := &Gateway{
		node:    n,
		cfg:     cfg,
		keys:    keys,
		methods: map[string]*method{},
		errors:  connect.NewErrorWriter(),
		tracer:  n.Tracer.Tracer("github.com/parleyhq/parley/gateway"),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gateway_refused_total",
			Help: "Calls that the gateway refused before any service was asked, by code.",
		}, []string{"code"}),
	}
	if err := n.Metrics.Register(g.refused); err != nil {
		return nil, fmt.Errorf("register the gateway's metrics: %w", err)
	}
	services, err := g.offer()
	if err != nil {
		return nil, err
	}
	pages, err := console.New(console.Config{Sandbox: cfg.Sandbox})
	if err != nil {
		return nil, err
	}
	g.others = others(services, health, pages)
	g.stopping, g.stop = context.WithCancel(context.Background())
	return g, nil
}

// offer makes a handler of each method, and returns the names of the services.
func (g *Gateway) offer() (services []string, err error) {
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			if !strings.HasPrefix(string(s.FullName()), "parley.") {
				continue
			}
			if forVisitors(s) {
				continue
			}
			services = append(services, string(s.FullName()))
			for j := range s.Methods().Len() {
				m, cause := g.newMethod(s.Methods().Get(j))
				if cause != nil {
					err = errors.Join(err, cause)
					continue
				}
				g.methods[m.Name] = m
			}
		}
		return true
	})
	slices.Sort(services)
	return services, err
}

// forVisitors says that visitors of web sites alone call the service: they have no key, and a door of their own.
func forVisitors(s protoreflect.ServiceDescriptor) bool {
	for i := range s.Methods().Len() {
		rule, err := rpc.Rule(s.Methods().Get(i))
		if err != nil || !slices.Equal(rule.GetRoles(), []accessv1.Role{accessv1.Role_ROLE_VISITOR}) {
			return false
		}
	}
	return true
}

// others is what needs no key.
func others(services []string, health, pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	reflector := grpcreflect.NewStaticReflector(services...)
	limit := connect.WithReadMaxBytes(reflectionBody)
	mux.Handle(grpcreflect.NewHandlerV1(reflector, limit))
	mux.Handle(grpcreflect.NewHandlerV1Alpha(reflector, limit))
	for _, path := range []string{"/livez", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, health)
	}
	return mux
}

// Name of the role.
func (g *Gateway) Name() string { return "gateway" }

// Addr that it listens on, once started.
func (g *Gateway) Addr() string { return g.listener.Addr().String() }

// Start listens.
func (g *Gateway) Start(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", g.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen for the API: %w", err)
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	g.listener = listener
	g.server = &http.Server{
		Handler:           g,
		Protocols:         protocols,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
	}
	g.served = make(chan error, 1)
	go func() { g.served <- g.server.Serve(listener) }()
	return nil
}

// Ready says whether it listens.
func (g *Gateway) Ready(context.Context) error {
	if g.server == nil || g.stopping.Err() != nil {
		return fault.New(codes.Unavailable, "STOPPED", "the API does not listen")
	}
	return nil
}

// Stop takes no new connections, ends streams and lets calls finish; those that have not when the context ends are cut.
func (g *Gateway) Stop(ctx context.Context) error {
	if g.server == nil || g.stopped.Swap(true) {
		return nil
	}
	g.stop()
	err := g.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("finish the calls under way: %w", err), g.server.Close())
	}
	if served := <-g.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve the API: %w", served))
	}
	return err
}
