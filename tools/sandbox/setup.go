package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// Providers that the sandbox stands in for. Email is the company's MX, its submission server, and every customer's mailbox;
// Webchat is the browsers of the company's visitors, and its site, which says who is signed in.
const (
	WhatsApp = "whatsapp"
	Twilio   = "twilio"
	Email    = "email"
	Webchat  = "webchat"
)

// Setup is what `up` tells the sandbox. It is kept on disk, so that webhooks are redelivered while `up` is dead.
type Setup struct {
	// WebhooksURL is where webhooks are posted to, as `http://127.0.0.1:8081`.
	WebhooksURL string `json:"webhooks_url"`
	// PublicURL is what Twilio believes it posts to and therefore signs; empty means WebhooksURL.
	PublicURL string `json:"public_url,omitempty"`
	// SMTPAddress is where mail is brought to, a host and a port. Needed by accounts of provider email.
	SMTPAddress string `json:"smtp_address,omitempty"`
	// ConsoleOrigins are those of the pages on which people play customers in a browser: `http://127.0.0.1:8080`.
	ConsoleOrigins []string `json:"console_origins,omitempty"`
	// Faults is the seed of the faults; 0 means none.
	Faults   uint64    `json:"faults,omitempty"`
	Accounts []Account `json:"accounts"`
}

// Account is one account at a vendor, with the vendor's side of its secrets.
type Account struct {
	// Name in Parley, the last part of the webhook's path.
	Name     string `json:"name"`
	Provider string `json:"provider"`
	// Address that customers write to: in E.164, a mail address, or a web site.
	Address string `json:"address"`

	// WhatsApp.
	PhoneNumberID string `json:"phone_number_id,omitempty"`
	AccessToken   string `json:"access_token,omitempty"`
	AppSecret     string `json:"app_secret,omitempty"`

	// Twilio.
	AccountSID string `json:"account_sid,omitempty"`
	AuthToken  string `json:"auth_token,omitempty"`

	// AuthservID is the name under which the MX says what it found out about a mail's author.
	AuthservID string `json:"authserv_id,omitempty"`

	// SigningSecret is what the company's site signs its customers' references with.
	SigningSecret string `json:"signing_secret,omitempty"`
}

// Validate says what is missing, by the name of the account and of the JSON field.
func (s Setup) Validate() error {
	for name, address := range map[string]string{"webhooks_url": s.WebhooksURL, "public_url": s.publicURL()} {
		u, err := url.Parse(address)
		if err != nil || u.Scheme == "" || u.Host == "" {
			return fmt.Errorf("%s: %q is not an absolute URL", name, address)
		}
	}
	names := map[string]bool{}
	for _, a := range s.Accounts {
		if err := a.validate(s.SMTPAddress); err != nil {
			return fmt.Errorf("account %q: %w", a.Name, err)
		}
		if names[a.Name] {
			return fmt.Errorf("account %q: named twice", a.Name)
		}
		names[a.Name] = true
	}
	return nil
}

func (a Account) validate(smtpAddress string) error {
	needed := map[string]string{"name": a.Name, "address": a.Address}
	switch a.Provider {
	case WhatsApp:
		needed["phone_number_id"], needed["access_token"], needed["app_secret"] = a.PhoneNumberID, a.AccessToken, a.AppSecret
	case Twilio:
		needed["account_sid"], needed["auth_token"] = a.AccountSID, a.AuthToken
	case Email:
		needed["authserv_id"], needed["smtp_address"] = a.AuthservID, smtpAddress
	case Webchat:
		needed["signing_secret"] = a.SigningSecret
	default:
		return fmt.Errorf("provider: %q is none of %q, %q, %q, %q", a.Provider, WhatsApp, Twilio, Email, Webchat)
	}
	for field, value := range needed {
		if value == "" {
			return errors.New(field + ": is empty")
		}
	}
	return nil
}

func (s Setup) publicURL() string {
	if s.PublicURL == "" {
		return s.WebhooksURL
	}
	return s.PublicURL
}

// account is the first that fits, or nil.
func (s Setup) account(fits func(Account) bool) *Account {
	for i := range s.Accounts {
		if fits(s.Accounts[i]) {
			return &s.Accounts[i]
		}
	}
	return nil
}

const setupFile = "setup.json"

// loadSetup reads what was kept; a folder without one is a zero Setup.
func loadSetup(dir string) (Setup, error) {
	var s Setup
	kept, err := os.ReadFile(filepath.Join(dir, setupFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read the kept configuration: %w", err)
	}
	if err := json.Unmarshal(kept, &s); err != nil {
		return s, fmt.Errorf("read the kept configuration %s: %w", setupFile, err)
	}
	return s, nil
}

// save replaces the kept Setup in one step, so that a kill leaves the old or the new.
func (s Setup) save(dir string) error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the configuration: %w", err)
	}
	path := filepath.Join(dir, setupFile)
	if err := writeSynced(path+".new", content); err != nil {
		return fmt.Errorf("keep the configuration: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep the configuration: %w", err)
	}
	return syncDir(dir)
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes a created or renamed file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
