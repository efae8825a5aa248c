package webchat

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/clock"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
)

const (
	// maxText is the longest line in characters, as in the proto.
	maxText = 4096
	// defaultGoneAfter is how long a visitor may be away and still get a line here.
	defaultGoneAfter = 30 * time.Second
)

// Deps is what the adapter needs from its process.
type Deps struct{ Clock clock.Clock }

// Adapter is one web site's chat.
type Adapter struct {
	account   channel.Account
	origins   []string
	proxies   []netip.Prefix
	goneAfter time.Duration
	presence  *presence
}

var _ channel.Adapter = (*Adapter)(nil)

// New makes the adapter of one account.
//
// Settings: `origins`, the web sites whose pages may hold the chat, such as `https://aurora.example`, separated by blanks;
// `proxies`, the networks of our own proxies, such as
// `192.0.2.0/28`, separated by blanks, whose X-Forwarded-For says from which address a visitor comes: behind a proxy that is not named
// all visitors count as one; `gone_after`, how long a line waits for a visitor who is away, such as `30s`, which it is if not said. Secret: `signing_secret`,
// under which the company's site signs who is signed in; without one nobody signs in.
//
// The error names everything that is wrong.
func New(acc channel.Account, deps Deps) (*Adapter, error) {
	if deps.Clock == nil {
		return nil, errors.New("webchat: a clock is needed")
	}
	a := &Adapter{account: acc, origins: strings.Fields(acc.Settings["origins"]), goneAfter: defaultGoneAfter}
	var errs []error
	for _, origin := range a.origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin {
			errs = append(errs, fmt.Errorf("origins: %q is not an origin like https://aurora.example", origin))
		}
	}
	for _, network := range strings.Fields(acc.Settings["proxies"]) {
		p, err := netip.ParsePrefix(network)
		if err != nil {
			errs = append(errs, fmt.Errorf("proxies: %q is not a network like 192.0.2.0/28", network))
		}
		a.proxies = append(a.proxies, p)
	}
	if said := acc.Settings["gone_after"]; said != "" {
		var err error
		if a.goneAfter, err = time.ParseDuration(said); err != nil || a.goneAfter < time.Second || a.goneAfter > time.Hour {
			errs = append(errs, errors.New("gone_after is not a time from 1s to 1h"))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("webchat account %q: %w", acc.Name, err)
	}
	a.presence = newPresence(deps.Clock, a.goneAfter)
	return a, nil
}

// Account is the account that this adapter serves.
func (a *Adapter) Account() channel.Account { return a.account }

// Capabilities of a chat.
func (a *Adapter) Capabilities() *channelv1.Capabilities {
	return &channelv1.Capabilities{MaxTextLength: maxText, Reconciliation: "kept until a stream took it"}
}
