package whatsapp

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/mesh/clock"
)

func TestItIsAnAdapterLikeAnyOther(t *testing.T) {
	channeltest.Run(t, channeltest.Harness{
		New: func(vendorURL string) (channel.Adapter, error) {
			acc := account()
			acc.Settings["base_url"] = vendorURL
			return New(acc, Deps{HTTP: http.DefaultClient, Clock: clock.System})
		},
		Sign: func(acc channel.Account, body []byte) *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/webhooks/whatsapp/"+acc.Name, bytes.NewReader(body))
			r.Header.Set("X-Hub-Signature-256", sign(acc.Secrets["app_secret"], body))
			return r
		},
		SignatureHeader: "X-Hub-Signature-256",
		Webhooks: map[string][]byte{
			"words":    fixture(t, "text.json"),
			"media":    fixture(t, "media.json"),
			"changes":  fixture(t, "changes.json"),
			"statuses": fixture(t, "statuses.json"),
			"calls":    fixture(t, "calls.json"),
		},
		Garbage: []byte(`{"object": "whatsapp_business_account", "entry": "12125550142"}`),
		Vendor:  func() channeltest.Vendor { return &graph{} },
		To:      "12125550142",
	})
}

// graph answers as the Graph API does.
type graph struct{ answer atomic.Int32 }

func (g *graph) Will(answer channeltest.Answer) { g.answer.Store(int32(answer)) }

func (g *graph) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	answer := map[channeltest.Answer]struct {
		status int
		body   string
	}{
		channeltest.Takes:      {200, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.OURS1"}]}`},
		channeltest.Stumbles:   {503, `{"error":{"message":"(#131016) Service unavailable","code":131016}}`},
		channeltest.Refuses:    {400, `{"error":{"message":"(#131026) Message undeliverable","code":131026}}`},
		channeltest.RateLimits: {429, `{"error":{"message":"(#130429) Rate limit hit","code":130429}}`},
	}[channeltest.Answer(g.answer.Load())]
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}
