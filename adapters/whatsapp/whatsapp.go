package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/clock"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
)

// Vendor is where Meta's Graph API is, unless the account's `base_url` says otherwise.
const Vendor = "https://graph.facebook.com"

// graphVersion is the version that the requests and errors here were written for.
const graphVersion = "v23.0"

// serviceWindow is how long after a customer's message free text may be sent.
const serviceWindow = 24 * time.Hour

// maxText is the longest text body, in characters.
const maxText = 4096

// Deps is what the adapter needs from its process.
type Deps struct {
	// HTTP calls the vendor: the egress client.
	HTTP  *http.Client
	Clock clock.Clock
	// PublicURL is where the webhooks are seen from outside. Meta's signature does not cover it.
	PublicURL string
}

// Adapter is one WhatsApp business number.
type Adapter struct {
	account       channel.Account
	http          *http.Client
	phoneNumberID string
	messagesURL   string
	appSecret     []byte
	verifyToken   []byte
	accessToken   string
}

var (
	_ channel.Adapter    = (*Adapter)(nil)
	_ channel.Challenger = (*Adapter)(nil)
)

var (
	idFormat      = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	versionFormat = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)
)

// New makes the adapter of one account. Settings: `phone_number_id`, and if need be `base_url` (default Vendor) and
// `graph_version`. Secrets: `app_secret`, `verify_token`, `access_token`. The error names everything that is missing.
func New(acc channel.Account, deps Deps) (channel.Adapter, error) {
	var missing []string
	need := func(from map[string]string, kind, key string) string {
		if from[key] == "" {
			missing = append(missing, kind+" "+key)
		}
		return from[key]
	}
	a := &Adapter{
		account:       acc,
		http:          deps.HTTP,
		phoneNumberID: need(acc.Settings, "setting", "phone_number_id"),
		appSecret:     []byte(need(acc.Secrets, "secret", "app_secret")),
		verifyToken:   []byte(need(acc.Secrets, "secret", "verify_token")),
		accessToken:   need(acc.Secrets, "secret", "access_token"),
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("whatsapp account %q lacks %s", acc.Name, strings.Join(missing, ", "))
	}
	if a.http == nil {
		return nil, errors.New("whatsapp: no HTTP client to call the vendor with")
	}
	if !idFormat.MatchString(a.phoneNumberID) {
		return nil, fmt.Errorf("whatsapp account %q: phone_number_id is not an id", acc.Name)
	}
	version := acc.Settings["graph_version"]
	if version == "" {
		version = graphVersion
	}
	if !versionFormat.MatchString(version) {
		return nil, fmt.Errorf("whatsapp account %q: graph_version is not like %s", acc.Name, graphVersion)
	}
	base := acc.Settings["base_url"]
	if base == "" {
		base = Vendor
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("whatsapp account %q: base_url is not an http(s) address", acc.Name)
	}
	a.messagesURL = u.JoinPath(version, a.phoneNumberID, "messages").String()
	return a, nil
}

// Account is the account that this adapter serves.
func (a *Adapter) Account() channel.Account { return a.account }

// Capabilities of WhatsApp.
func (a *Adapter) Capabilities() *channelv1.Capabilities {
	return &channelv1.Capabilities{
		MaxTextLength:        maxText,
		DeliveredStatus:      true,
		ReadStatus:           true,
		ServiceWindowSeconds: int64(serviceWindow / time.Second),
		Reconciliation:       "status callback",
	}
}

// Reconcile cannot ask: the Cloud API has no look-up of sent messages. The status that carries our reference settles it.
func (a *Adapter) Reconcile(context.Context, channel.Outgoing, channel.Attempt) (channel.Outcome, channel.SendResult, error) {
	return channel.OutcomeUnknown, channel.SendResult{}, nil
}
