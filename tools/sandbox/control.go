package sandbox

import (
	"encoding/json"
	"net/http"
	"os"
)

// Service is what /healthz calls itself.
const Service = "parley-sandbox"

// Health says who answers on an address.
type Health struct {
	Service string `json:"service"`
	PID     int    `json:"pid"`
	// Dir is the folder that it keeps.
	Dir string `json:"dir"`
	// Messages that vendors carried, in both directions, since the folder began.
	Messages int `json:"messages"`
	// PendingWebhooks are not acknowledged yet.
	PendingWebhooks int64  `json:"pending_webhooks"`
	Faults          uint64 `json:"faults"`
	// SMTP is the address of the submission server.
	SMTP string `json:"smtp"`
}

func (s *server) getHealth(w http.ResponseWriter, _ *http.Request) {
	h := Health{
		Service: Service, PID: os.Getpid(), Dir: s.dir, Messages: s.book.size(),
		PendingWebhooks: s.courier.pending.Load(), Faults: s.setup().Faults,
	}
	if s.sink != nil {
		h.SMTP = s.sink.address
	}
	writeJSON(w, http.StatusOK, h)
}

func (s *server) getDeliveries(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, s.book.deliveries(r.URL.Query()["to"]...))
}

// postLeave closes the page that a visitor of the web site has open; 404 when there is none.
func (s *server) postLeave(w http.ResponseWriter, r *http.Request) {
	if !s.visitors.leave(r.URL.Query().Get("from")) {
		writeJSON(w, http.StatusNotFound, errorBody{"leave: from: no such visitor has a page open"})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) putConfig(w http.ResponseWriter, r *http.Request) {
	var setup Setup
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&setup)
	if err == nil {
		err = setup.Validate()
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, errorBody{"config: " + err.Error()})
		return
	}
	if err := setup.save(s.dir); err != nil {
		writeJSON(w, http.StatusInternalServerError, errorBody{err.Error()})
		return
	}
	s.use(setup)
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) postStop(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusAccepted)
	s.stop()
}
