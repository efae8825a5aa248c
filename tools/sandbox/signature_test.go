package sandbox

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"sort"
	"testing"
)

// checkMeta and checkTwilio verify as the vendors' documentation tells receivers to, independently of sign.go.
func checkMeta(t *testing.T, h hook) {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(waSecret))
	mac.Write(h.body)
	if want := "sha256=" + hex.EncodeToString(mac.Sum(nil)); h.header.Get("X-Hub-Signature-256") != want {
		t.Errorf("signature %q, want %q", h.header.Get("X-Hub-Signature-256"), want)
	}
	for _, b := range h.body {
		if b >= 0x80 {
			t.Errorf("the body is not escaped to ASCII: %s", h.body)
			return
		}
	}
}

func checkTwilioSignature(t *testing.T, h hook, publicURL string) url.Values {
	t.Helper()
	form, err := url.ParseQuery(string(h.body))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range form {
		names = append(names, name)
	}
	sort.Strings(names)
	signed := publicURL
	for _, name := range names {
		signed += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(sidToken))
	mac.Write([]byte(signed))
	if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); h.header.Get("X-Twilio-Signature") != want {
		t.Errorf("signature %q, want %q", h.header.Get("X-Twilio-Signature"), want)
	}
	return form
}

// The example of Twilio's own documentation.
func TestTwilioSignatureOfTheDocumentation(t *testing.T) {
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"},
		"From": {"+14158675310"}, "To": {"+18005551212"},
	}
	got := SignTwilio("12345", "https://example.com/myapp.php?foo=1&bar=2", form)
	if got != "L/OH5YylLD5NRKLltdqwSvS0BnU=" {
		t.Errorf("got %s", got)
	}
}

func TestEscapeASCII(t *testing.T) {
	if got := string(escapeASCII([]byte(`"añ👍z"`))); got != `"a\u00f1\ud83d\udc4dz"` {
		t.Errorf("got %s", got)
	}
}
