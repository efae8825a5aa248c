package gateway

import (
	"context"
	"net/http"
	"strings"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/edge"
	"github.com/parleyhq/parley/mesh/fault"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
)

// ServeHTTP serves one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if edge.Preflight(w, r, g.cfg.Origins, "Authorization") {
		return
	}
	if m, ok := g.methods[r.URL.Path]; ok {
		g.call(w, r, m)
		return
	}
	if strings.HasPrefix(r.URL.Path, "/parley.") {
		g.refuse(w, r, g.unknown(r.Header))
		return
	}
	g.others.ServeHTTP(w, r)
}

// unknown says that there is no such method, to those who may know.
func (g *Gateway) unknown(h http.Header) error {
	if _, err := g.authenticate(h); err != nil {
		return err
	}
	return fault.New(codes.Unimplemented, "METHOD_UNKNOWN", "there is no such method")
}

func (g *Gateway) call(w http.ResponseWriter, r *http.Request, m *method) {
	k, err := g.authenticate(r.Header)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	c, err := k.callerFor(m.rule)
	if err != nil {
		g.refuse(w, r, err)
		return
	}
	ctx, span := g.tracer.Start(r.Context(), strings.TrimPrefix(m.Name, "/"), trace.WithNewRoot(), trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	ctx, cancel := g.bound(caller.With(ctx, c), m)
	defer cancel()
	r = r.WithContext(ctx)
	r.Body = edge.ReadWithin(w, r.Body, g.cfg.Timeout)
	m.ServeHTTP(w, r)
}

// bound limits a unary call. A stream lasts until either side ends it, or the gateway stops.
func (g *Gateway) bound(ctx context.Context, m *method) (context.Context, context.CancelFunc) {
	if !m.Streams {
		return context.WithTimeout(ctx, g.cfg.Timeout)
	}
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(g.stopping, cancel)
	return ctx, func() {
		forget()
		cancel()
	}
}

// refuse answers in the protocol of the request.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, err error) {
	g.refused.WithLabelValues(fault.Code(err).String()).Inc()
	if fault.Code(err) == codes.Unauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if err := g.errors.Write(w, r, edge.Error(err)); err != nil {
		g.node.Log.DebugContext(r.Context(), "a refusal was not sent", "error", err)
	}
}
