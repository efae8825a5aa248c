package e2e_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceReceiver is an OTLP collector over HTTP.
type traceReceiver struct {
	server *httptest.Server
	mu     sync.Mutex
	raw    []byte
	spans  []*tracepb.Span
}

func newTraceReceiver(t *testing.T) *traceReceiver {
	t.Helper()
	r := &traceReceiver{}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		var export collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &export)
		}
		if err != nil {
			http.Error(w, "not OTLP", http.StatusBadRequest)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.raw = append(r.raw, body...)
		for _, resource := range export.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				r.spans = append(r.spans, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(r.server.Close)
	return r
}

func (r *traceReceiver) env() []string {
	return []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + r.server.URL, "OTEL_BSP_SCHEDULE_DELAY=100"}
}

func (r *traceReceiver) received() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.raw)
}

// names of the spans of each trace.
func (r *traceReceiver) names() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	names := map[string][]string{}
	for _, span := range r.spans {
		trace := string(span.GetTraceId())
		names[trace] = append(names[trace], span.GetName())
	}
	return names
}

func TestOneTraceFollowsAMessageThroughEveryHop(t *testing.T) {
	t.Parallel()
	traces := newTraceReceiver(t)
	u := startWith(t, traces.env())
	u.postWhatsApp(whatsappSecret, whatsappText("wamid.trace", danielWA, whyHigh))
	u.reply(daniel, 1)
	hops := []string{
		"webhook", "record events", "RecordEvents", "ResolveCustomer", // in
		"consume assistant", "CheckInvoice", "PostMessage", // the turn
		"consume channels", "send", // out
	}
	u.await(20*time.Second, "one trace has every hop of "+strings.Join(hops, ", "), func() bool {
		for _, names := range traces.names() {
			if hasAll(names, hops) {
				return true
			}
		}
		return false
	})
}

func hasAll(names, hops []string) bool {
	for _, hop := range hops {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, hop) }) {
			return false
		}
	}
	return true
}
