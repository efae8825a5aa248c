package channels

import (
	"fmt"
	"net/http"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/adapters/email"
	"github.com/parleyhq/parley/adapters/twilio"
	"github.com/parleyhq/parley/adapters/webchat"
	"github.com/parleyhq/parley/adapters/whatsapp"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/egress"
	"github.com/parleyhq/parley/mesh/node"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// adapters makes an adapter for every account.
func adapters(cfg Config, clk clock.Clock) ([]channel.Adapter, error) {
	all := append([]channel.Adapter(nil), cfg.Adapters...)
	client := egress.NewClient(cfg.Egress)
	for _, account := range cfg.Accounts {
		a, err := adapter(account, client, cfg.PublicURL, clk)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func adapter(a channel.Account, client *http.Client, publicURL string, clk clock.Clock) (channel.Adapter, error) {
	switch a.Provider {
	case "whatsapp":
		return whatsapp.New(a, whatsapp.Deps{HTTP: client, Clock: clk, PublicURL: publicURL})
	case "email":
		return email.New(a, email.Deps{Clock: clk})
	case "webchat":
		return webchat.New(a, webchat.Deps{Clock: clk})
	case "twilio":
		return twilio.New(a, twilio.Deps{HTTP: client, Clock: clk, PublicURL: publicURL})
	default:
		return nil, fmt.Errorf("account %q: there is no adapter for provider %q", a.Name, a.Provider)
	}
}

// mailListener takes mail for those of the doors that are mail accounts; nil when none is configured.
func mailListener(cfg *Mail, doors []channel.Adapter, in *inbox.Inbox, n *node.Node) (*email.Listener, error) {
	if cfg == nil {
		return nil, nil //nolint:nilnil // no listener is what was asked for
	}
	var accounts []*email.Adapter
	for _, door := range doors {
		if a, ok := door.(*email.Adapter); ok {
			accounts = append(accounts, a)
		}
	}
	return email.NewListener(email.ListenerConfig{
		Address: cfg.Address, Hostname: cfg.Hostname, TLS: cfg.TLS, RequireTLS: cfg.RequireTLS, Limits: cfg.Limits,
		Adapters: accounts, Inbox: in, Log: n.Log, Metrics: n.Metrics, Tracer: n.Tracer,
	})
}

// webchatDoor serves those of the doors that are web chats; nil when there is none.
func webchatDoor(doors []channel.Adapter, in *inbox.Inbox, runner *delivery.Runner, n *node.Node) (*webchat.Door, error) {
	var accounts []*webchat.Adapter
	for _, door := range doors {
		if a, ok := door.(*webchat.Adapter); ok {
			accounts = append(accounts, a)
		}
	}
	if len(accounts) == 0 {
		return nil, nil //nolint:nilnil // no door is what was asked for
	}
	return webchat.NewDoor(webchat.DoorConfig{
		Adapters: accounts, Inbox: in, Deliveries: runner, Seal: n.Pages,
		Context: contextv1.NewContextServiceClient(n.Peers), Identity: identityv1.NewIdentityServiceClient(n.Peers),
		Clock: n.Clock, Log: n.Log, Metrics: n.Metrics, Tracer: n.Tracer,
	})
}
