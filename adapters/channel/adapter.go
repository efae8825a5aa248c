package channel

import (
	"context"
	"net/http"
	"net/url"

	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
)

// Account is one number, address or page of a tenant with one vendor.
type Account struct {
	// Name is short and unique across tenants: it determines the tenant.
	Name   string
	Tenant string
	// Provider is the second part of the webhook's path: `whatsapp`, `twilio`.
	Provider string
	// Channel is what a person calls it: `whatsapp`, `sms`.
	Channel string
	// Address is the tenant's own: `+12125550109`.
	Address string
	// Settings are the provider's own, such as `phone_number_id`.
	Settings map[string]string
	// Secrets are never logged, stored or part of an error.
	Secrets map[string]string
}

// Adapter speaks one vendor's language for one account. It is safe for concurrent use and keeps nothing: what must
// last is kept by the inbox and the delivery runner.
type Adapter interface {
	Account() Account
	Capabilities() *channelv1.Capabilities

	// Authenticate vouches for a request by the vendor's own method, from the raw body. Nil means vouched for. It runs
	// before anything is parsed or stored, and answers ErrUnauthenticated (possibly wrapped, never with content).
	Authenticate(r *http.Request, body []byte) error

	// Parse turns one authenticated body into events. An error is an *Unreadable and makes a dead letter; no events and
	// no error is a webhook that holds nothing for us.
	Parse(body []byte, header http.Header) ([]Event, error)

	// Send hands one message to the vendor, once, and never retries by itself. Every error is a *SendError.
	Send(ctx context.Context, out Outgoing) (SendResult, error)

	// Reconcile asks the vendor what became of an attempt. OutcomeUnknown with no error means that the vendor cannot tell
	// yet, or ever: then only a status webhook can.
	Reconcile(ctx context.Context, out Outgoing, attempt Attempt) (Outcome, SendResult, error)
}

// Challenger is an adapter whose vendor verifies the webhook's address with a GET (Meta).
type Challenger interface {
	// Challenge gives the words to answer with, or false when the request did not prove that it comes from the vendor.
	Challenge(query url.Values) (answer string, ok bool)
}

// Responder is an adapter whose vendor reads the body of our 200 (Twilio wants TwiML).
type Responder interface {
	Accepted() (contentType, body string)
}
