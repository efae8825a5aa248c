package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// maxBody of any request, in bytes. Both vendors' messages are far smaller.
const maxBody = 256 << 10

// maxRequests at work at the same time; more wait for their turn.
const maxRequests = 512

// server is the sandbox without its socket and its signals.
type server struct {
	dir     string
	log     *slog.Logger
	now     func() time.Time
	journal *journal
	book    *book
	courier *courier
	// visitors of the company's web site.
	visitors *visitors
	sink     *sink // nil until it listens
	active   atomic.Pointer[active]
	slots    chan struct{}
	stop     func() // asks the process to end
}

// active is the setup in force and the faults drawn from its seed.
type active struct {
	Setup
	faults *faults
}

// newServer takes up where the folder's journal ends.
func newServer(cfg Config, post poster, stop func()) (*server, error) {
	setup, err := loadSetup(cfg.Dir)
	if err != nil {
		return nil, err
	}
	s := &server{
		dir: cfg.Dir, log: cfg.Log, now: cfg.Now, book: newBook(), slots: make(chan struct{}, maxRequests), stop: stop,
	}
	s.use(setup)
	done := map[string]bool{}
	s.journal, err = openJournal(cfg.Dir, func(r record) {
		if r.Message != nil {
			s.book.add(r.Message)
			return
		}
		done[r.Done] = true
	})
	if err != nil {
		return nil, err
	}
	if s.visitors, err = openVisitors(s); err != nil {
		return nil, errors.Join(err, s.journal.close())
	}
	s.courier = newCourier(s, post)
	for _, m := range s.book.list("", func(*message) bool { return true }) {
		s.courier.schedule(m, done)
	}
	return s, nil
}

func (s *server) use(setup Setup) {
	if now := s.active.Load(); now != nil && now.Faults == setup.Faults {
		s.active.Store(&active{Setup: setup, faults: now.faults}) // the same seed goes on where it was
		return
	}
	s.active.Store(&active{Setup: setup, faults: newFaults(setup.Faults)})
}

func (s *server) setup() *active { return s.active.Load() }

func (s *server) close() error {
	var err error
	if s.sink != nil {
		err = s.sink.stop()
	}
	s.courier.stop()
	s.visitors.stop()
	return errors.Join(err, s.journal.close())
}

func (s *server) handler() http.Handler {
	vendors := http.NewServeMux()
	vendors.HandleFunc("POST /{version}/{phone_number_id}/messages", s.graphMessages)
	vendors.HandleFunc("POST /2010-04-01/Accounts/{sid}/Messages.json", s.twilioCreate)
	vendors.HandleFunc("GET /2010-04-01/Accounts/{sid}/Messages.json", s.twilioList)
	vendors.HandleFunc("GET /2010-04-01/Accounts/{sid}/Messages/{message}", s.twilioFetch)
	vendors.HandleFunc("GET /deliveries", s.getDeliveries)
	vendors.Handle("/phone", s.fromConsole(http.MethodGet, s.getPhone))
	vendors.Handle("/inbound", s.fromConsole(http.MethodPost, s.postInbound))
	vendors.HandleFunc("POST /leave", s.postLeave)

	all := http.NewServeMux() // who asks how it is, or wants it to end, does not queue behind the rest
	all.HandleFunc("GET /healthz", s.getHealth)
	all.HandleFunc("PUT /config", s.putConfig)
	all.HandleFunc("POST /stop", s.postStop)
	all.HandleFunc("GET /deliveries/follow", s.followDeliveries)
	all.Handle("/", s.queued(vendors))
	return http.MaxBytesHandler(all, maxBody)
}

// queued limits how many requests are at work.
func (s *server) queued(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
		case <-r.Context().Done():
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errFull = errors.New("the sandbox is full")

// accept makes the message durable, then known, then lets its statuses follow. It is not undone: whatever happens to the
// answer, the vendor has the message.
func (s *server) accept(m *message) error {
	if s.book.size() >= maxMessages || s.courier.full() {
		return errFull
	}
	if err := s.journal.append(record{Message: m}); err != nil {
		s.log.Error("a message was not kept", "error", err)
		return err
	}
	s.book.add(m)
	s.courier.schedule(m, nil)
	return nil
}

// lose closes the connection without an answer.
func lose() {
	panic(http.ErrAbortHandler)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.Encode(value) //nolint:errcheck // the peer is gone; there is nobody to tell
}

// readBody answers the status to give when it fails.
func readBody(r *http.Request) (body []byte, status int, err error) {
	body, err = io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, http.StatusRequestEntityTooLarge, err
	}
	return body, http.StatusBadRequest, err
}
