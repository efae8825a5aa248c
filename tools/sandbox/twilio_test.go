package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTwilioAcceptsAMessageAndCallsBack(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	callback := public + "/webhooks/twilio/sms-main?delivery=delivery_1&x=a+b"
	form := smsForm(daniel, "Tu factura: 259,90 €", callback)
	status, _, body := v.sms(t, sid, sidToken, form)
	var got twilioResource
	decode(t, body, &got)
	if status != http.StatusCreated || !strings.HasPrefix(got.SID, "SM") || len(got.SID) != 34 || got.Status != "queued" ||
		got.Direction != "outbound-api" || got.DateSent != nil || got.To != daniel || got.From != "+12125550100" ||
		got.AccountSID != sid || got.URI != "/2010-04-01/Accounts/"+sid+"/Messages/"+got.SID+".json" || got.NumSegments != "1" {
		t.Fatalf("%d %s", status, body)
	}
	if _, err := time.Parse(time.RFC1123Z, got.DateCreated); err != nil {
		t.Error(err)
	}
	for _, state := range []string{"sent", "delivered"} {
		h := parley.next(t)
		if h.path != "/webhooks/twilio/sms-main?delivery=delivery_1&x=a+b" {
			t.Errorf("called back at %s", h.path)
		}
		called := checkTwilioSignature(t, h, callback)
		if called.Get("MessageSid") != got.SID || called.Get("MessageStatus") != state || called.Get("AccountSid") != sid ||
			called.Get("To") != daniel || called.Get("From") != "+12125550100" || called.Get("ApiVersion") == "" {
			t.Errorf("want %s: %v", state, called)
		}
	}
	var fetched twilioResource
	if status := v.get(t, got.URI, &fetched); status != 200 || fetched.Status != "delivered" || fetched.DateSent == nil {
		t.Errorf("%d %+v", status, fetched)
	}
	deliveries, err := v.Deliveries(t.Context(), daniel)
	if err != nil || len(deliveries) != 1 || deliveries[0].Text != "Tu factura: 259,90 €" || deliveries[0].Raw != form.Encode() {
		t.Errorf("%+v %v", deliveries, err)
	}
}

