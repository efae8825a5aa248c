// Package page makes page tokens as AIP-158 wants them: opaque, so that nobody builds on what is inside, and sealed, so
// that nobody reads or changes it. A token holds a cursor, the sort key of the last row that was given out, and is good
// for the one method that made it.
package page

import (
	"encoding/base64"
	"encoding/json"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// maxToken bounds what is decoded, in bytes; longer ones were not made here.
const maxToken = 4096

// Tokens makes and reads page tokens. Safe for concurrent use.
type Tokens struct{ key tink.AEAD }

// New takes the key of the tokens from the keeper: processes over the same keeper's store read each other's tokens.
func New(k *seal.Keeper) *Tokens {
	key, err := subtle.NewAESGCM(k.Blind("", "page", "key of page tokens"))
	if err != nil {
		panic(err) // Blind's 32 bytes are a key of AES-256
	}
	return &Tokens{key: key}
}

// Encode makes the token that continues after the cursor. The method is the full name of the RPC.
func (t *Tokens) Encode(method string, cursor ...string) string {
	plain, err := json.Marshal(cursor)
	if err != nil {
		panic(err) // strings always marshal
	}
	sealed, err := t.key.Encrypt(plain, []byte(method))
	if err != nil {
		panic(err) // only for cursors of gigabytes
	}
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// Decode gives the cursor back; nil for the empty token, which asks for the first page. A token that was not made here
// for this method is INVALID_ARGUMENT, reason PAGE_TOKEN_INVALID.
func (t *Tokens) Decode(method, token string) ([]string, error) {
	if token == "" {
		return nil, nil
	}
	if len(token) > maxToken {
		return nil, invalid()
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, invalid()
	}
	plain, err := t.key.Decrypt(sealed, []byte(method))
	if err != nil {
		return nil, invalid()
	}
	var cursor []string
	if err := json.Unmarshal(plain, &cursor); err != nil {
		return nil, invalid()
	}
	return cursor, nil
}

func invalid() error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token that this method gave out")
}

// Size is how many rows a page holds: what was asked for, the default for zero, and never more than most (AIP-158). A
// negative size is as good as none; refusing it is the validation rule's matter.
func Size(asked, byDefault, most int32) int {
	if asked <= 0 {
		asked = byDefault
	}
	return int(min(asked, most))
}
