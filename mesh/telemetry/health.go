package telemetry

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// readyTimeout bounds a question for readiness: a role that does not answer is not ready.
const readyTimeout = 5 * time.Second

// Health serves what supervisors ask. /livez is 200 as long as the process answers. /readyz and /healthz are 200 when
// ready returns nil, else 503 with the safe message of its error. /metrics is the Prometheus exposition of reg.
func Health(ready func(ctx context.Context) error, reg prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	answerReady := func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := ready(ctx); err != nil {
			answer(w, http.StatusServiceUnavailable, fault.Status(err).Message())
			return
		}
		answer(w, http.StatusOK, "ok")
	}
	mux.HandleFunc("GET /readyz", answerReady)
	mux.HandleFunc("GET /healthz", answerReady)
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	return mux
}

func answer(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text+"\n") // the asker may be gone
}
