package email

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/clock"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
)

// Deps is what the adapter needs from its process.
type Deps struct {
	Clock clock.Clock
	// Dial reaches the submission server; a net.Dialer's if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Roots vouch for the submission server; the system's if nil.
	Roots *x509.CertPool
}

// Adapter is one mail address.
type Adapter struct {
	account channel.Account
	clock   clock.Clock
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	roots   *x509.CertPool

	// local and domain of the account's address; domain in lower case.
	local, domain string
	// name is what stands before the address in From.
	name string

	authservID  string
	peers       []netip.Prefix
	ownReceived int

	submission submission
}

var _ channel.Adapter = (*Adapter)(nil)

// New makes the adapter of one account, whose address is a plain mail address.
//
// Settings: `submission`, the host and port that takes our mails; `submission_tls`, one of `starttls` (if not said),
// `implicit` and `none`; `submission_user`, with the secret `submission_password`; `name`, what stands before the address;
// `authserv_id`, under whose name the MX says what it found out about a mail's author; `peers`, the networks of the MX in
// CIDR, separated by blanks; `own_received`, how many Received fields of our own hosts stand above that (0 if not said). Without
// authserv_id or peers no mail is vouched for.
//
// The error names everything that is wrong.
func New(acc channel.Account, deps Deps) (*Adapter, error) {
	a := &Adapter{account: acc, clock: deps.Clock, dial: deps.Dial, roots: deps.Roots, name: acc.Settings["name"], authservID: acc.Settings["authserv_id"]}
	if a.clock == nil {
		return nil, errors.New("email: a clock is needed")
	}
	if a.dial == nil {
		a.dial = (&net.Dialer{}).DialContext
	}
	var errs []error
	a.local, a.domain, _ = strings.Cut(acc.Address, "@")
	a.domain = strings.ToLower(a.domain)
	if !plainAddress.MatchString(acc.Address) || len(a.local) > maxLocal {
		errs = append(errs, errors.New("the address is not a plain mail address"))
	}
	if _, err := mail.ParseAddress(acc.Address); err != nil {
		errs = append(errs, errors.New("the address does not parse"))
	}
	for _, network := range strings.Fields(acc.Settings["peers"]) {
		prefix, err := netip.ParsePrefix(network)
		if err != nil {
			errs = append(errs, fmt.Errorf("peers: %q is not a network like 192.0.2.0/24", network))
		}
		a.peers = append(a.peers, prefix.Masked())
	}
	if n := acc.Settings["own_received"]; n != "" {
		var err error
		if a.ownReceived, err = strconv.Atoi(n); err != nil || a.ownReceived < 0 || a.ownReceived > 10 {
			errs = append(errs, errors.New("own_received is not a number from 0 to 10"))
		}
	}
	var err error
	if a.submission, err = newSubmission(acc); err != nil {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("email account %q: %w", acc.Name, err)
	}
	return a, nil
}

// Account is the account that this adapter serves.
func (a *Adapter) Account() channel.Account { return a.account }

// Capabilities of mail. Who is not told of a failure is told nothing.
func (a *Adapter) Capabilities() *channelv1.Capabilities {
	return &channelv1.Capabilities{MaxTextLength: maxOutgoing, Reconciliation: "same Message-ID"}
}
