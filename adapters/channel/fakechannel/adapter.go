package fakechannel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// SignatureHeader carries hex(HMAC-SHA-256(secret `signing`, body)).
const SignatureHeader = "X-Fake-Signature"

// Account with this name, of tenant `acme`.
func Account(name string) channel.Account {
	return channel.Account{
		Name: name, Tenant: "acme", Provider: "fake", Channel: "fake", Address: "+15550100",
		Secrets: map[string]string{"signing": "signing-secret-of-" + name},
	}
}

// Adapter is the fake's. Its fields may be changed before it is used.
type Adapter struct {
	Self   channel.Account
	Can    *channelv1.Capabilities
	Client *http.Client
	URL    string
	// Blind has Reconcile never know.
	Blind bool
	// Riddle is a text that Parse cannot read. The other events of its webhook are answered beside the error.
	Riddle string
}

var _ channel.Adapter = (*Adapter)(nil)

// New makes the adapter of the account, which calls the vendor without a network.
func New(account channel.Account, vendor *Vendor) *Adapter {
	return &Adapter{Self: account, Can: &channelv1.Capabilities{}, Client: &http.Client{Transport: vendor}, URL: "http://vendor.test"}
}

// Account implements channel.Adapter.
func (a *Adapter) Account() channel.Account { return a.Self }

// Capabilities implements channel.Adapter.
func (a *Adapter) Capabilities() *channelv1.Capabilities { return a.Can }

// Sign is the signature of a body for the account.
func Sign(account channel.Account, body []byte) string {
	mac := hmac.New(sha256.New, []byte(account.Secrets["signing"]))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Authenticate implements channel.Adapter.
func (a *Adapter) Authenticate(r *http.Request, body []byte) error {
	if !hmac.Equal([]byte(r.Header.Get(SignatureHeader)), []byte(Sign(a.Self, body))) {
		return channel.ErrUnauthenticated
	}
	return nil
}

// Said is one event on the fake's wire.
type Said struct {
	Kind, ID, From, Text string
	Ref                  string                  `json:",omitempty"`
	State                contextv1.DeliveryState `json:",omitempty"`
	Time                 time.Time
}

// Parse implements channel.Adapter. The text "panic" makes it panic.
func (a *Adapter) Parse(body []byte, _ http.Header) ([]channel.Event, error) {
	var all []Said
	if json.Unmarshal(body, &all) != nil {
		return nil, &channel.Unreadable{Reason: "NOT_JSON", Detail: "the body"}
	}
	var events []channel.Event
	var unread error
	for i, s := range all {
		switch {
		case s.Text == "panic":
			panic("the parser has a bug")
		case a.Riddle != "" && s.Text == a.Riddle:
			unread = &channel.Unreadable{Reason: "RIDDLE", Detail: fmt.Sprintf("[%d].Text", i)}
		default:
			events = append(events, s.event())
		}
	}
	return events, unread
}

func (s Said) event() channel.Event {
	e := channel.Event{Kind: s.Kind, ExternalID: s.ID, Sender: s.From, OccurredTime: s.Time}
	switch s.Kind {
	case channel.KindStatus:
		e.Discriminator = s.State.String()
		e.Status = &channel.Status{ExternalID: s.ID, MessageRef: s.Ref, State: s.State, Time: s.Time}
	case channel.KindMessage, channel.KindCall:
		e.Channel = &contextv1.ChannelEvent{
			Sender: &contextv1.Sender{
				Address:   s.From,
				Handles:   []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: s.From}},
				Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
			},
			Event: &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{
				ExternalId: s.ID, Content: &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: s.Text},
			}},
		}
	}
	return e
}

// Send implements channel.Adapter.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.SendResult, error) {
	body, err := json.Marshal(Taken{Ref: out.DeliveryID, To: out.To, Text: out.Text})
	if err != nil {
		return channel.SendResult{}, channel.NewSendError(channel.Permanent, "NOT_ENCODABLE", nil)
	}
	answer, err := a.call(ctx, http.MethodPost, "/messages", body)
	if err != nil {
		return channel.SendResult{}, err
	}
	return channel.SendResult{ExternalID: string(answer)}, nil
}

func (a *Adapter) call(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, channel.NewSendError(channel.Permanent, "URL_INVALID", nil)
	}
	resp, err := a.Client.Do(req)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return nil, channel.NewSendError(channel.Retryable, "UNREACHABLE", nil)
		}
		return nil, channel.NewSendError(channel.Unknown, "NO_ANSWER", nil)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return nil, channel.NewSendError(channel.Unknown, "NO_ANSWER", nil)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return answer, nil
	case http.StatusServiceUnavailable:
		return nil, channel.NewSendError(channel.Retryable, "VENDOR_FAILED", nil)
	case http.StatusTooManyRequests:
		limited := channel.NewSendError(channel.AccountLimited, "RATE_LIMITED", nil)
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		limited.RetryAfter = time.Duration(seconds) * time.Second
		return nil, limited
	default:
		return nil, channel.NewSendError(channel.Permanent, "REFUSED", nil)
	}
}

// Reconcile implements channel.Adapter.
func (a *Adapter) Reconcile(ctx context.Context, out channel.Outgoing, _ channel.Attempt) (channel.Outcome, channel.SendResult, error) {
	if a.Blind {
		return channel.OutcomeUnknown, channel.SendResult{}, nil
	}
	id, err := a.call(ctx, http.MethodGet, "/messages?ref="+url.QueryEscape(out.DeliveryID), nil)
	if err != nil {
		return channel.OutcomeUnknown, channel.SendResult{}, err
	}
	if len(id) == 0 {
		return channel.OutcomeNotSent, channel.SendResult{}, nil
	}
	return channel.OutcomeSent, channel.SendResult{ExternalID: string(id)}, nil
}
