package webchat

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// visitorPrefix of the ids of chats.
const visitorPrefix = "visitor"

// said is what the inbox keeps of a line. Released, so fields are only added.
type said struct {
	// ID is the client's.
	ID   string    `json:"id,omitempty"`
	Text string    `json:"text,omitempty"`
	Time time.Time `json:"time"`
	// SignIn says that it is no line: the visitor, who was nobody, is the envelope's customer.
	SignIn bool `json:"sign_in,omitempty"`
}

// Authenticate refuses: a visitor speaks through the door, and no webhook vouches for one.
func (a *Adapter) Authenticate(*http.Request, []byte) error { return channel.ErrUnauthenticated }

// Parse reads one line, with the envelope that the door noted beside it.
func (a *Adapter) Parse(body []byte, header http.Header) ([]channel.Event, error) {
	from := envelopeOf(header)
	if typeid.Check("visitor", visitorPrefix, from.visitor) != nil {
		return nil, &channel.Unreadable{Reason: "NO_VISITOR", Detail: visitorHeader}
	}
	if !utf8.ValidString(from.customer) {
		return nil, &channel.Unreadable{Reason: "NO_VISITOR", Detail: customerHeader}
	}
	var s said
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return nil, &channel.Unreadable{Reason: "NOT_A_LINE", Detail: "the body"}
	}
	if s.Time.IsZero() {
		return nil, &channel.Unreadable{Reason: "NOT_A_LINE", Detail: "time"}
	}
	if s.SignIn {
		return signIn(from, s)
	}
	if s.ID == "" || strings.Contains(s.ID, "/") {
		return nil, &channel.Unreadable{Reason: "NOT_A_LINE", Detail: "id"}
	}
	if s.Text == "" || utf8.RuneCountInString(s.Text) > maxText {
		return nil, &channel.Unreadable{Reason: "NOT_A_LINE", Detail: "text"}
	}
	id := externalID(from.visitor, s.ID)
	return []channel.Event{{
		Kind: channel.KindMessage, ExternalID: id, Sender: from.visitor, OccurredTime: s.Time.UTC(),
		Channel: &contextv1.ChannelEvent{
			Sender: sender(from),
			Event: &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{
				ExternalId: id, Content: &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: s.Text},
			}},
		},
	}}, nil
}

// signIn is what the company's site said about a visitor who was nobody until then: whose what was said is.
func signIn(from envelope, s said) ([]channel.Event, error) {
	if from.customer == "" {
		return nil, &channel.Unreadable{Reason: "NOT_A_LINE", Detail: customerHeader}
	}
	return []channel.Event{{
		Kind: channel.KindSignIn, ExternalID: from.visitor, Discriminator: from.customer, Sender: from.visitor, OccurredTime: s.Time.UTC(),
		Channel: &contextv1.ChannelEvent{
			Sender: sender(envelope{visitor: from.visitor}),
			Event: &contextv1.ChannelEvent_Identified{Identified: &contextv1.SenderIdentified{
				Handles: []*identityv1.Handle{referenceHandle(from.customer)}, Assurance: accessv1.Assurance_ASSURANCE_STRONG,
			}},
		},
	}}, nil
}

// sender is the customer whom the company vouched for, or the visitor, who may be anybody. Answers go to the chat.
func sender(from envelope) *contextv1.Sender {
	if from.customer != "" {
		return &contextv1.Sender{Address: from.visitor, Handles: []*identityv1.Handle{referenceHandle(from.customer)}, Assurance: accessv1.Assurance_ASSURANCE_STRONG}
	}
	return &contextv1.Sender{Address: from.visitor, Handles: []*identityv1.Handle{visitorHandle(from.visitor)}, Assurance: accessv1.Assurance_ASSURANCE_NONE}
}

func referenceHandle(reference string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE, Value: reference}
}

func visitorHandle(visitor string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_VISITOR_ID, Value: visitor}
}

// externalID is what the account calls a visitor's line.
func externalID(visitor, clientID string) string { return visitor + "/" + clientID }

// clientID is what the visitor's client calls the line; empty for one that is not the visitor's.
func clientID(externalID string) string {
	_, id, _ := strings.Cut(externalID, "/")
	return id
}
