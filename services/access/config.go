package access

import (
	"errors"
	"fmt"
	"net/url"
)

// Config of the service.
type Config struct {
	Tenants []Tenant
}

// Tenant is a company whose customers write.
type Tenant struct {
	Name string
	// TimeZone is an IANA name, Locale a BCP 47 tag, Currency an ISO 4217 code. What is empty is not known.
	TimeZone, Locale, Currency string
	// SandboxURL is where the sandbox is that stands in for the tenant's vendors; empty when they are real.
	SandboxURL string
}

// Default has no tenants.
func Default() Config { return Config{} }

// Validate names the tenant that is wrong.
func (c Config) Validate() error {
	known := map[string]bool{}
	for _, t := range c.Tenants {
		if t.Name == "" {
			return errors.New("tenants: one has no name")
		}
		if known[t.Name] {
			return fmt.Errorf("tenants: %q is there twice", t.Name)
		}
		known[t.Name] = true
		if t.SandboxURL == "" {
			continue
		}
		if u, err := url.Parse(t.SandboxURL); err != nil || u.Scheme == "" || u.Host == "" {
			return fmt.Errorf("tenants: %q: sandbox URL: not an absolute URL", t.Name)
		}
	}
	return nil
}
