package webchat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// signed says whether the company's site vouches for the customer: hex of the HMAC-SHA256 (RFC 2104) of the reference.
func (a *Adapter) signed(reference, signature string) bool {
	secret := a.account.Secrets["signing_secret"]
	given, err := hex.DecodeString(signature)
	if secret == "" || err != nil {
		return false
	}
	return hmac.Equal(given, mac(secret, reference))
}

func mac(secret, reference string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(reference))
	return h.Sum(nil)
}
