package telemetry

import (
	"context"
	"io"
	"log/slog"

	"github.com/parleyhq/parley/mesh/caller"
	"go.opentelemetry.io/otel/trace"
)

// Logger writes records to w, each with the trace and the tenant of its context. Values of attributes whose key speaks of
// a secret or of a person are replaced, and so are values that could hold anything: see redact.
func Logger(w io.Writer, level slog.Level, json bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	if json {
		return slog.New(contextual{slog.NewJSONHandler(w, options)})
	}
	return slog.New(contextual{slog.NewTextHandler(w, options)})
}

// contextual adds what the context knows.
type contextual struct{ slog.Handler }

// Handle adds the trace and the tenant.
func (h contextual) Handle(ctx context.Context, r slog.Record) error {
	span := trace.SpanContextFromContext(ctx)
	tenant := caller.Tenant(ctx)
	if !span.HasTraceID() && tenant == "" {
		return h.Handler.Handle(ctx, r)
	}
	r = r.Clone()
	if span.HasTraceID() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	if tenant != "" {
		r.AddAttrs(slog.String("tenant", tenant))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs goes on adding.
func (h contextual) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextual{h.Handler.WithAttrs(attrs)}
}

// WithGroup goes on adding.
func (h contextual) WithGroup(name string) slog.Handler {
	return contextual{h.Handler.WithGroup(name)}
}
