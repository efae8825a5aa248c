package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// kekSize in bytes: AES-256.
const kekSize = 32

// KEK is the key-encryption key: it wraps data keys and nothing else. Its zero value wraps nothing.
type KEK struct{ wrap tink.AEAD }

// String hides the key from whoever prints it.
func (KEK) String() string { return "KEK(hidden)" }

// NewKEK makes a key and its text, which LoadKEK reads: 32 random bytes in base64.
func NewKEK() (KEK, []byte) {
	raw := make([]byte, kekSize)
	rand.Read(raw) // never fails: crypto/rand ends the process rather than return an error
	text := []byte(base64.StdEncoding.EncodeToString(raw))
	kek, err := parseKEK(text)
	if err != nil {
		panic(err) // a key of the right size is always taken
	}
	return kek, text
}

// LoadKEK reads the key from the environment variable envName or, if that is unset or empty, from the file. Two forms are
// read: 32 bytes in standard base64, or a Tink AEAD keyset as cleartext JSON, whose non-primary keys still unwrap (so a
// KEK can be rotated). Errors name the source, never what was in it.
func LoadKEK(file, envName string) (KEK, error) {
	if text := os.Getenv(envName); envName != "" && text != "" {
		kek, err := parseKEK([]byte(text))
		if err != nil {
			return KEK{}, fmt.Errorf("key-encryption key in $%s: %w", envName, err)
		}
		return kek, nil
	}
	if file == "" {
		return KEK{}, fmt.Errorf("no key-encryption key: set $%s or name a file", envName)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return KEK{}, fmt.Errorf("key-encryption key: %w", err)
	}
	kek, err := parseKEK(text)
	if err != nil {
		return KEK{}, fmt.Errorf("key-encryption key in %s: %w", file, err)
	}
	return kek, nil
}

var errNoKEK = errors.New("neither 32 bytes in base64 nor a Tink AEAD keyset in cleartext JSON")

// parseKEK drops the causes of failures on purpose: decoders quote what they could not read.
func parseKEK(text []byte) (KEK, error) {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("{")) {
		return parseKeyset(text)
	}
	raw, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(raw) != kekSize {
		return KEK{}, errNoKEK
	}
	wrap, err := subtle.NewAESGCM(raw)
	if err != nil {
		return KEK{}, errNoKEK
	}
	return KEK{wrap: wrap}, nil
}

func parseKeyset(text []byte) (KEK, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return KEK{}, errNoKEK
	}
	wrap, err := aead.New(handle)
	if err != nil {
		return KEK{}, errNoKEK
	}
	return KEK{wrap: wrap}, nil
}
