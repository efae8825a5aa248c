package platform

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What everybody knows is for one's own machine only: API keys, vendors' secrets, and the key under which customers' words
// are sealed.
func TestDemoSecretsAreForLoopbackOnly(t *testing.T) {
	keyFile := func(key string) string {
		path := filepath.Join(t.TempDir(), "kek")
		if err := os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString([]byte(key))), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	own := keyFile(strings.Repeat("k", 32))
	cases := []struct {
		name    string
		cfg     Config
		address string
		refused bool
	}{
		{"secrets of one's own, open to all", Config{Seal: Seal{KeyFile: own}, Keys: []Key{{Secret: "s3cret"}}}, "0.0.0.0:8080", false},
		{"a demo API key, open to all", Config{Seal: Seal{KeyFile: own}, Keys: []Key{{Secret: "demo-api-key"}}}, "0.0.0.0:8080", true},
		{"a demo vendor secret, open to all", Config{Seal: Seal{KeyFile: own}, Accounts: []Account{{Secrets: map[string]string{"app_secret": "demo-x"}}}}, "[::]:8080", true},
		{"the demo's key-encryption key, open to all", Config{Seal: Seal{KeyFile: keyFile("demo-key-not-for-real-customers!")}}, "10.0.0.7:8080", true},
		{"the demo as it is, on loopback", Config{Seal: Seal{KeyFile: keyFile("demo-key-not-for-real-customers!")}, Keys: []Key{{Secret: "demo-api-key"}}}, "127.0.0.1:8080", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := c.cfg.checkReach(Addresses{API: c.address, Webhooks: "127.0.0.1:1", Sandbox: "127.0.0.1:2", SMTP: "127.0.0.1:3"})
			if (err != nil) != c.refused {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestNoDoorIsOpenToAllUnderDemoSecrets(t *testing.T) {
	cfg := Config{Keys: []Key{{Secret: "demo-api-key"}}}
	const here, everywhere = "127.0.0.1:1", "0.0.0.0:1"
	for flag, at := range map[string]Addresses{
		"--api":      {API: everywhere, Webhooks: here, Sandbox: here, SMTP: here},
		"--webhooks": {API: here, Webhooks: everywhere, Sandbox: here, SMTP: here},
		"--sandbox":  {API: here, Webhooks: here, Sandbox: everywhere, SMTP: here},
		"--smtp":     {API: here, Webhooks: here, Sandbox: here, SMTP: everywhere},
	} {
		if err := cfg.checkReach(at); err == nil || !strings.HasPrefix(err.Error(), flag+" ") {
			t.Errorf("%s open to all: %v", flag, err)
		}
	}
}
