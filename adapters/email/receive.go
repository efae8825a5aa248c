package email

import (
	"net/http"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// maxText is how much of a mail's words is kept, in characters. The whole stays in the inbox for a week.
const maxText = 20000

// Authenticate refuses: mail comes by SMTP, and no web request vouches for one. What vouches for a mail's author is read
// from the mail and from where it came (vouch.go).
func (a *Adapter) Authenticate(*http.Request, []byte) error { return channel.ErrUnauthenticated }

// Parse reads one mail, with the envelope that the listener noted beside it. It is a message, a report about one of ours, or
// unreadable.
func (a *Adapter) Parse(body []byte, header http.Header) ([]channel.Event, error) {
	m, err := readMail(body, envelopeOf(header))
	if err != nil {
		return nil, err
	}
	if r := a.readReport(m); r != nil {
		return a.status(m, *r)
	}
	if m.author.address == "" {
		return nil, &channel.Unreadable{Reason: "NO_SENDER", Detail: "From"}
	}
	return a.message(m), nil
}

// status is what a report says of the delivery that it is about. A report about nothing of ours is somebody's answer to a mail
// that was sent in our name.
func (a *Adapter) status(m *received, r report) ([]channel.Event, error) {
	delivery := a.concerns(m)
	if delivery == "" {
		return nil, &channel.Unreadable{Reason: "REPORT_OF_NO_MAIL_OF_OURS", Detail: "Message-ID"}
	}
	id, now := a.messageIDOf(delivery), a.clock().UTC()
	sender := r.recipient
	if sender == "" {
		sender = id
	}
	at := m.written(now)
	return []channel.Event{{
		Kind: channel.KindStatus, ExternalID: id, Discriminator: strings.TrimSuffix(r.state.String()+"/"+r.reason, "/"), Sender: sender, OccurredTime: at,
		Status: &channel.Status{ExternalID: id, MessageRef: delivery, State: r.state, Reason: r.reason, Time: at},
	}}, nil
}

func (a *Adapter) message(m *received) []channel.Event {
	who, at := m.author, m.written(a.clock().UTC())
	sender := &contextv1.Sender{
		Address:   who.address,
		Handles:   []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_EMAIL, Value: who.address}},
		Assurance: accessv1.Assurance_ASSURANCE_NONE,
	}
	if a.vouched(&m.header, who, m.envelope.peer) {
		// Only now is the name the customer's: a stranger could have given them any.
		sender.Assurance, sender.DisplayName = accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION, who.name
	}
	id := m.externalID()
	return []channel.Event{{
		Kind: channel.KindMessage, ExternalID: id, Discriminator: m.fingerprint(), Sender: strings.ToLower(who.address), OccurredTime: at,
		Channel: &contextv1.ChannelEvent{
			OccurredTime: timestamppb.New(at),
			Sender:       sender,
			Event:        &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{ExternalId: id, Content: a.content(m)}},
		},
	}}
}

// content is what the customer says now. The words of a mail that says nothing new are its subject, or the mail that it
// passes on.
func (a *Adapter) content(m *received) *contextv1.Content {
	words := m.body.words()
	r := readReply(words)
	c := &contextv1.Content{
		Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: r.fresh, Forwarded: r.forwarded, Automatic: a.automatic(m),
		Thread: &contextv1.Thread{Subject: m.subject, ExternalIds: m.thread()},
	}
	if c.Text == "" && r.forwarded {
		c.Text = words
	}
	if c.Text == "" {
		c.Text = m.subject
	}
	c.Text = cut(c.Text, maxText)
	if parents := messageIDs(m.get("in-reply-to")); len(parents) == 1 && a.deliveryOf(parents[0]) != "" {
		c.QuotedExternalId = strings.ToLower(parents[0])
	}
	for _, f := range m.body.attachments {
		c.Attachments = append(c.Attachments, &contextv1.Attachment{Reference: "part:" + f.place, MediaType: f.mediaType, FileName: f.name})
	}
	if r.fresh == "" && len(c.Attachments) > 0 && !r.forwarded {
		c.Kind = family(c.Attachments[0].GetMediaType())
	}
	return c
}

// family is what a mail of files alone is.
func family(mediaType string) contextv1.ContentKind {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image":
		return contextv1.ContentKind_CONTENT_KIND_IMAGE
	case "audio":
		return contextv1.ContentKind_CONTENT_KIND_AUDIO
	case "video":
		return contextv1.ContentKind_CONTENT_KIND_VIDEO
	default:
		return contextv1.ContentKind_CONTENT_KIND_DOCUMENT
	}
}
