package whatsapp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// secretText must never be found in an error.
const secretText = "your PIN is 8812"

func TestSend(t *testing.T) {
	out := channel.Outgoing{DeliveryID: "delivery_01", MessageID: "message_01", To: "12125550142", Text: secretText, Part: 1, Parts: 1}
	const accepted = `{"messaging_product":"whatsapp","contacts":[{"input":"12125550142","wa_id":"12125550142"}],"messages":[{"id":"wamid.OURS1"}]}`
	refused := func(code string) string {
		return `{"error":{"message":"(#` + code + `) about 12125550142: ` + secretText + `","type":"OAuthException","code":` + code + `,"error_data":{"messaging_product":"whatsapp","details":"x"},"fbtrace_id":"A1"}}`
	}
	with := func(change func(*channel.Outgoing)) channel.Outgoing {
		changed := out
		change(&changed)
		return changed
	}
	cases := []struct {
		name   string
		out    channel.Outgoing
		status int
		header http.Header
		answer string

		wantBody string
		wantID   string
		wantErr  channel.SendError
	}{
		{name: "a text", out: out, status: 200, answer: accepted, wantID: "wamid.OURS1",
			wantBody: `{"messaging_product":"whatsapp","recipient_type":"individual","to":"12125550142","type":"text","text":{"body":"` + secretText + `","preview_url":false},"biz_opaque_callback_data":"delivery_01"}`},
		{name: "a quoting text to a number with a plus", status: 200, answer: accepted, wantID: "wamid.OURS1",
			out:      with(func(o *channel.Outgoing) { o.To, o.QuotedExternalID = "+12125550142", "wamid.T1" }),
			wantBody: `{"messaging_product":"whatsapp","recipient_type":"individual","to":"12125550142","type":"text","text":{"body":"` + secretText + `","preview_url":false},"context":{"message_id":"wamid.T1"},"biz_opaque_callback_data":"delivery_01"}`},
		{name: "the second part of a long text quotes nothing", status: 200, answer: accepted, wantID: "wamid.OURS1",
			out:      with(func(o *channel.Outgoing) { o.Part, o.Parts, o.QuotedExternalID = 2, 2, "wamid.T1" }),
			wantBody: `{"messaging_product":"whatsapp","recipient_type":"individual","to":"12125550142","type":"text","text":{"body":"` + secretText + `","preview_url":false},"biz_opaque_callback_data":"delivery_01"}`},
		{name: "a user without a number", status: 200, answer: accepted, wantID: "wamid.OURS1",
			out:      with(func(o *channel.Outgoing) { o.To = "US.1001" }),
			wantBody: `{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.1001","type":"text","text":{"body":"` + secretText + `","preview_url":false},"biz_opaque_callback_data":"delivery_01"}`},

		{name: "throughput reached", out: out, status: 429, answer: refused("130429"), wantErr: channel.SendError{Kind: channel.AccountLimited, Reason: "THROUGHPUT_LIMITED"}},
		{name: "account's rate reached", out: out, status: 400, answer: refused("80007"), wantErr: channel.SendError{Kind: channel.AccountLimited, Reason: "ACCOUNT_RATE_LIMITED"}},
		{name: "too many to one recipient", out: out, status: 400, answer: refused("131056"), wantErr: channel.SendError{Kind: channel.RateLimited, Reason: "RECIPIENT_RATE_LIMITED"}},
		{name: "a wait is named", out: out, status: 429, header: http.Header{"Retry-After": {"7"}}, answer: refused("4"), wantErr: channel.SendError{Kind: channel.AccountLimited, Reason: "APP_RATE_LIMITED", RetryAfter: 7 * time.Second}},
		{name: "an unreasonable wait is cut", out: out, status: 429, header: http.Header{"Retry-After": {"999999999"}}, answer: refused("613"), wantErr: channel.SendError{Kind: channel.AccountLimited, Reason: "APP_RATE_LIMITED", RetryAfter: time.Hour}},
		{name: "outside the 24 hours", out: out, status: 400, answer: refused("131047"), wantErr: channel.SendError{Kind: channel.Permanent, Reason: "OUTSIDE_SERVICE_WINDOW"}},
		{name: "not on WhatsApp", out: out, status: 400, answer: refused("131026"), wantErr: channel.SendError{Kind: channel.Permanent, Reason: "UNDELIVERABLE"}},
		{name: "a parameter is wrong", out: out, status: 400, answer: refused("100"), wantErr: channel.SendError{Kind: channel.Permanent, Reason: "INVALID_REQUEST"}},
		{name: "a code of the future", out: out, status: 400, answer: refused("139999"), wantErr: channel.SendError{Kind: channel.Permanent, Reason: "WHATSAPP_139999"}},
		{name: "the token expired", out: out, status: 401, answer: refused("190"), wantErr: channel.SendError{Kind: channel.Retryable, Reason: "CREDENTIALS_REFUSED"}},
		{name: "the token may not", out: out, status: 403, answer: refused("200"), wantErr: channel.SendError{Kind: channel.Retryable, Reason: "RIGHTS_MISSING"}},
		{name: "Meta says that it did not send", out: out, status: 500, answer: refused("131000"), wantErr: channel.SendError{Kind: channel.Retryable, Reason: "VENDOR_FAILED"}},
		{name: "Meta is overloaded", out: out, status: 503, answer: refused("131016"), wantErr: channel.SendError{Kind: channel.Retryable, Reason: "VENDOR_OVERLOADED"}},
		{name: "Meta does not say what it did", out: out, status: 500, answer: refused("1"), wantErr: channel.SendError{Kind: channel.Unknown, Reason: "VENDOR_FAILED"}},
		{name: "a new code of a failing server", out: out, status: 500, answer: refused("139999"), wantErr: channel.SendError{Kind: channel.Unknown, Reason: "WHATSAPP_139999"}},
		{name: "a gateway's page", out: out, status: 502, answer: `<html>`, wantErr: channel.SendError{Kind: channel.Unknown, Reason: "VENDOR_FAILED"}},
		{name: "taken, but the answer says not as what", out: out, status: 200, answer: `{"messages":[]}`, wantErr: channel.SendError{Kind: channel.Unknown, Reason: "ANSWER_UNREADABLE"}},
		{name: "taken, but the answer is not JSON", out: out, status: 200, answer: `ok`, wantErr: channel.SendError{Kind: channel.Unknown, Reason: "ANSWER_UNREADABLE"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls++
				checkRequest(t, r, c.wantBody)
				for key, values := range c.header {
					w.Header()[key] = values
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			}))
			defer vendor.Close()
			a := adapter(t, func(acc *channel.Account) { acc.Settings["base_url"] = vendor.URL })
			got, err := a.Send(context.Background(), c.out)
			checkSendError(t, err, c.wantErr)
			if got.ExternalID != c.wantID || calls != 1 {
				t.Errorf("id %q after %d calls, want %q after 1", got.ExternalID, calls, c.wantID)
			}
		})
	}
}

