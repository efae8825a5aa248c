package sandbox

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

type graphAnswer struct {
	Product  string `json:"messaging_product"`
	Contacts []struct {
		Input string `json:"input"`
		WaID  string `json:"wa_id"`
	} `json:"contacts"`
	Messages []struct {
		ID string `json:"id"`
	} `json:"messages"`
	Error graphErrorBody `json:"error"`
}

func TestWhatsAppAcceptsAMessageAndSaysWhatBecomesOfIt(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	body := whatsAppText("+1 (212) 555-0101", "¿Qué tal? 👍", "delivery_1")
	status, _, answered := v.graph(t, waToken, waNumber, body)
	var got graphAnswer
	decode(t, answered, &got)
	if status != http.StatusOK || got.Product != "whatsapp" || got.Contacts[0].Input != "+1 (212) 555-0101" || got.Contacts[0].WaID != "12125550101" {
		t.Fatalf("%d %s", status, answered)
	}
	id := got.Messages[0].ID
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(id, "wamid."))
	if err != nil || !strings.Contains(string(raw), "12125550101") {
		t.Errorf("id %q does not look like Meta's (%v)", id, err)
	}
	for _, state := range []string{"sent", "delivered", "read"} {
		checkWhatsAppStatus(t, parley.next(t), id, state)
	}
	deliveries, err := v.Deliveries(t.Context(), "12125550101")
	if err != nil || len(deliveries) != 1 {
		t.Fatalf("%v %v", deliveries, err)
	}
	d := deliveries[0]
	if d.Provider != "whatsapp" || d.Account != "wa-main" || d.To != daniel || d.Text != "¿Qué tal? 👍" || d.Raw != body || d.Time.IsZero() {
		t.Errorf("%+v", d)
	}
}

func checkWhatsAppStatus(t *testing.T, h hook, id, state string) {
	t.Helper()
	checkMeta(t, h)
	var got struct {
		Object string `json:"object"`
		Entry  []struct {
			ID      string `json:"id"`
			Changes []struct {
				Field string `json:"field"`
				Value struct {
					Product  string            `json:"messaging_product"`
					Metadata map[string]string `json:"metadata"`
					Statuses []struct {
						ID           string         `json:"id"`
						Status       string         `json:"status"`
						Timestamp    string         `json:"timestamp"`
						Recipient    string         `json:"recipient_id"`
						Echo         string         `json:"biz_opaque_callback_data"`
						Conversation map[string]any `json:"conversation"`
						Pricing      map[string]any `json:"pricing"`
					} `json:"statuses"`
				} `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	decode(t, h.body, &got)
	change := got.Entry[0].Changes[0]
	s := change.Value.Statuses[0]
	if h.path != "/webhooks/whatsapp/wa-main" || got.Object != "whatsapp_business_account" || change.Field != "messages" ||
		change.Value.Metadata["phone_number_id"] != waNumber || change.Value.Metadata["display_phone_number"] != "12125550109" {
		t.Errorf("envelope: %s %s", h.path, h.body)
	}
	if s.ID != id || s.Status != state || s.Recipient != "12125550101" || s.Echo != "delivery_1" || s.Timestamp == "" {
		t.Errorf("want %s of %s: %s", state, id, h.body)
	}
	if priced := s.Conversation != nil && s.Pricing != nil; priced != (state != "read") {
		t.Errorf("%s with conversation and pricing: %t", state, priced)
	}
}

func TestWhatsAppRefusesAsMetaDoes(t *testing.T) {
	setup := demoSetup("http://127.0.0.1:1", 0)
	v := startVendor(t, t.TempDir(), &setup)
	good := whatsAppText("12125550101", "hello", "")
	for _, tt := range []struct {
		name, token, number, body string
		status, code              int
		message                   string
	}{
		{"no token", "", waNumber, good, 401, 190, "Authentication Error"},
		{"wrong token", "somebody-else", waNumber, good, 401, 190, "Invalid OAuth access token"},
		{"number of somebody else", waToken, "999", good, 400, 100, "Object with ID '999' does not exist"},
		{"no JSON", waToken, waNumber, `{`, 400, 100, "(#100)"},
		{"no messaging_product", waToken, waNumber, `{"to":"12125550101","type":"text","text":{"body":"x"}}`, 400, 100, "messaging_product is required"},
		{"other product", waToken, waNumber, `{"messaging_product":"sms","to":"1","text":{"body":"x"}}`, 400, 100, "messaging_product must be one of"},
		{"no recipient", waToken, waNumber, `{"messaging_product":"whatsapp","text":{"body":"x"}}`, 400, 100, "to is required"},
		{"recipient that is no number", waToken, waNumber, whatsAppText("daniel", "x", ""), 400, 131009, "Parameter value is not valid"},
		{"unknown type", waToken, waNumber, `{"messaging_product":"whatsapp","to":"12125550101","type":"pigeon"}`, 400, 100, "type must be one of"},
		{"text without its object", waToken, waNumber, `{"messaging_product":"whatsapp","to":"12125550101","type":"text"}`, 400, 131008, "Required parameter is missing"},
		{"null text", waToken, waNumber, `{"messaging_product":"whatsapp","to":"12125550101","type":"text","text":null}`, 400, 131008, "Required parameter is missing"},
		{"empty text", waToken, waNumber, whatsAppText("12125550101", "", ""), 400, 131008, "Required parameter is missing"},
		{"text too long", waToken, waNumber, whatsAppText("12125550101", strings.Repeat("ñ", 4097), ""), 400, 100, "at most 4096 characters"},
		{"echo too long", waToken, waNumber, whatsAppText("12125550101", "x", strings.Repeat("e", 513)), 400, 100, "biz_opaque_callback_data"},
		{"body too large", waToken, waNumber, strings.Repeat("x", maxBody+1), 413, 1, "unknown error"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, _, body := v.graph(t, tt.token, tt.number, tt.body)
			var got graphAnswer
			decode(t, body, &got)
			if status != tt.status || got.Error.Code != tt.code || !strings.Contains(got.Error.Message, tt.message) {
				t.Errorf("%d %s", status, body)
			}
			if got.Error.Type == "" || got.Error.TraceID == "" {
				t.Errorf("type or fbtrace_id is missing: %s", body)
			}
		})
	}
	if got, err := v.Deliveries(t.Context(), ""); err != nil || len(got) != 0 {
		t.Errorf("something refused was kept: %v %v", got, err)
	}
}

func TestWhatsAppTakesTheLongestTextAndReadMarks(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	if status, _, body := v.graph(t, waToken, waNumber, whatsAppText("12125550101", strings.Repeat("ñ", 4096), "")); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	status, _, body := v.graph(t, waToken, waNumber, `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X"}`)
	if status != 200 || strings.TrimSpace(string(body)) != `{"success":true}` {
		t.Errorf("%d %s", status, body)
	}
	if got, err := v.Deliveries(t.Context(), "+12125550101"); err != nil || len(got) != 1 {
		t.Errorf("%v %v", got, err)
	}
}

func TestVendorsDoNotDeduplicate(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	for range 2 {
		v.graph(t, waToken, waNumber, whatsAppText("12125550101", "twice", "delivery_1"))
		v.sms(t, sid, sidToken, smsForm(daniel, "twice", ""))
	}
	if got, err := v.Deliveries(t.Context(), daniel); err != nil || len(got) != 4 {
		t.Errorf("%d of 4 kept (%v)", len(got), err)
	}
}
