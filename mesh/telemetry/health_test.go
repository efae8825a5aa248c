package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
)

func TestHealthPages(t *testing.T) {
	unready := fault.New(codes.Unavailable, "NOT_READY", "role bus is not ready").Because(errors.New("dial 10.1.2.3"))
	cases := map[string]struct {
		path  string
		ready error
		code  int
		body  string
	}{
		"alive":                 {"/livez", nil, 200, "ok"},
		"alive but not ready":   {"/livez", unready, 200, "ok"},
		"ready":                 {"/readyz", nil, 200, "ok"},
		"not ready":             {"/readyz", unready, 503, "role bus is not ready"},
		"healthy":               {"/healthz", nil, 200, "ok"},
		"not healthy":           {"/healthz", unready, 503, "role bus is not ready"},
		"an error of no public": {"/healthz", errors.New("dial 10.1.2.3"), 503, "internal error"},
		"metrics":               {"/metrics", unready, 200, "parley_test_total 1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			reg := prometheus.NewRegistry()
			counter := prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_test_total"})
			counter.Inc()
			reg.MustRegister(counter)
			w := httptest.NewRecorder()
			telemetry.Health(func(context.Context) error { return c.ready }, reg).
				ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil))
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.body) || strings.Contains(w.Body.String(), "10.1.2.3") {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, c.code, c.body)
			}
		})
	}
}
