package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Inbound is a customer writing to one of the accounts.
type Inbound struct {
	// Channel is `whatsapp`, `sms`, `email` or `web`.
	Channel string `json:"channel"`
	// Account's name; empty means the first account of the channel.
	Account string `json:"account,omitempty"`
	// From is the customer's number, E.164, or mail address; of a visitor of the web site any name.
	From string `json:"from"`
	// Customer is the reference as whom the visitor of the web site is signed in; empty leaves it as it is, at first nobody.
	Customer string `json:"customer,omitempty"`
	Text     string `json:"text"`
	// Kind is `text` when empty. WhatsApp: image, video, document, audio, sticker, location, reaction, unsupported; the
	// text is then the caption or the emoji. SMS: image. Email: auto_reply.
	Kind string `json:"kind,omitempty"`
	// Quoted is the vendor's id of the message that is answered or reacted to.
	Quoted string `json:"quoted,omitempty"`
	// DisplayName is the name in the customer's WhatsApp profile, or beside the mail address.
	DisplayName string `json:"display_name,omitempty"`
	// Subject of the mail.
	Subject string `json:"subject,omitempty"`
	// Forged says that somebody else wrote the mail under the customer's address: the MX finds that DMARC failed.
	Forged bool `json:"forged,omitempty"`
}

// InboundResult is what became of it.
type InboundResult struct {
	// ID that the vendor gave the message.
	ID string `json:"id"`
	// Status that Parley's webhook, or its SMTP, answered the first attempt with; 0 when it could not be reached, and Error says why.
	// What was not acknowledged is tried again as the vendor would.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
}

var errInbound = errors.New("inbound")

// errorBody is how the sandbox's own surface answers what it cannot do.
type errorBody struct {
	Error string `json:"error"`
}

func (s *server) postInbound(w http.ResponseWriter, r *http.Request) {
	in, err := decodeInbound(r)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, errorBody{err.Error()})
		return
	}
	m, err := s.newInbound(in)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, errorBody{err.Error()})
		return
	}
	result, err := s.receive(r.Context(), m)
	if err != nil {
		writeJSON(w, http.StatusServiceUnavailable, errorBody{err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, result)
}

func decodeInbound(r *http.Request) (Inbound, error) {
	var in Inbound
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return in, fmt.Errorf("%w: %w", errInbound, err)
	}
	return in, nil
}

// newInbound makes the message with the wire body that its vendor would post.
func (s *server) newInbound(in Inbound) (*message, error) {
	provider := providers[in.Channel]
	if provider == "" {
		return nil, fmt.Errorf("%w: channel: %q is none of %q, %q, %q, %q", errInbound, in.Channel, "whatsapp", "sms", "email", "web")
	}
	if err := checkFrom(provider, in.From); err != nil {
		return nil, err
	}
	account := s.setup().account(func(a Account) bool {
		return a.Provider == provider && (in.Account == "" || in.Account == a.Name)
	})
	if account == nil {
		return nil, fmt.Errorf("%w: account: no %s account %q is configured", errInbound, in.Channel, in.Account)
	}
	now := s.now()
	m := &message{
		Provider: provider, Account: account.Name, Inbound: true, From: in.From, To: account.Address, Text: in.Text,
		Time: now, Steps: []step{{State: stateReceived, Due: now}},
	}
	switch provider {
	case WhatsApp:
		return m, whatsAppInbound(m, *account, in)
	case Email:
		return m, mailInbound(m, *account, in)
	case Webchat:
		return m, visitorInbound(m, in)
	default:
		return m, twilioInbound(m, *account, in)
	}
}

// providers by channel.
var providers = map[string]string{"whatsapp": WhatsApp, "sms": Twilio, "email": Email, "web": Webchat}

func checkFrom(provider, from string) error {
	if provider == Webchat {
		if !visitorName.MatchString(from) {
			return fmt.Errorf("%w: from: %q is not a name of letters, digits and ._-", errInbound, from)
		}
		return nil
	}
	if provider == Email && !mailAddress.MatchString(from) {
		return fmt.Errorf("%w: from: %q is not a mail address", errInbound, from)
	}
	if provider != Email && !e164.MatchString(from) {
		return fmt.Errorf("%w: from: %q is not an E.164 number", errInbound, from)
	}
	return nil
}

// receive keeps the message and posts its webhook once; what is not acknowledged is left to the courier.
func (s *server) receive(ctx context.Context, m *message) (InboundResult, error) {
	if s.book.size() >= maxMessages || s.courier.full() {
		return InboundResult{}, errFull
	}
	if err := s.journal.append(record{Message: m}); err != nil {
		return InboundResult{}, err
	}
	s.book.add(m)
	return s.courier.now(ctx, m), nil
}
