package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

type inboundWebhook struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Metadata map[string]string `json:"metadata"`
				Contacts []struct {
					Profile map[string]string `json:"profile"`
					WaID    string            `json:"wa_id"`
				} `json:"contacts"`
				Messages []struct {
					From      string            `json:"from"`
					ID        string            `json:"id"`
					Timestamp string            `json:"timestamp"`
					Type      string            `json:"type"`
					Text      map[string]string `json:"text"`
					Image     map[string]string `json:"image"`
					Reaction  map[string]string `json:"reaction"`
					Context   map[string]string `json:"context"`
				} `json:"messages"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

func TestACustomerWritesOnWhatsApp(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	result, err := v.Inbound(t.Context(), Inbound{
		Channel: "whatsapp", From: daniel, Text: "¿Por qué? 👍", Quoted: "wamid.Q", DisplayName: "Daniel",
	})
	if err != nil || result.Status != http.StatusOK || !strings.HasPrefix(result.ID, "wamid.") {
		t.Fatalf("%+v %v", result, err)
	}
	h := parley.next(t)
	checkMeta(t, h)
	var got inboundWebhook
	decode(t, h.body, &got)
	value := got.Entry[0].Changes[0].Value
	m := value.Messages[0]
	if h.path != "/webhooks/whatsapp/wa-main" || value.Metadata["phone_number_id"] != waNumber ||
		value.Contacts[0].WaID != "12125550101" || value.Contacts[0].Profile["name"] != "Daniel" {
		t.Errorf("envelope: %s", h.body)
	}
	if m.ID != result.ID || m.From != "12125550101" || m.Type != "text" || m.Text["body"] != "¿Por qué? 👍" ||
		m.Timestamp == "" || m.Context["id"] != "wamid.Q" {
		t.Errorf("message: %s", h.body)
	}
	if kept, err := v.Deliveries(t.Context(), ""); err != nil || len(kept) != 0 {
		t.Errorf("what a customer wrote is no delivery: %v %v", kept, err)
	}
}

func TestACustomerSendsOtherThingsThanText(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	for _, kind := range []string{"image", "video", "document", "audio", "sticker", "location", "reaction", "unsupported"} {
		result, err := v.Inbound(t.Context(), Inbound{Channel: "whatsapp", From: daniel, Kind: kind, Text: "x", Quoted: "wamid.Q"})
		if err != nil || result.Status != 200 {
			t.Fatalf("%s: %+v %v", kind, result, err)
		}
		h := parley.next(t)
		checkMeta(t, h)
		var got inboundWebhook
		decode(t, h.body, &got)
		if m := got.Entry[0].Changes[0].Value.Messages[0]; m.Type != kind || !strings.Contains(string(h.body), `"`+kind+`"`) {
			t.Errorf("%s: %s", kind, h.body)
		}
	}
}

func TestACustomerWritesBySMS(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	result, err := v.Inbound(t.Context(), Inbound{Channel: "sms", From: daniel, Text: "and how much is usual for me?"})
	if err != nil || result.Status != http.StatusOK || !strings.HasPrefix(result.ID, "SM") {
		t.Fatalf("%+v %v", result, err)
	}
	form := checkTwilioSignature(t, parley.next(t), public+"/webhooks/twilio/sms-main")
	for name, want := range map[string]string{
		"MessageSid": result.ID, "SmsSid": result.ID, "SmsMessageSid": result.ID, "AccountSid": sid, "From": daniel,
		"To": "+12125550100", "Body": "and how much is usual for me?", "NumMedia": "0", "NumSegments": "1",
		"SmsStatus": "received", "ApiVersion": "2010-04-01", "FromCountry": "US", "ToCountry": "US",
	} {
		if form.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, form.Get(name), want)
		}
	}
	var fetched twilioResource
	status := v.get(t, "/2010-04-01/Accounts/"+sid+"/Messages/"+result.ID+".json", &fetched)
	if status != 200 || fetched.Direction != "inbound" || fetched.Status != "received" {
		t.Errorf("%d %+v", status, fetched)
	}
}

func TestWhatParleyAnsweredIsTold(t *testing.T) {
	parley := newReceiver(t)
	parley.answers(func(hook) int { return http.StatusUnauthorized })
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	if got, err := v.Inbound(t.Context(), Inbound{Channel: "sms", From: daniel, Text: "x"}); err != nil || got.Status != 401 {
		t.Errorf("%+v %v", got, err)
	}
	parley.Close()
	got, err := v.Inbound(t.Context(), Inbound{Channel: "sms", From: daniel, Text: "x"})
	if err != nil || got.Status != 0 || got.ID == "" || !strings.Contains(got.Error, "refused") {
		t.Errorf("%+v %v", got, err)
	}
}

func TestInboundThatNoVendorWouldCarry(t *testing.T) {
	setup := demoSetup("http://127.0.0.1:1", 0)
	v := startVendor(t, t.TempDir(), &setup)
	for _, tt := range []struct {
		name string
		in   Inbound
		says string
	}{
		{"unknown channel", Inbound{Channel: "pigeon", From: daniel, Text: "x"}, "channel"},
		{"number without +", Inbound{Channel: "sms", From: "12125550101", Text: "x"}, "from"},
		{"number for a mail address", Inbound{Channel: "email", From: daniel, Text: "x"}, "from"},
		{"line break in a mail address", Inbound{Channel: "email", From: "a@b.example\r\nBcc: c@d.example", Text: "x"}, "from"},
		{"mail address for a number", Inbound{Channel: "sms", From: danielMail, Text: "x"}, "from"},
		{"no mail account", Inbound{Channel: "email", From: danielMail, Text: "x"}, "account"},
		{"no text", Inbound{Channel: "sms", From: daniel}, "text"},
		{"no text on WhatsApp", Inbound{Channel: "whatsapp", From: daniel}, "text"},
		{"unknown kind", Inbound{Channel: "whatsapp", From: daniel, Kind: "smell"}, "kind"},
		{"kind that is not sent by SMS", Inbound{Channel: "sms", From: daniel, Kind: "reaction"}, "kind"},
		{"unknown account", Inbound{Channel: "sms", From: daniel, Text: "x", Account: "sms-other"}, "account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := v.Inbound(t.Context(), tt.in); err == nil || !strings.Contains(err.Error(), "inbound: "+tt.says) {
				t.Errorf("%v does not name %s", err, tt.says)
			}
		})
	}
}
