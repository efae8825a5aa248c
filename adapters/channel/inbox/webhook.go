package inbox

import (
	"errors"
	"io"
	"net/http"

	"github.com/parleyhq/parley/adapters/channel"
)

// MaxBody is the longest body of a webhook, in bytes.
const MaxBody = 1 << 20

// Webhooks serves /webhooks/{provider}/{account} for the adapters, by the names of their accounts.
func (in *Inbox) Webhooks() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /webhooks/{provider}/{account}", in.challenge)
	mux.HandleFunc("POST /webhooks/{provider}/{account}", in.receive)
	return mux
}

// adapter is the one that the path names, or nil.
func (in *Inbox) adapter(r *http.Request) channel.Adapter {
	a, ok := in.adapters[r.PathValue("account")]
	if !ok || a.Account().Provider != r.PathValue("provider") {
		return nil
	}
	return a
}

// challenge proves to the vendor that we hold the token that the operator gave it.
func (in *Inbox) challenge(w http.ResponseWriter, r *http.Request) {
	c, ok := in.adapter(r).(channel.Challenger)
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer, ok := c.Challenge(r.URL.Query())
	if !ok {
		refuse(w, http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, answer)
}

func (in *Inbox) receive(w http.ResponseWriter, r *http.Request) {
	a := in.adapter(r)
	if a == nil {
		http.NotFound(w, r)
		return
	}
	ctx, span := in.tracer.Start(r.Context(), "webhook "+a.Account().Provider)
	defer span.End()
	status := in.take(a, w, r.WithContext(ctx))
	in.metrics.webhooks.WithLabelValues(a.Account().Name, http.StatusText(status)).Inc()
	if status != http.StatusOK {
		refuse(w, status)
		return
	}
	accepted(w, a)
}

// take answers 200 only for what is durable.
func (in *Inbox) take(a channel.Adapter, w http.ResponseWriter, r *http.Request) int {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return http.StatusBadRequest
	}
	if a.Authenticate(r, body) != nil {
		return http.StatusUnauthorized
	}
	if err := in.Accept(r.Context(), a, r.Header, body); err != nil {
		in.log.ErrorContext(r.Context(), "a webhook could not be kept; the vendor is asked to redeliver it", "account", a.Account().Name, "error", err)
		w.Header().Set("Retry-After", "5")
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// refuse says nothing but the status: whoever cannot prove who they are learns nothing, and nothing of theirs is echoed.
func refuse(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }

func accepted(w http.ResponseWriter, a channel.Adapter) {
	r, ok := a.(channel.Responder)
	if !ok {
		w.WriteHeader(http.StatusOK)
		return
	}
	contentType, body := r.Accepted()
	w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(w, body)
}
