package twilio

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/mesh/clock"
)

func TestItIsAnAdapterLikeAnyOther(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		New: func(vendorURL string) (channel.Adapter, error) {
			acc := account()
			acc.Settings["base_url"] = vendorURL
			return New(acc, Deps{HTTP: http.DefaultClient, Clock: clock.System, PublicURL: publicURL})
		},
		Sign: func(acc channel.Account, body []byte) *http.Request {
			path := "/webhooks/twilio/" + acc.Name
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
			r.Header.Set("X-Twilio-Signature", sign(t, acc.Secrets["auth_token"], publicURL+path, string(body)))
			return r
		},
		SignatureHeader: "X-Twilio-Signature",
		Webhooks: map[string][]byte{
			"a text":    read(t, "testdata/text.form"),
			"pictures":  read(t, "testdata/picture.form"),
			"opt-out":   read(t, "testdata/stop_by_word.form"),
			"delivered": read(t, "testdata/status_delivered.form"),
			"a call":    read(t, "testdata/call_in.form"),
		},
		Garbage:    []byte("From=%2B12125550142&Nothing=else"),
		Vendor:     func() channeltest.Vendor { return &rest{} },
		To:         "+12125550142",
		AsksVendor: true,
	})
}

// rest answers as Twilio's REST API does, and lists what it took, newest first.
type rest struct {
	mu     sync.Mutex
	answer channeltest.Answer
	taken  []listed
}

func (v *rest) Will(answer channeltest.Answer) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = answer
}

func (v *rest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	refuse := func(status, code int) {
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"code":%d,"message":"no","status":%d}`, code, status)
	}
	switch {
	case r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(map[string]any{"messages": v.taken})
	case v.answer == channeltest.Stumbles:
		refuse(http.StatusServiceUnavailable, 20503)
	case v.answer == channeltest.Refuses:
		refuse(http.StatusBadRequest, 21211)
	case v.answer == channeltest.RateLimits:
		refuse(http.StatusTooManyRequests, 20429)
	default:
		m := listed{
			SID: fmt.Sprintf("SM%d", len(v.taken)+1), To: r.FormValue("To"), From: r.FormValue("From"), Body: r.FormValue("Body"),
			Direction: "outbound-api", DateCreated: time.Now().UTC().Format(time.RFC1123Z),
		}
		v.taken = append([]listed{m}, v.taken...)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(m)
	}
}
