package telemetry_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/parleyhq/parley/mesh/telemetry"
	"go.opentelemetry.io/otel/trace"
)

func TestATraceCrossesAsText(t *testing.T) {
	tracer, shutdown, err := telemetry.NewTracer(t.Context(), "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := tracer.Tracer("test").Start(t.Context(), "here")
	sent := telemetry.Inject(ctx)
	_, there := tracer.Tracer("test").Start(telemetry.Extract(t.Context(), sent), "there")
	if !span.SpanContext().IsValid() || there.SpanContext().TraceID() != span.SpanContext().TraceID() {
		t.Errorf("%s became %s", span.SpanContext().TraceID(), there.SpanContext().TraceID())
	}
	if err := shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestATraceparentThatCannotBeReadChangesNothing(t *testing.T) {
	for name, sent := range map[string]string{"none": "", "nonsense": "zz", "all zero": "00-00000000000000000000000000000000-0000000000000000-01"} {
		t.Run(name, func(t *testing.T) {
			if got := trace.SpanContextFromContext(telemetry.Extract(t.Context(), sent)); got.IsValid() {
				t.Errorf("made %v of it", got)
			}
		})
	}
	if got := telemetry.Inject(t.Context()); got != "" {
		t.Errorf("Inject without a span gives %q", got)
	}
}

func TestSpansGoToTheCollectorThatTheEnvironmentNames(t *testing.T) {
	received := make(chan string, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { received <- r.URL.Path }))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	tracer, shutdown, err := telemetry.NewTracer(t.Context(), "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, span := tracer.Tracer("test").Start(t.Context(), "message")
	span.End()
	if err := shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if path := <-received; path != "/v1/traces" {
		t.Errorf("posted to %s", path)
	}
}
