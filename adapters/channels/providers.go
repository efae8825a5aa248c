package channels

import (
	"fmt"
	"net/http"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/twilio"
	"github.com/parleyhq/parley/adapters/whatsapp"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/egress"
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
	case "twilio":
		return twilio.New(a, twilio.Deps{HTTP: client, Clock: clk, PublicURL: publicURL})
	default:
		return nil, fmt.Errorf("account %q: there is no adapter for provider %q", a.Name, a.Provider)
	}
}