func checkRequest(t *testing.T, r *http.Request, wantBody string) {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	if r.Method != http.MethodPost || r.URL.String() != "/v23.0/100200300400500/messages" {
		t.Errorf("%s %s", r.Method, r.URL)
	}
	if r.Header.Get("Authorization") != "Bearer an-access-token" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", r.Header)
	}
	if wantBody != "" && string(body) != wantBody {
		t.Errorf("body\n%s\nwant\n%s", body, wantBody)
	}
}

func checkSendError(t *testing.T, err error, want channel.SendError) {
	t.Helper()
	if want.Kind == 0 {
		if err != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	var got *channel.SendError
	if !errors.As(err, &got) {
		t.Fatalf("not a SendError: %v", err)
	}
	if got.Kind != want.Kind || got.Reason != want.Reason || got.RetryAfter != want.RetryAfter {
		t.Errorf("got %v %s %v, want %v %s %v", got.Kind, got.Reason, got.RetryAfter, want.Kind, want.Reason, want.RetryAfter)
	}
	for _, secret := range []string{secretText, "2125550142", "an-access-token"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q", secret)
		}
	}
}

func TestReconcileOnlyByStatus(t *testing.T) {
	outcome, _, err := adapter(t).Reconcile(context.Background(), channel.Outgoing{To: "12125550142"}, channel.Attempt{Began: time.Unix(1763700000, 0)})
	if outcome != channel.OutcomeUnknown || err != nil {
		t.Errorf("got %v, %v", outcome, err)
	}
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	cases := []struct {
		name   string
		change func(*channel.Account)
		want   string
	}{
		{"nothing is set", func(acc *channel.Account) { acc.Settings, acc.Secrets = nil, nil },
			`whatsapp account "wa-test" lacks setting phone_number_id, secret app_secret, secret verify_token, secret access_token`},
		{"no app secret", func(acc *channel.Account) { acc.Secrets["app_secret"] = "" }, `whatsapp account "wa-test" lacks secret app_secret`},
		{"an id that leads elsewhere", func(acc *channel.Account) { acc.Settings["phone_number_id"] = "../1" }, `whatsapp account "wa-test": phone_number_id is not an id`},
		{"a version that is none", func(acc *channel.Account) { acc.Settings["graph_version"] = "latest" }, `whatsapp account "wa-test": graph_version is not like v23.0`},
		{"an address that is none", func(acc *channel.Account) { acc.Settings["base_url"] = "graph.facebook.com" }, `whatsapp account "wa-test": base_url is not an http(s) address`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			acc := account()
			c.change(&acc)
			_, err := New(acc, Deps{HTTP: http.DefaultClient})
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
