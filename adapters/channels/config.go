package channels

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/email"
	"github.com/parleyhq/parley/mesh/egress"
)

// Config of the role.
type Config struct {
	// Accounts to run. Each is given the adapter of its provider.
	Accounts []channel.Account
	// Adapters that are run as they are, beside those of Accounts.
	Adapters []channel.Adapter
	// PublicURL is how vendors see the webhooks, without a path: `https://parley.example.com`.
	PublicURL string
	// Egress bounds the calls of vendors. The sandbox of a demo is an exception in Allow.
	Egress egress.Policy
	// Mail is where mail comes in for the accounts of provider email. Nil takes none.
	Mail *Mail
	// Policies of delivery by account; others have delivery.DefaultPolicy.
	Policies map[string]delivery.Policy

	// Senders bounds how many are served at once, Recipients how many of one account; Batch is how many events a sender is served per turn.
	// Defaults if zero.
	Senders, Recipients, Batch int
	// Observe is told of each turn of a sender's lane: how many turns of others began while it waited. May be nil.
	Observe func(lane string, waited int)
}

// Mail is the listener that other hosts bring mail to.
type Mail struct {
	// Address to listen on: `127.0.0.1:2525`. Hostname is how it calls itself.
	Address, Hostname string
	// TLS holds the certificate for STARTTLS; nil offers none. RequireTLS, which production wants, takes no mail without.
	TLS        *tls.Config
	RequireTLS bool
	// Limits; email.DefaultLimits where zero.
	Limits email.Limits
}

// Default configuration: no accounts.
func Default() Config { return Config{} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	seen := map[string]bool{}
	for _, a := range c.all() {
		if a.Name == "" || a.Tenant == "" || a.Provider == "" || a.Channel == "" {
			errs = append(errs, fmt.Errorf("account %q: name, tenant, provider and channel are needed", a.Name))
		}
		if seen[a.Name] {
			errs = append(errs, fmt.Errorf("account %q is there twice: names are unique across tenants", a.Name))
		}
		seen[a.Name] = true
	}
	if c.Mail != nil && c.Mail.Address == "" {
		errs = append(errs, errors.New("mail: an address to listen on is needed"))
	}
	for name := range c.Policies {
		if !seen[name] {
			errs = append(errs, fmt.Errorf("a delivery policy is for account %q, which is not there", name))
		}
	}
	return errors.Join(errs...)
}

func (c Config) all() []channel.Account {
	all := append([]channel.Account(nil), c.Accounts...)
	for _, a := range c.Adapters {
		all = append(all, a.Account())
	}
	return all
}
