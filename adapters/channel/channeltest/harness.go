package channeltest

import (
	"net/http"
	"slices"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
)

// Answer is how the harness's vendor answers a message.
type Answer int

const (
	// Takes the message.
	Takes Answer = iota
	// Stumbles means that it fails, says that it did not take the message, and may take it later.
	Stumbles
	// Refuses the message for good.
	Refuses
	// RateLimits means that it does not take the message and asks to wait.
	RateLimits
)

// Vendor stands in for the vendor's API on the wire. It keeps what it takes, for adapters that look it up.
type Vendor interface {
	http.Handler
	// Will has it answer messages like this from now on. At first it takes them.
	Will(Answer)
}

// Harness is what the contract needs to know of an adapter's vendor.
type Harness struct {
	// New makes the adapter with a vendor at this URL; always for the same account, with secrets of at least eight bytes.
	New func(vendorURL string) (channel.Adapter, error)
	// Door is set, and Sign and SignatureHeader are not, when nothing comes by webhook.
	Door *Door
	// Sign makes the request with which the vendor delivers this body to the account, vouched for with its secrets.
	Sign func(account channel.Account, body []byte) *http.Request
	// SignatureHeader is where the vendor's vouching stands.
	SignatureHeader string
	// Webhooks are bodies that hold at least one event each, by what a product person calls them.
	Webhooks map[string][]byte
	// Garbage is a body that cannot be understood even when it is vouched for.
	Garbage []byte
	// Vendor makes a vendor that holds nothing, and is called over HTTP. Serve starts one that is called in another way: it
	// answers like this, over a wire like that.
	Vendor func() Vendor
	Serve  func(answer Answer, wire Wire) Line
	// Pickup is set, and Vendor and Serve are not, when there is no vendor: recipients come for their messages.
	Pickup *Pickup
	// To is an address that the vendor knows.
	To string
	// AsksVendor says that Reconcile finds messages by asking the vendor. Else only a status tells, and it must answer
	// that it does not know.
	AsksVendor bool
}

// Wire is what happens between the adapter and its vendor.
type Wire int

const (
	// Intact carries everything.
	Intact Wire = iota
	// LosesAnswers lets the vendor take a message, and ends before the adapter hears of it. Questions are answered.
	LosesAnswers
	// Hangs carries the message and never an answer.
	Hangs
)

// Line is a vendor that is being served.
type Line struct {
	URL  string
	Stop func()
	// Hung is closed when a wire that hangs has carried the message.
	Hung <-chan struct{}
}

// Run runs the contract.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, r := range h.rules() {
		t.Run(r.name, func(t *testing.T) {
			if err := r.holds(h); err != nil {
				t.Error(err)
			}
		})
	}
}

// Violations are the names of the rules that do not hold: for tests of the contract itself.
func Violations(h Harness) []string {
	var names []string
	for _, r := range h.rules() {
		if r.holds(h) != nil {
			names = append(names, r.name)
		}
	}
	return names
}

type rule struct {
	name  string
	holds func(Harness) error
}

func (h Harness) rules() []rule {
	in, out := webhookRules, sendRules
	if h.Door != nil {
		in = doorRules
	}
	if h.Pickup != nil {
		out = pickupRules
	}
	return slices.Concat(in, parseRules, out)
}

var webhookRules = []rule{
	{"what the vendor vouched for is accepted", vouched},
	{"without a signature nothing is accepted", unsigned},
	{"with an empty signature nothing is accepted", emptySignature},
	{"a body that was tampered with is not accepted", tampered},
	{"another account's secret vouches for nothing here", otherSecret},
}

var parseRules = []rule{
	{"every event has a key, a time and a sender", complete},
	{"a redelivery has the same keys", sameKeys},
	{"what cannot be understood is said to be unreadable", unreadable},
}

var sendRules = []rule{
	{"a message is sent and its vendor's id known", takes},
	{"a vendor that stumbles is tried again", failsAs(Stumbles, channel.Retryable)},
	{"a refusal is final", failsAs(Refuses, channel.Permanent)},
	{"a rate limit is told as one", failsAs(RateLimits, channel.RateLimited, channel.AccountLimited)},
	{"a response that is lost leaves the outcome unknown", lostResponse},
	{"a vendor that does not answer in time leaves the outcome unknown", noAnswer},
	{"a vendor that cannot be reached is not a refusal", unreachable},
	{"what was sent is found again", foundSent},
	{"what was not sent is not found", foundNotSent},
	{"another message is not taken for it", notAnothersMessage},
}
