package rpc

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
)

// observer counts and traces the calls of one side. Its labels are methods, which are registered, and codes: both bounded.
type observer struct {
	tracer  trace.Tracer
	handled *prometheus.CounterVec   // service, method, code
	took    *prometheus.HistogramVec // service, method
	running *prometheus.GaugeVec     // service, method
}

func newObserver(d Deps, side string) *observer {
	method := []string{"service", "method"}
	return &observer{
		tracer: d.Tracer.Tracer("github.com/parleyhq/parley/mesh/rpc"),
		handled: registered(d.Metrics, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "rpc_" + side + "_handled_total",
			Help: "Calls that ended, by the code they ended with.",
		}, append(method, "code"))),
		took: registered(d.Metrics, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "rpc_" + side + "_duration_seconds",
			Help:    "Time from the start to the end of a call; for a stream, all of it.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 30},
		}, method)),
		running: registered(d.Metrics, prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "rpc_" + side + "_running",
			Help: "Calls under way.",
		}, method)),
	}
}

// registered is the collector, or the equal one that another channel of this process has registered.
func registered[C prometheus.Collector](r prometheus.Registerer, c C) C {
	err := r.Register(c)
	var before prometheus.AlreadyRegisteredError
	if errors.As(err, &before) {
		if same, ok := before.ExistingCollector.(C); ok {
			return same
		}
	}
	if err != nil {
		panic(err) // another metric of the same name: a mistake in the program
	}
	return c
}

// serve observes a call that came in; its span continues the trace of the metadata.
func (o *observer) serve(ctx context.Context, method string, handle func(context.Context) error) error {
	if sent := metadata.ValueFromIncomingContext(ctx, traceHeader); len(sent) == 1 {
		ctx = telemetry.Extract(ctx, sent[0])
	}
	ctx, end := o.begin(ctx, method, trace.SpanKindServer)
	err := handle(ctx)
	end(err)
	return err
}

// begin observes a call until end is called with its outcome, once.
func (o *observer) begin(ctx context.Context, method string, kind trace.SpanKind) (context.Context, func(error)) {
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	ctx, span := o.tracer.Start(ctx, service+"/"+name, trace.WithSpanKind(kind))
	began := time.Now()
	running := o.running.WithLabelValues(service, name)
	running.Inc()
	return ctx, func(err error) {
		code := fault.Code(err)
		running.Dec()
		o.took.WithLabelValues(service, name).Observe(time.Since(began).Seconds())
		o.handled.WithLabelValues(service, name, label(code)).Inc()
		if code != codes.OK {
			span.SetAttributes(attribute.String("rpc.grpc.status_code", label(code)), attribute.String("parley.reason", fault.Reason(err)))
			span.SetStatus(otelcodes.Error, "")
		}
		span.End()
	}
}

// label of a code. A peer may send numbers that are none; they share one label.
func label(code codes.Code) string {
	if code > codes.Unauthenticated {
		code = codes.Unknown
	}
	return code.String()
}
