package platform

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/parleyhq/parley/services/assistant"
	"go.yaml.in/yaml/v3"
)

// Config is what `parley up --config FILE` reads. Paths in it are relative to the file.
type Config struct {
	Tenant Tenant `yaml:"tenant"`
	// PublicURL is where vendors believe that webhooks are; empty means http:// and the webhooks address.
	PublicURL string `yaml:"public_url"`
	Seal      Seal   `yaml:"seal"`
	// Keys of the public API.
	Keys     []Key     `yaml:"keys"`
	Accounts []Account `yaml:"accounts"`
	// Intents is the folder of the company's own intents and example sentences, a folder for each language in it; empty for
	// the shipped ones alone.
	Intents string `yaml:"intents"`
	// Languages is a folder of languages that the assistant speaks beside the shipped ones, a folder for each.
	Languages string `yaml:"languages"`
	// Knowledge is the folder of the company's articles, LANGUAGE/NAME.md; they are brought in at every start. Empty brings none.
	Knowledge string `yaml:"knowledge"`
	// Queues in which customers wait for a person, and Hours in which there are people, by language; see assistant.Config.
	Queues []Queue           `yaml:"queues"`
	Hours  map[string]string `yaml:"hours"`
	// Company is the folder of the demo company that is loaded at the first start; empty loads none.
	Company string `yaml:"company"`
}

// Tenant is the company whose customers write.
type Tenant struct {
	Name string `yaml:"name"`
	// TimeZone is an IANA name.
	TimeZone string `yaml:"time_zone"`
	// Calendar is the country whose days are worked on (ISO 3166-1 alpha-2), Holidays are further days off, as 2026-12-24.
	Calendar string   `yaml:"calendar"`
	Holidays []string `yaml:"holidays"`
	Currency string   `yaml:"currency"`
	Locale   string   `yaml:"locale"`
	// Sandbox says that the tenant's vendors are the sandbox.
	Sandbox bool `yaml:"sandbox"`
}

// Seal says where the key-encryption key is: a file, or an environment variable, which wins.
type Seal struct {
	KeyFile string `yaml:"key_file"`
	KeyEnv  string `yaml:"key_env"`
}

// Key lets its holder call the public API.
type Key struct {
	Name string `yaml:"name"`
	// Agent who holds it, by his name in routing; empty for a key of a team or a system.
	Agent  string   `yaml:"agent"`
	Secret string   `yaml:"secret"`
	Roles  []string `yaml:"roles"`
	Scopes []string `yaml:"scopes"`
}

// Queue is where a customer waits for a person who wrote one of the words.
type Queue struct {
	Name  string   `yaml:"name"`
	Words []string `yaml:"words"`
}

// Account is one account with a vendor.
type Account struct {
	Name     string            `yaml:"name"`
	Provider string            `yaml:"provider"`
	Channel  string            `yaml:"channel"`
	Address  string            `yaml:"address"`
	Settings map[string]string `yaml:"settings"`
	Secrets  map[string]string `yaml:"secrets"`
	Delivery Delivery          `yaml:"delivery"`
}

// Delivery says how fast an account's messages are sent, and what becomes of one of which the vendor says nothing. What is
// not set is as the vendor's limits ask for.
type Delivery struct {
	// AccountRate and RecipientRate are messages a second.
	AccountRate   float64 `yaml:"account_rate"`
	RecipientRate float64 `yaml:"recipient_rate"`
	// UnknownFor is how long an outcome may stay unknown. Then the message is sent again, with Resend, or has failed.
	UnknownFor time.Duration `yaml:"unknown_for"`
	Resend     bool          `yaml:"resend"`
}

// LoadConfig reads and checks the file. An unknown key is an error that names it.
func LoadConfig(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	var cfg Config
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&cfg); err != nil && !errors.Is(err, io.EOF) {
		return Config{}, fmt.Errorf("read the configuration %s: %w", path, err)
	}
	cfg.Seal.KeyFile = beside(path, cfg.Seal.KeyFile)
	cfg.Company = beside(path, cfg.Company)
	cfg.Intents = beside(path, cfg.Intents)
	cfg.Languages = beside(path, cfg.Languages)
	cfg.Knowledge = beside(path, cfg.Knowledge)
	if err := cfg.Validate(); err != nil {
		return Config{}, fmt.Errorf("configuration %s: %w", path, err)
	}
	return cfg, nil
}

// Assistant is the configuration of what answers.
func (c Config) Assistant() assistant.Config {
	cfg := assistant.Default()
	cfg.Intents, cfg.Languages, cfg.TimeZone = c.Intents, c.Languages, c.Tenant.TimeZone
	if c.Tenant.Locale != "" {
		cfg.Locale = c.Tenant.Locale
	}
	cfg.Hours = c.Hours
	for _, q := range c.Queues {
		cfg.Queues = append(cfg.Queues, assistant.Queue(q))
	}
	return cfg
}

// beside resolves a path that stands in a file.
func beside(file, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// Validate names the first field that is missing or doubled.
func (c Config) Validate() error {
	if c.Tenant.Name == "" {
		return errors.New("tenant.name: is empty")
	}
	if c.Seal.KeyFile == "" && c.Seal.KeyEnv == "" {
		return errors.New("seal: set key_file or key_env")
	}
	var names []string
	for i, a := range c.Accounts {
		if a.Name == "" || a.Provider == "" {
			return fmt.Errorf("accounts[%d]: name and provider are needed", i)
		}
		if slices.Contains(names, a.Name) {
			return fmt.Errorf("accounts[%d].name: %q is there twice", i, a.Name)
		}
		names = append(names, a.Name)
	}
	for i, k := range c.Keys {
		if k.Secret == "" {
			return fmt.Errorf("keys[%d].secret: is empty", i)
		}
	}
	return nil
}

// demoPrefix begins every secret that everybody knows.
const demoPrefix = "demo-"

// hasDemoSecrets says whether a secret of the configuration is one that everybody knows.
func (c Config) hasDemoSecrets() bool {
	if c.Seal.isDemo() {
		return true
	}
	for _, k := range c.Keys {
		if strings.HasPrefix(k.Secret, demoPrefix) {
			return true
		}
	}
	for _, a := range c.Accounts {
		for _, secret := range a.Secrets {
			if strings.HasPrefix(secret, demoPrefix) {
				return true
			}
		}
	}
	return false
}

// isDemo says whether the key-encryption key is one that everybody knows. One that cannot be read is refused later.
func (s Seal) isDemo() bool {
	text := []byte(os.Getenv(s.KeyEnv))
	if s.KeyEnv == "" || len(text) == 0 {
		text, _ = os.ReadFile(s.KeyFile)
	}
	key, _ := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	return bytes.HasPrefix(key, []byte(demoPrefix))
}

// Addresses are where `up` listens.
type Addresses struct {
	API, Webhooks, Sandbox string
	// SMTP is where other hosts bring mail, Submission where a sandbox tenant's own mails go.
	SMTP, Submission string
}

// checkReach refuses to be reached from other machines with secrets that everybody knows.
func (c Config) checkReach(at Addresses) error {
	if !c.hasDemoSecrets() {
		return nil
	}
	for flag, address := range map[string]string{"--api": at.API, "--webhooks": at.Webhooks, "--sandbox": at.Sandbox, "--smtp": at.SMTP} {
		if !isLoopback(address) {
			return fmt.Errorf("%s %s: the configuration has demo- secrets, so only loopback addresses are allowed", flag, address)
		}
	}
	return nil
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
