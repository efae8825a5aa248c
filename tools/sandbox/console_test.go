package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const consolePage = "http://127.0.0.1:8080"

func TestWhoMayPlayCustomersInABrowser(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	setup.ConsoleOrigins = []string{consolePage}
	v := startVendor(t, t.TempDir(), &setup)
	cases := []struct {
		name, method, path, origin string
		status                     int
		allowed                    bool
	}{
		{"the console asks whether it may write", http.MethodOptions, "/inbound", consolePage, http.StatusNoContent, true},
		{"the console writes", http.MethodPost, "/inbound", consolePage, http.StatusOK, true},
		{"the console looks at the phone", http.MethodGet, "/phone?address=" + url.QueryEscape(daniel), consolePage, http.StatusOK, true},
		{"another page asks whether it may write", http.MethodOptions, "/inbound", "https://evil.example", http.StatusForbidden, false},
		{"another page writes", http.MethodPost, "/inbound", "https://evil.example", http.StatusForbidden, false},
		{"no page at all writes", http.MethodPost, "/inbound", "", http.StatusOK, false},
		{"a method that there is not", http.MethodDelete, "/inbound", consolePage, http.StatusMethodNotAllowed, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			body := `{"channel": "sms", "from": "` + daniel + `", "text": "hello"}`
			r, err := http.NewRequestWithContext(t.Context(), c.method, v.url+c.path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			status, header, _ := send(t, r)
			if status != c.status || (header.Get("Access-Control-Allow-Origin") == consolePage) != c.allowed {
				t.Errorf("answered %d with %v", status, header)
			}
		})
	}
}

func TestAPhoneShowsWhatWasWrittenAndWhatCame(t *testing.T) {
	parley := newReceiver(t)
	setup := demoSetup(parley.URL, 0)
	v := startVendor(t, t.TempDir(), &setup)
	if _, err := v.Inbound(t.Context(), Inbound{Channel: "sms", From: daniel, Text: "hello"}); err != nil {
		t.Fatal(err)
	}
	parley.next(t)
	v.sms(t, sid, sidToken, url.Values{"To": {daniel}, "From": {"+12125550100"}, "Body": {"Hello, Daniel."}})
	v.sms(t, sid, sidToken, url.Values{"To": {"+12125550102"}, "From": {"+12125550100"}, "Body": {"Hello, Maria."}})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.url+"/phone?address="+url.QueryEscape(daniel), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _, body := send(t, r)
	var shown []PhoneMessage
	if err := json.Unmarshal(body, &shown); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 2 || !shown[0].Mine || shown[0].Text != "hello" || shown[1].Mine || shown[1].Text != "Hello, Daniel." {
		t.Errorf("the phone shows %+v", shown)
	}
}
