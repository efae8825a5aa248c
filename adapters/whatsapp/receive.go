package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// Authenticate checks Meta's signature over the raw bytes.
func (a *Adapter) Authenticate(r *http.Request, body []byte) error {
	signature, found := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
	if !found {
		return fmt.Errorf("%w: no X-Hub-Signature-256", channel.ErrUnauthenticated)
	}
	got, err := hex.DecodeString(signature)
	if err != nil {
		return fmt.Errorf("%w: X-Hub-Signature-256 is not hexadecimal", channel.ErrUnauthenticated)
	}
	mac := hmac.New(sha256.New, a.appSecret)
	mac.Write(body)
	if !hmac.Equal(got, mac.Sum(nil)) {
		return fmt.Errorf("%w: X-Hub-Signature-256 does not match", channel.ErrUnauthenticated)
	}
	return nil
}

// Challenge answers Meta's verification of the webhook.
func (a *Adapter) Challenge(query url.Values) (string, bool) {
	token := []byte(query.Get("hub.verify_token"))
	if query.Get("hub.mode") != "subscribe" || subtle.ConstantTimeCompare(token, a.verifyToken) != 1 {
		return "", false
	}
	challenge := query.Get("hub.challenge")
	return challenge, plain(challenge)
}

// Parse reads every entry and change of one notification. What is unreadable does not hide the rest: the events that
// could be read are answered beside the error about the first that could not.
func (a *Adapter) Parse(body []byte, _ http.Header) ([]channel.Event, error) {
	if events, whole := a.parseWhole(body); whole {
		return events, nil
	}
	return a.parseParts(body)
}

// parseParts reads each part on its own, so that one of a strange shape does not spoil the others.
func (a *Adapter) parseParts(body []byte) ([]channel.Event, error) {
	var n notification[json.RawMessage]
	if err := json.Unmarshal(body, &n); err != nil {
		return nil, &channel.Unreadable{Reason: "MALFORMED_JSON", Detail: offset(err)}
	}
	if n.Object != "whatsapp_business_account" {
		return nil, &channel.Unreadable{Reason: "WRONG_OBJECT", Detail: "object"}
	}
	p := parser{phoneNumberID: a.phoneNumberID}
	for i, e := range n.Entry {
		for j, c := range e.Changes {
			if c.Field == "messages" || c.Field == "calls" {
				p.change(fmt.Sprintf("entry[%d].changes[%d].value", i, j), c.Value)
			}
		}
	}
	if p.bad != nil {
		return p.events, p.bad
	}
	return p.events, nil
}

// parser gathers what one body holds.
type parser struct {
	phoneNumberID string
	events        []channel.Event
	bad           *channel.Unreadable
}

// unreadable notes the first thing that could not be understood; detail is a path, never content.
func (p *parser) unreadable(reason, detail string) {
	if p.bad == nil {
		p.bad = &channel.Unreadable{Reason: reason, Detail: detail}
	}
}

func (p *parser) change(path string, raw json.RawMessage) {
	var v value[json.RawMessage, json.RawMessage, json.RawMessage]
	if json.Unmarshal(raw, &v) != nil {
		p.unreadable("MALFORMED", path)
		return
	}
	if v.Metadata.PhoneNumberID != p.phoneNumberID {
		p.unreadable("WRONG_ACCOUNT", path+".metadata.phone_number_id")
		return
	}
	for i, raw := range v.Messages {
		p.message(fmt.Sprintf("%s.messages[%d]", path, i), raw, v.Contacts)
	}
	for i, raw := range v.Statuses {
		p.status(fmt.Sprintf("%s.statuses[%d]", path, i), raw)
	}
	for i, raw := range v.Calls {
		p.call(fmt.Sprintf("%s.calls[%d]", path, i), raw, v.Contacts)
	}
}

func (p *parser) message(path string, raw json.RawMessage, contacts []contact) {
	var m message
	var parts map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil || json.Unmarshal(raw, &parts) != nil {
		p.unreadable("MALFORMED", path)
		return
	}
	p.said(path, m, parts, contacts)
}

