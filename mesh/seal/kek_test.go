package seal_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

const envName = "PARLEY_TEST_KEK"

func TestTheKeyIsReadFromTheEnvironmentOrAFile(t *testing.T) {
	_, text := seal.NewKEK()
	cases := map[string]struct{ file, env string }{
		"base64 in the environment":        {"", string(text)},
		"base64 in a file":                 {string(text), ""},
		"a newline at the end of the file": {string(text) + "\n", ""},
		"a Tink keyset in a file":          {tinkKeyset(t), ""},
		"a Tink keyset in the environment": {"", tinkKeyset(t)},
		"the environment before the file":  {"no key at all", string(text)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			kek, err := seal.LoadKEK(keyFile(t, c.file), setEnv(t, c.env))
			if err != nil {
				t.Fatal(err)
			}
			mustSeal(t, openKeeper(t, storetest.Open(t, "seal"), kek), daniel)
		})
	}
}

func TestTheSameTextIsTheSameKey(t *testing.T) {
	db := storetest.Open(t, "seal")
	kek, text := seal.NewKEK()
	sealed := mustSeal(t, openKeeper(t, db, kek), daniel)
	again, err := seal.LoadKEK(keyFile(t, string(text)), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openKeeper(t, db, again).Open(t.Context(), daniel, sealed, place); err != nil {
		t.Error(err)
	}
}

func TestABadKeyIsRefusedWithoutEchoingIt(t *testing.T) {
	const secret = "c2VjcmV0c2VjcmV0c2VjcmV0"
	cases := map[string]string{
		"too short":            secret,
		"not base64":           "§" + secret,
		"a broken Tink keyset": `{"primaryKeyId": 1, "key": [{"keyData": {"value": "` + secret + `"}}]}`,
		"not JSON after all":   "{" + secret,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			_, fromFile := seal.LoadKEK(keyFile(t, text), "")
			_, fromEnv := seal.LoadKEK("", setEnv(t, text))
			for _, err := range []error{fromFile, fromEnv} {
				if err == nil {
					t.Fatal("taken for a key")
				}
				if strings.Contains(err.Error(), secret[:6]) {
					t.Errorf("the error echoes the key: %v", err)
				}
			}
		})
	}
}

func TestNoKeyIsAnErrorThatSaysWhereItWasLookedFor(t *testing.T) {
	_, err := seal.LoadKEK("", envName)
	if err == nil || !strings.Contains(err.Error(), envName) {
		t.Errorf("got %v", err)
	}
	missing := filepath.Join(t.TempDir(), "kek")
	if _, err := seal.LoadKEK(missing, envName); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("got %v", err)
	}
}

func TestAKeyDoesNotPrintItself(t *testing.T) {
	kek, text := seal.NewKEK()
	for _, verb := range []string{"%v", "%+v", "%s"} {
		if got := fmt.Sprintf(verb, kek); got != "KEK(hidden)" || strings.Contains(got, string(text)) {
			t.Errorf("%s prints %q", verb, got)
		}
	}
}

// keyFile is the name of a file with the text; no name for no text.
func keyFile(t *testing.T, text string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	name := filepath.Join(t.TempDir(), "kek")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func setEnv(t *testing.T, text string) string {
	t.Helper()
	t.Setenv(envName, text)
	return envName
}

func tinkKeyset(t *testing.T) string {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
