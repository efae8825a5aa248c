package channels_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/adapters/channel/sqlstore"
	"github.com/parleyhq/parley/adapters/twilio"
	"github.com/parleyhq/parley/adapters/whatsapp"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/prometheus/client_golang/prometheus"
)

// vendors are the two whose webhooks are measured, each with a message from one of a thousand customers.
var vendors = map[string]struct {
	adapter func(testing.TB) channel.Adapter
	message func(n int64) *http.Request
}{
	"whatsapp": {
		func(t testing.TB) channel.Adapter {
			return must1(whatsapp.New(channel.Account{
				Name: "wa", Provider: "whatsapp", Tenant: "acme", Settings: map[string]string{"phone_number_id": "1001"},
				Secrets: map[string]string{"app_secret": "s", "verify_token": "v", "access_token": "a"},
			}, whatsapp.Deps{HTTP: http.DefaultClient, Clock: clock.System, PublicURL: "https://parley.example"}))(t)
		},
		func(n int64) *http.Request {
			from := fmt.Sprintf("1303555%04d", n%1000)
			body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{`+
				`"messaging_product":"whatsapp","metadata":{"display_phone_number":"12125550109","phone_number_id":"1001"},`+
				`"contacts":[{"profile":{"name":"Customer"},"wa_id":%q}],"messages":[{"from":%q,"id":"wamid.%032x","timestamp":"%d",`+
				`"type":"text","text":{"body":"hello"}}]}}]}]}`, from, from, n, time.Now().Unix())
			mac := hmac.New(sha256.New, []byte("s"))
			mac.Write([]byte(body))
			r := httptest.NewRequest(http.MethodPost, "/webhooks/whatsapp/wa", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
			return r
		},
	},
	"twilio": {
		func(t testing.TB) channel.Adapter {
			return must1(twilio.New(channel.Account{
				Name: "sms", Provider: "twilio", Tenant: "acme", Address: "+12125550100", Settings: map[string]string{"account_sid": "AC1"},
				Secrets: map[string]string{"auth_token": "t"},
			}, twilio.Deps{HTTP: http.DefaultClient, Clock: clock.System, PublicURL: "https://parley.example"}))(t)
		},
		func(n int64) *http.Request {
			id := fmt.Sprintf("SM%032x", n)
			form := url.Values{
				"MessageSid": {id}, "SmsMessageSid": {id}, "SmsSid": {id}, "AccountSid": {"AC1"}, "SmsStatus": {"received"},
				"From": {fmt.Sprintf("+1303555%04d", n%1000)}, "To": {"+12125550100"}, "Body": {"hello"}, "NumMedia": {"0"},
				"NumSegments": {"1"}, "ApiVersion": {"2010-04-01"},
			}
			mac := hmac.New(sha1.New, []byte("t"))
			mac.Write([]byte("https://parley.example/webhooks/twilio/sms"))
			for _, name := range slices.Sorted(maps.Keys(form)) {
				mac.Write([]byte(name + form.Get(name)))
			}
			r := httptest.NewRequest(http.MethodPost, "/webhooks/twilio/sms", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
			return r
		},
	},
}

func must1[V any](v V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// BenchmarkWebhook is a signed message to its 200, 64 at once, with nobody working off what was taken.
func BenchmarkWebhook(b *testing.B) {
	for name, vendor := range vendors {
		b.Run(name, func(b *testing.B) {
			log := slog.New(slog.DiscardHandler)
			db := must1(store.Open(b.Context(), "channels", store.Config{Engine: store.SQLite, Dir: b.TempDir()}))(b) // without the guards of tests
			defer func() { _ = db.Close() }()
			tables := must1(sqlstore.New(b.Context(), db))(b)
			tracer, _, err := telemetry.NewTracer(b.Context(), "bench", log)
			if err != nil {
				b.Fatal(err)
			}
			webhooks := must1(inbox.New(inbox.Config{
				Adapters: []channel.Adapter{vendor.adapter(b)}, Store: tables, Keeper: sealtest.New(b), Clock: clock.System,
				Log: log, Metrics: prometheus.NewRegistry(), Tracer: tracer,
			}))(b).Webhooks()
			requests := make([]*http.Request, b.N)
			for i := range requests {
				requests[i] = vendor.message(int64(i))
			}
			var next atomic.Int64
			b.SetParallelism(32)
			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					answer := httptest.NewRecorder()
					webhooks.ServeHTTP(answer, requests[next.Add(1)-1])
					if answer.Code != http.StatusOK {
						b.Errorf("answered %d", answer.Code)
					}
				}
			})
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// processorTime of this process: on a busy machine the clock says little.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
