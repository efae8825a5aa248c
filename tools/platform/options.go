package platform

import (
	"maps"
	"net"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channels"
	"github.com/parleyhq/parley/gateway"
	"github.com/parleyhq/parley/mesh/egress"
	"github.com/parleyhq/parley/services/access"
	"github.com/parleyhq/parley/services/billing"
	"github.com/parleyhq/parley/tools/sandbox"
)

// channels is the configuration of the role that runs the adapters. A sandbox tenant's vendors are the sandbox.
func (o Options) channels() channels.Config {
	cfg := channels.Default()
	cfg.PublicURL = o.Config.publicURL(o.Addresses)
	cfg.Policies = map[string]delivery.Policy{}
	for _, a := range o.Config.Accounts {
		settings := map[string]string{}
		maps.Copy(settings, a.Settings)
		if o.Config.Tenant.Sandbox {
			settings["base_url"], settings["submission"] = o.sandboxURL(), o.Addresses.Submission
		}
		cfg.Policies[a.Name] = a.policy()
		cfg.Accounts = append(cfg.Accounts, channel.Account{
			Name: a.Name, Tenant: o.Config.Tenant.Name, Provider: a.Provider, Channel: a.Channel, Address: a.Address,
			Settings: settings, Secrets: a.Secrets,
		})
		if a.Provider == sandbox.Email {
			_, domain, _ := strings.Cut(a.Address, "@")
			cfg.Mail = &channels.Mail{Address: o.Addresses.SMTP, Hostname: domain}
		}
	}
	if o.Config.Tenant.Sandbox {
		cfg.Egress = egress.Policy{Allow: []string{o.Addresses.Sandbox}}
	}
	return cfg
}

func (c Config) publicURL(at Addresses) string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://" + at.Webhooks
}

// SandboxSetup is what the vendors know of the accounts.
func (c Config) SandboxSetup(at Addresses, faults uint64) sandbox.Setup {
	setup := sandbox.Setup{
		WebhooksURL: "http://" + at.Webhooks, PublicURL: c.publicURL(at), SMTPAddress: at.SMTP,
		ConsoleOrigins: consoleOrigins(at.API), Faults: faults,
	}
	for _, a := range c.Accounts {
		setup.Accounts = append(setup.Accounts, sandbox.Account{
			Name: a.Name, Provider: a.Provider, Address: a.Address,
			PhoneNumberID: a.Settings["phone_number_id"], AccessToken: a.Secrets["access_token"], AppSecret: a.Secrets["app_secret"],
			AccountSID: a.Settings["account_sid"], AuthToken: a.Secrets["auth_token"],
			AuthservID: a.Settings["authserv_id"], SigningSecret: a.Secrets["signing_secret"],
		})
	}
	return setup
}

// consoleOrigins are where a browser on this machine has the console from, by number and by name.
func consoleOrigins(api string) []string {
	origins := []string{"http://" + api}
	if _, port, err := net.SplitHostPort(api); err == nil {
		origins = append(origins, "http://localhost:"+port)
	}
	return origins
}

// billing is the configuration of bills and disputes, whose days are the tenant's.
func (o Options) billing() billing.Config {
	cfg := billing.Default()
	cfg.TimeZone, cfg.Calendar, cfg.Holidays = o.Config.Tenant.TimeZone, o.Config.Tenant.Calendar, o.Config.Tenant.Holidays
	return cfg
}

// gateway is the configuration of the public API.
func (o Options) gateway() gateway.Config {
	cfg := gateway.Default()
	cfg.Addr = o.Addresses.API
	if o.Config.Tenant.Sandbox {
		cfg.Sandbox = o.sandboxURL()
	}
	for _, k := range o.Config.Keys {
		cfg.Keys = append(cfg.Keys, gateway.Key{
			Name: k.Name, Agent: k.Agent, Secret: k.Secret, Tenant: o.Config.Tenant.Name, Roles: k.Roles, Scopes: k.Scopes,
		})
	}
	return cfg
}

// access is what there is to know about the tenant.
func (o Options) access() access.Config {
	t := o.Config.Tenant
	tenant := access.Tenant{Name: t.Name, TimeZone: t.TimeZone, Locale: t.Locale, Currency: t.Currency}
	if t.Sandbox {
		tenant.SandboxURL = o.sandboxURL()
	}
	return access.Config{Tenants: []access.Tenant{tenant}}
}

func (o Options) sandboxURL() string { return "http://" + o.Addresses.Sandbox }
