package fakechannel

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"

	"github.com/parleyhq/parley/adapters/channel/channeltest"
)

// Taken is a message that the vendor took.
type Taken struct{ Ref, To, Text string }

// Vendor keeps every message that it takes, and deduplicates nothing. It is served over HTTP or, as a RoundTripper,
// without a network.
type Vendor struct {
	mu     sync.Mutex
	answer channeltest.Answer
	taken  []Taken
	before func(Taken) error
	after  func(Taken) error
}

// NewVendor holds nothing.
func NewVendor() *Vendor { return &Vendor{} }

// Will implements channeltest.Vendor.
func (v *Vendor) Will(a channeltest.Answer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = a
}

// Intercept sets what happens on the wire: before the vendor sees a message, and after it took it, before its answer is
// on the way. An error cuts the connection there. Either may be nil.
func (v *Vendor) Intercept(before, after func(Taken) error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.before, v.after = before, after
}

// Taken lists what it took, in order.
func (v *Vendor) Taken() []Taken {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.taken)
}

// ServeHTTP implements http.Handler.
func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(v.find(r.URL.Query().Get("ref"))))
		return
	}
	var m Taken
	if json.NewDecoder(r.Body).Decode(&m) != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	if !v.run(func() func(Taken) error { return v.before }, m) {
		panic(http.ErrAbortHandler)
	}
	id, status := v.take(m)
	if status != http.StatusOK {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		return
	}
	if !v.run(func() func(Taken) error { return v.after }, m) {
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write([]byte(id))
}

func (v *Vendor) run(which func() func(Taken) error, m Taken) bool {
	v.mu.Lock()
	hook := which()
	v.mu.Unlock()
	return hook == nil || hook(m) == nil
}

func (v *Vendor) take(m Taken) (id string, status int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch v.answer {
	case channeltest.Stumbles:
		return "", http.StatusServiceUnavailable
	case channeltest.Refuses:
		return "", http.StatusForbidden
	case channeltest.RateLimits:
		return "", http.StatusTooManyRequests
	default:
		v.taken = append(v.taken, m)
		return ID(len(v.taken)), http.StatusOK
	}
}

// ID is the vendor's id of the n-th message that it took, from 1.
func ID(n int) string { return "vendor-" + strconv.Itoa(n) }

func (v *Vendor) find(ref string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, m := range v.taken {
		if m.Ref == ref {
			return ID(i + 1)
		}
	}
	return ""
}

var errCut = errors.New("the connection was cut")

// RoundTrip implements http.RoundTripper.
func (v *Vendor) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil {
			resp, err = nil, errCut
		}
	}()
	w := httptest.NewRecorder()
	v.ServeHTTP(w, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	return w.Result(), nil
}
