package twilio

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/twilio/twilio-go/client"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/clock"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
)

// Vendor is where Twilio's API is, unless the account's `base_url` says otherwise.
const Vendor = "https://api.twilio.com"

// maxText is the longest body of one message, in characters; Twilio cuts it into segments itself.
const maxText = 1600

// Deps is what the adapter needs from its process.
type Deps struct {
	// HTTP calls the vendor: the egress client.
	HTTP  *http.Client
	Clock clock.Clock
	// PublicURL is where the webhooks are seen from outside. Twilio signs it.
	PublicURL string
}

// Adapter is one Twilio number.
type Adapter struct {
	account        channel.Account
	http           *http.Client
	clock          clock.Clock
	validator      client.RequestValidator
	accountSID     string
	authToken      string
	publicURL      string
	messagesURL    string
	statusCallback string
}

var (
	_ channel.Adapter   = (*Adapter)(nil)
	_ channel.Responder = (*Adapter)(nil)
)

var (
	numberFormat = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	sidFormat    = regexp.MustCompile(`^[A-Za-z0-9]{1,64}$`)
)

// New makes the adapter of one account, whose address is a number in E.164. Settings: `account_sid`, and if need be
// `base_url` (default Vendor). Secret: `auth_token`. The error names everything that is missing.
func New(acc channel.Account, deps Deps) (channel.Adapter, error) {
	var missing []string
	need := func(from map[string]string, kind, key string) string {
		if from[key] == "" {
			missing = append(missing, kind+" "+key)
		}
		return from[key]
	}
	a := &Adapter{
		account:    acc,
		http:       deps.HTTP,
		clock:      deps.Clock,
		accountSID: need(acc.Settings, "setting", "account_sid"),
		authToken:  need(acc.Secrets, "secret", "auth_token"),
		publicURL:  strings.TrimRight(deps.PublicURL, "/"),
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("twilio account %q lacks %s", acc.Name, strings.Join(missing, ", "))
	}
	if a.http == nil || a.clock == nil {
		return nil, errors.New("twilio: an HTTP client and a clock are needed")
	}
	if !numberFormat.MatchString(acc.Address) {
		return nil, fmt.Errorf("twilio account %q: the address is not a number in E.164", acc.Name)
	}
	if !sidFormat.MatchString(a.accountSID) {
		return nil, fmt.Errorf("twilio account %q: account_sid is not one", acc.Name)
	}
	public, err := address(a.publicURL)
	if err != nil {
		return nil, fmt.Errorf("twilio account %q: the public URL, which Twilio signs, %w", acc.Name, err)
	}
	base := acc.Settings["base_url"]
	if base == "" {
		base = Vendor
	}
	api, err := address(base)
	if err != nil {
		return nil, fmt.Errorf("twilio account %q: base_url %w", acc.Name, err)
	}
	a.validator = client.NewRequestValidator(a.authToken)
	a.messagesURL = api.JoinPath("2010-04-01", "Accounts", a.accountSID, "Messages.json").String()
	a.statusCallback = public.JoinPath("webhooks", "twilio", acc.Name).String()
	return a, nil
}

func address(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("is not an http(s) address")
	}
	return u, nil
}

// Account is the account that this adapter serves.
func (a *Adapter) Account() channel.Account { return a.account }

// Capabilities of SMS. There are no read receipts.
func (a *Adapter) Capabilities() *channelv1.Capabilities {
	return &channelv1.Capabilities{
		MaxTextLength:   maxText,
		DeliveredStatus: true,
		Reconciliation:  "list by recipient",
	}
}

// Accepted is TwiML that does nothing: answers go out by the API.
func (a *Adapter) Accepted() (contentType, body string) {
	return "text/xml", `<?xml version="1.0" encoding="UTF-8"?><Response/>`
}