func TestTwilioRefusesAsTwilioDoes(t *testing.T) {
	setup := demoSetup("http://127.0.0.1:1", 0)
	v := startVendor(t, t.TempDir(), &setup)
	with := func(name, value string) url.Values {
		form := smsForm(daniel, "hello", "")
		form.Set(name, value)
		return form
	}
	for _, tt := range []struct {
		name         string
		user, token  string
		form         url.Values
		status, code int
	}{
		{"wrong token", sid, "no", smsForm(daniel, "hello", ""), 401, 20003},
		{"another account", "AC1", sidToken, smsForm(daniel, "hello", ""), 401, 20003},
		{"no recipient", sid, sidToken, with("To", ""), 400, 21604},
		{"no sender", sid, sidToken, with("From", ""), 400, 21603},
		{"no text", sid, sidToken, with("Body", ""), 400, 21602},
		{"recipient that is no number", sid, sidToken, with("To", "12"), 400, 21211},
		{"sender of somebody else", sid, sidToken, with("From", "+12125550199"), 400, 21606},
		{"to itself", sid, sidToken, with("To", "+12125550100"), 400, 21266},
		{"text too long", sid, sidToken, with("Body", strings.Repeat("ñ", 1601)), 400, 21617},
		{"callback to a stranger", sid, sidToken, with("StatusCallback", "https://elsewhere.example/hook"), 400, 21609},
		{"callback to a look-alike", sid, sidToken, with("StatusCallback", public+".evil.example/hook"), 400, 21609},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, body := v.sms(t, tt.user, tt.token, tt.form)
			var got twilioError
			decode(t, body, &got)
			if status != tt.status || got.Code != tt.code || got.Status != tt.status || got.Message == "" ||
				got.MoreInfo != fmt.Sprintf("https://www.twilio.com/docs/errors/%d", tt.code) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	if got, err := v.Deliveries(t.Context(), ""); err != nil || len(got) != 0 {
		t.Errorf("something refused was kept: %v %v", got, err)
	}
}

func TestTwilioListsByRecipientNewestFirst(t *testing.T) {
	setup := demoSetup("http://127.0.0.1:1", 0)
	v := startVendor(t, t.TempDir(), &setup)
	const many = 5
	for i := range many {
		v.sms(t, sid, sidToken, smsForm(daniel, fmt.Sprint("to Daniel ", i), ""))
		v.sms(t, sid, sidToken, smsForm("+12125550102", fmt.Sprint("to Maria ", i), ""))
	}
	path := "/2010-04-01/Accounts/" + sid + "/Messages.json?" + url.Values{"To": {daniel}, "PageSize": {"2"}}.Encode()
	var texts []string
	pages := 0
	for path != "" {
		var page twilioPage
		if status := v.get(t, path, &page); status != 200 || page.Page != pages || len(page.Messages) > 2 {
			t.Fatalf("%d %+v", status, page)
		}
		for _, m := range page.Messages {
			texts = append(texts, m.Body)
		}
		if pages == 0 { // what arrives meanwhile shifts nothing
			v.sms(t, sid, sidToken, smsForm(daniel, "later", ""))
		}
		pages++
		path = ""
		if page.NextPageURI != nil {
			path = *page.NextPageURI
		}
	}
	want := "to Daniel 4,to Daniel 3,to Daniel 2,to Daniel 1,to Daniel 0"
	if got := strings.Join(texts, ","); got != want || pages != 3 {
		t.Errorf("%d pages: %s", pages, got)
	}
}

func TestTwilioListFiltersByTheDayAndTheSecondItWasSent(t *testing.T) {
	at := time.Date(2026, time.November, 21, 12, 30, 15, 700_000_000, time.UTC)
	m := &message{ID: "SM1", Provider: Twilio, Account: "sms-main", From: "+12125550100", To: daniel, Time: at.Add(-time.Hour)}
	m.Steps = []step{{State: "sent", Due: at}}
	for _, tt := range []struct {
		query string
		keeps bool
	}{
		{"DateSent=2026-11-21", true},
		{"DateSent=2026-11-20", false},
		{"DateSent>=2026-11-21", true},
		{"DateSent>=2026-11-22", false},
		{"DateSent<=2026-11-22", true},
		{"DateSent<=2026-11-21", false},
		{"DateSent>=2026-11-21T12:30:15Z", true},
		{"DateSent>=2026-11-21T12:30:15.9Z", true}, // to the second
		{"DateSent>=2026-11-21T12:30:16Z", false},
		{"DateSent<=2026-11-21T12:30:15Z", true},
		{"DateSent<=2026-11-21T12:30:14Z", false},
		{"DateSent>=2026-11-21T12:00:00Z&DateSent<=2026-11-21T13:00:00Z", true},
		{"From=%2B12125550100", true},
		{"From=%2B12125550199", false},
	} {
		t.Run(tt.query, func(t *testing.T) {
			query, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			f, failed := newTwilioFilter(&Account{Name: "sms-main"}, query, at.Add(time.Minute))
			if failed != nil {
				t.Fatal(failed.Message)
			}
			if got := f.keeps(m); got != tt.keeps {
				t.Errorf("kept: %t", got)
			}
		})
	}
	if _, failed := newTwilioFilter(&Account{}, url.Values{"DateSent": {"yesterday"}}, at); failed == nil {
		t.Error("yesterday is not a date")
	}
}

func TestSegments(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"one of GSM-7", strings.Repeat("a", 160), 1},
		{"two of GSM-7", strings.Repeat("a", 161), 2},
		{"euros take two places", strings.Repeat("€", 81), 2},
		{"one of UCS-2", strings.Repeat("я", 70), 1},
		{"emoji take two units", strings.Repeat("👍", 36), 2},
	} {
		if got := segments(tt.text); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
