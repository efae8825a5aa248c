package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

// Config of the gateway.
type Config struct {
	// Addr to listen on, `host:port`.
	Addr string
	Keys []Key
	// Origins of web pages that may call from a browser, such as `https://desk.example`; none by default.
	Origins []string
	// Sandbox is the URL of the sandbox, which the console's pages may call; empty when there is none.
	Sandbox string
	// Timeout of a unary call, and of reading any request; a caller's own deadline may only be shorter.
	Timeout time.Duration
	// MaxBody bounds a request message, in bytes.
	MaxBody int
}

// Default is a gateway on the loopback, without keys.
func Default() Config {
	return Config{Addr: "127.0.0.1:8080", Timeout: 30 * time.Second, MaxBody: 4 << 20}
}

// Validate says what is wrong with the configuration. It never repeats a secret.
func (c Config) Validate() error {
	var wrong []error
	if c.Addr == "" || c.Timeout <= 0 || c.MaxBody <= 0 {
		wrong = append(wrong, errors.New("gateway: addr, timeout and max body are needed"))
	}
	names, secrets := map[string]bool{}, map[string]bool{}
	for _, k := range c.Keys {
		if _, err := k.roles(); err != nil {
			wrong = append(wrong, err)
		}
		if k.Name == "" || k.Secret == "" || k.Tenant == "" || len(k.Scopes) == 0 {
			wrong = append(wrong, fmt.Errorf("gateway: key %q needs a name, a secret, a tenant and scopes", k.Name))
		}
		if isAgents := slices.Contains(k.Roles, "agent"); isAgents != (k.Agent != "") || isAgents && len(k.Roles) > 1 {
			wrong = append(wrong, fmt.Errorf("gateway: key %q: the role agent is for a key with an agent, and it is the only one of such a key", k.Name))
		}
		if names[k.Name] || secrets[k.Secret] {
			wrong = append(wrong, fmt.Errorf("gateway: key %q has the name or the secret of another", k.Name))
		}
		names[k.Name], secrets[k.Secret] = true, true
	}
	return errors.Join(wrong...)
}

// Key is an API key of a tenant.
type Key struct {
	// Name of the key, unique; its principal is `key:<name>`.
	Name string
	// Agent who holds the key, by the name that routing knows him under: its principal is `agent:<agent>` then.
	Agent string
	// Secret that is presented as a bearer token.
	Secret string
	Tenant string
	// Roles that the key may act in: `operator`, `agent`, `partner`, `service`. A call is made in the first of them that
	// the method allows; a key with more than one is one that could as well be several.
	Roles []string
	// Scopes such as `context.read`; `*` is all.
	Scopes []string
}

// LogValue keeps the secret out of logs.
func (k Key) LogValue() slog.Value { return slog.StringValue("key:" + k.Name) }

// principal of the calls made with the key.
func (k Key) principal() string {
	if k.Agent != "" {
		return caller.AgentPrincipal(k.Agent)
	}
	return k.String()
}

// String keeps the secret out of errors.
func (k Key) String() string { return "key:" + k.Name }

func (k Key) roles() ([]accessv1.Role, error) {
	if len(k.Roles) == 0 {
		return nil, fmt.Errorf("gateway: key %q has no roles", k.Name)
	}
	roles := make([]accessv1.Role, 0, len(k.Roles))
	for _, name := range k.Roles {
		role := accessv1.Role(accessv1.Role_value["ROLE_"+strings.ToUpper(name)])
		if role == accessv1.Role_ROLE_UNSPECIFIED {
			return nil, fmt.Errorf("gateway: key %q has the role %q, which there is not", k.Name, name)
		}
		roles = append(roles, role)
	}
	return roles, nil
}
