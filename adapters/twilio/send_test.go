package twilio

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// secretText must never be found in an error.
const secretText = "your PIN is 8812"

func outgoing() channel.Outgoing {
	return channel.Outgoing{DeliveryID: "delivery_01", MessageID: "message_01", To: "+12125550142", Text: secretText, Part: 1, Parts: 1}
}

func TestSend(t *testing.T) {
	const accepted = `{"sid":"SM0201","status":"queued","to":"+12125550142","body":"x","error_code":null}`
	refused := func(code string) string {
		return `{"code":` + code + `,"message":"The number +12125550142 cannot have: ` + secretText + `","more_info":"https://www.twilio.com/docs/errors/` + code + `","status":400}`
	}
	cases := []struct {
		name       string
		status     int
		retryAfter string
		answer     string
		wantID     string
		want       channel.SendError
	}{
		{name: "taken", status: 201, answer: accepted, wantID: "SM0201"},
		{name: "too fast", status: 429, retryAfter: "2", answer: refused("20429"), want: channel.SendError{Kind: channel.AccountLimited, Reason: "RATE_LIMITED", RetryAfter: 2 * time.Second}},
		{name: "too fast, and no body", status: 429, want: channel.SendError{Kind: channel.AccountLimited, Reason: "RATE_LIMITED"}},
		{name: "our number's queue is full", status: 400, answer: refused("21611"), want: channel.SendError{Kind: channel.AccountLimited, Reason: "QUEUE_FULL"}},
		{name: "no such number", status: 400, answer: refused("21211"), want: channel.SendError{Kind: channel.Permanent, Reason: "INVALID_RECIPIENT"}},
		{name: "the recipient opted out", status: 400, answer: refused("21610"), want: channel.SendError{Kind: channel.Permanent, Reason: "SUPPRESSED"}},
		{name: "a code of the future", status: 400, answer: refused("29999"), want: channel.SendError{Kind: channel.Permanent, Reason: "TWILIO_29999"}},
		{name: "the token is wrong", status: 401, answer: refused("20003"), want: channel.SendError{Kind: channel.Retryable, Reason: "CREDENTIALS_REFUSED"}},
		{name: "Twilio failed", status: 500, answer: refused("20500"), want: channel.SendError{Kind: channel.Unknown, Reason: "VENDOR_FAILED"}},
		{name: "Twilio is overloaded", status: 503, answer: refused("20503"), want: channel.SendError{Kind: channel.Retryable, Reason: "VENDOR_OVERLOADED"}},
		{name: "a gateway's page", status: 503, answer: "<html>", want: channel.SendError{Kind: channel.Unknown, Reason: "VENDOR_FAILED"}},
		{name: "taken, but the answer says not as what", status: 201, answer: `{}`, want: channel.SendError{Kind: channel.Unknown, Reason: "ANSWER_UNREADABLE"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			a := against(t, func(w http.ResponseWriter, r *http.Request) {
				calls++
				checkRequest(t, r)
				if c.retryAfter != "" {
					w.Header().Set("Retry-After", c.retryAfter)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			})
			got, err := a.Send(context.Background(), outgoing())
			checkSendError(t, err, c.want)
			if got.ExternalID != c.wantID || calls != 1 {
				t.Errorf("id %q after %d calls, want %q after 1", got.ExternalID, calls, c.wantID)
			}
		})
	}
}

func checkRequest(t *testing.T, r *http.Request) {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	if r.Method != http.MethodPost || r.URL.String() != "/2010-04-01/Accounts/"+accountID+"/Messages.json" {
		t.Errorf("%s %s", r.Method, r.URL)
	}
	user, password, _ := r.BasicAuth()
	if user != accountID || password != authToken || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("headers %v", r.Header)
	}
	want := url.Values{
		"To": {"+12125550142"}, "From": {"+12125550100"}, "Body": {secretText},
		"StatusCallback": {publicURL + "/webhooks/twilio/sms-test?delivery=delivery_01"},
	}.Encode()
	if string(body) != want {
		t.Errorf("body\n%s\nwant\n%s", body, want)
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
	for _, secret := range []string{secretText, "2125550142", authToken, accountID} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q", secret)
		}
	}
}

// against makes the adapter of an account whose vendor is the handler.
func against(t *testing.T, vendor http.HandlerFunc) *Adapter {
	t.Helper()
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	return adapter(t, func(acc *channel.Account) { acc.Settings["base_url"] = server.URL })
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	cases := []struct {
		name   string
		change func(*channel.Account, *Deps)
		want   string
	}{
		{"nothing is set", func(acc *channel.Account, _ *Deps) { acc.Settings, acc.Secrets = nil, nil }, `twilio account "sms-test" lacks setting account_sid, secret auth_token`},
		{"no client", func(_ *channel.Account, d *Deps) { d.HTTP = nil }, `twilio: an HTTP client and a clock are needed`},
		{"a short code", func(acc *channel.Account, _ *Deps) { acc.Address = "12345" }, `twilio account "sms-test": the address is not a number in E.164`},
		{"an id that leads elsewhere", func(acc *channel.Account, _ *Deps) { acc.Settings["account_sid"] = "../x" }, `twilio account "sms-test": account_sid is not one`},
		{"no public URL", func(_ *channel.Account, d *Deps) { d.PublicURL = "" }, `twilio account "sms-test": the public URL, which Twilio signs, is not an http(s) address`},
		{"an address that is none", func(acc *channel.Account, _ *Deps) { acc.Settings["base_url"] = "api.twilio.com" }, `twilio account "sms-test": base_url is not an http(s) address`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			acc, d := account(), deps()
			c.change(&acc, &d)
			_, err := New(acc, d)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
