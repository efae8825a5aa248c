package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// SignMeta is the value of X-Hub-Signature-256: HMAC-SHA256 of the raw body under the app secret.
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications
func SignMeta(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// SignTwilio is the value of X-Twilio-Signature: HMAC-SHA1, under the auth token, of the whole URL followed by every
// parameter's name and value in the order of the names.
// https://www.twilio.com/docs/usage/security#validating-requests
func SignTwilio(authToken, address string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(authToken))
	mac.Write([]byte(address))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		mac.Write([]byte(name + form.Get(name)))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// escapeASCII writes every character beyond ASCII as \uXXXX: Meta sends JSON so, and signs it so.
func escapeASCII(document []byte) []byte {
	if !bytes.ContainsFunc(document, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return document
	}
	out := make([]byte, 0, len(document))
	for _, r := range string(document) {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
	}
	return out
}

// signVisitor is how the company's site says that its visitor is signed in as this customer: hex of the HMAC-SHA256.
func signVisitor(secret, reference string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(reference))
	return hex.EncodeToString(mac.Sum(nil))
}