// said is a message; parts are what it consists of, by name.
func (p *parser) said(path string, m message, parts map[string]json.RawMessage, contacts []contact) {
	if !plain(m.ID) {
		p.unreadable("NO_ID", path+".id")
		return
	}
	if m.GroupID != "" {
		p.unreadable("GROUP_MESSAGE", path+".group_id")
		return
	}
	when, ok := m.Timestamp.time()
	if !ok {
		p.unreadable("BAD_TIMESTAMP", path+".timestamp")
		return
	}
	from, ok := senderOf(m, contacts)
	if !ok {
		p.unreadable("NO_SENDER", path+".from")
		return
	}
	event := channel.Event{
		ExternalID:   m.ID,
		Sender:       from.address,
		OccurredTime: when,
		Channel:      from.did(when),
	}
	if field := fill(&event, m, parts); field != "" {
		p.unreadable("MALFORMED", path+"."+field)
		return
	}
	p.events = append(p.events, event)
}

// fill says what the message did. It answers the field at fault, if there is one.
func fill(event *channel.Event, m message, parts map[string]json.RawMessage) string {
	switch m.Type {
	case "reaction":
		var r reaction
		if json.Unmarshal(parts["reaction"], &r) != nil || !plain(r.MessageID) {
			return "reaction.message_id"
		}
		event.Kind, event.Discriminator = channel.KindReaction, string(m.Timestamp)
		event.Channel.Event = &contextv1.ChannelEvent_Reaction{
			Reaction: &contextv1.MessageReaction{ExternalId: r.MessageID, Emoji: r.Emoji},
		}
	case "edit":
		var e edit
		if json.Unmarshal(parts["edit"], &e) != nil || !plain(e.OriginalMessageID) {
			return "edit.original_message_id"
		}
		var inner message
		var innerParts map[string]json.RawMessage
		if json.Unmarshal(e.Message, &inner) != nil || json.Unmarshal(e.Message, &innerParts) != nil {
			return "edit.message"
		}
		content, field := contentOf(inner, innerParts)
		if field != "" {
			return "edit.message." + field
		}
		event.Kind, event.Discriminator = channel.KindEdit, string(m.Timestamp)
		event.Channel.Event = &contextv1.ChannelEvent_Edit{
			Edit: &contextv1.MessageEdit{ExternalId: e.OriginalMessageID, Content: content},
		}
	case "revoke":
		var r revoke
		if json.Unmarshal(parts["revoke"], &r) != nil || !plain(r.OriginalMessageID) {
			return "revoke.original_message_id"
		}
		event.Kind = channel.KindDelete
		event.Channel.Event = &contextv1.ChannelEvent_Deletion{
			Deletion: &contextv1.MessageDeletion{ExternalId: r.OriginalMessageID},
		}
	default:
		content, field := contentOf(m, parts)
		if field != "" {
			return field
		}
		event.Kind = channel.KindMessage
		event.Channel.Event = &contextv1.ChannelEvent_Message{
			Message: &contextv1.InboundMessage{ExternalId: m.ID, Content: content},
		}
	}
	return ""
}

func (p *parser) call(path string, raw json.RawMessage, contacts []contact) {
	var c call
	if json.Unmarshal(raw, &c) != nil {
		p.unreadable("MALFORMED", path)
		return
	}
	p.rang(path, c, contacts)
}

// rang is a customer ringing or having rung. Its stages share one id. A call of ours is nothing that the customer said.
func (p *parser) rang(path string, c call, contacts []contact) {
	if c.Direction == "BUSINESS_INITIATED" {
		return
	}
	when, timed := c.Timestamp.time()
	from, named := senderOf(message{From: c.From}, contacts)
	if !timed || !named || !plain(c.ID) || !plain(c.Event) {
		p.unreadable("MALFORMED", path)
		return
	}
	event := channel.Event{
		Kind: channel.KindCall, ExternalID: c.ID, Discriminator: c.Event, Sender: from.address, OccurredTime: when, Channel: from.did(when),
	}
	event.Channel.Event = &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{
		ExternalId: c.ID, Content: &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_OTHER, VendorKind: "call"},
	}}
	p.events = append(p.events, event)
}

// offset says where in the body the JSON broke.
func offset(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("offset %d", syntax.Offset)
	}
	return "not a notification"
}
