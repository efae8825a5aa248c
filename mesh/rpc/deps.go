package rpc

import (
	"log/slog"

	"buf.build/go/protovalidate"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Deps are what the layers work with. What is nil is left out: no log, no metrics, no spans; a nil Validator is the
// standard one.
type Deps struct {
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	Tracer    trace.TracerProvider
	Validator protovalidate.Validator
}

func (d Deps) orNothing() Deps {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Metrics == nil {
		d.Metrics = prometheus.NewRegistry()
	}
	if d.Tracer == nil {
		d.Tracer = noop.NewTracerProvider()
	}
	if d.Validator == nil {
		d.Validator = protovalidate.GlobalValidator
	}
	return d
}
