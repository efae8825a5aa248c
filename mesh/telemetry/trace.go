package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

// endpointVariable names the collector, by the OpenTelemetry specification of the OTLP exporter.
const endpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT"

// NewTracer makes the process's tracer. Spans are sent over OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set, by the other
// variables of the specification; without it nothing is recorded, but trace ids are made and travel all the same, so that
// logs of one message can be found together. The function returned sends what is left and ends the sending.
func NewTracer(ctx context.Context, service string, log *slog.Logger) (trace.TracerProvider, func(context.Context) error, error) {
	if os.Getenv(endpointVariable) == "" {
		p := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))
		return p, p.Shutdown, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("open the trace exporter of %s: %w", endpointVariable, err)
	}
	described, err := resource.New(ctx, resource.WithAttributes(semconv.ServiceName("parley-"+service)), resource.WithFromEnv())
	if err != nil {
		return nil, nil, fmt.Errorf("describe %s for traces: %w", service, err)
	}
	p := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(loggedExporter{exporter, log}),
		sdktrace.WithResource(described),
	)
	return p, p.Shutdown, nil
}

// loggedExporter logs what could not be sent, where the SDK would hand it to a global handler.
type loggedExporter struct {
	sdktrace.SpanExporter
	log *slog.Logger
}

// ExportSpans sends them, or logs that it could not.
func (e loggedExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if err := e.SpanExporter.ExportSpans(ctx, spans); err != nil {
		e.log.WarnContext(ctx, "spans were not sent", "spans", len(spans), "error", err)
	}
	return nil
}

// traceparent is the one field of https://www.w3.org/TR/trace-context/ that Parley carries.
const traceparent = "traceparent"

// Inject gives the traceparent of the context's span, for metadata and envelopes; empty without a span.
func Inject(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceparent]
}

// Extract makes the span of a traceparent the parent of what follows. One that cannot be read changes nothing.
func Extract(ctx context.Context, parent string) context.Context {
	if parent == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceparent: parent})
}
