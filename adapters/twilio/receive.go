package twilio

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// maxMedia is how many attachments a message can have.
const maxMedia = 10

// deliveryHeader carries our own reference from the signed URL of a status callback to Parse, which sees no URL. Whatever
// the caller put there is overwritten.
const deliveryHeader = "X-Parley-Delivery"

// Authenticate checks Twilio's signature over the URL that Twilio called, as it is seen from outside, and the parameters.
func (a *Adapter) Authenticate(r *http.Request, body []byte) error {
	r.Header.Del(deliveryHeader)
	signature := r.Header.Get("X-Twilio-Signature")
	if signature == "" {
		return fmt.Errorf("%w: no X-Twilio-Signature", channel.ErrUnauthenticated)
	}
	if !a.validator.ValidateBody(a.publicURL+r.URL.RequestURI(), body, signature) {
		return fmt.Errorf("%w: X-Twilio-Signature does not match", channel.ErrUnauthenticated)
	}
	r.Header.Set(deliveryHeader, r.URL.Query().Get("delivery"))
	return nil
}

// Parse reads one form. Twilio tells the kinds of webhook apart by their parameters only.
func (a *Adapter) Parse(body []byte, header http.Header) ([]channel.Event, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &channel.Unreadable{Reason: "MALFORMED_FORM", Detail: "body"}
	}
	for key, values := range form {
		if !utf8.ValidString(key) || !utf8.ValidString(values[0]) {
			return nil, &channel.Unreadable{Reason: "NOT_UTF8", Detail: "body"}
		}
	}
	if sid := form.Get("AccountSid"); sid != "" && sid != a.accountSID {
		return nil, &channel.Unreadable{Reason: "WRONG_ACCOUNT", Detail: "AccountSid"}
	}
	now := a.clock().UTC()
	switch {
	case form.Get("CallSid") != "":
		return a.ring(form, now)
	case form.Has("MessageStatus") && form.Get("MessageStatus") != "received":
		return a.status(form, header.Get(deliveryHeader), now)
	case form.Get("MessageSid") != "":
		return a.message(form, now)
	default:
		return nil, &channel.Unreadable{Reason: "UNKNOWN_WEBHOOK", Detail: "MessageSid"}
	}
}

// message is a customer's SMS or MMS. One that is an opt-out keyword yields the opt-out too, before the message.
func (a *Adapter) message(form url.Values, now time.Time) ([]channel.Event, error) {
	id, from := form.Get("MessageSid"), form.Get("From")
	switch {
	case !sidFormat.MatchString(id):
		return nil, &channel.Unreadable{Reason: "NO_ID", Detail: "MessageSid"}
	case !numberFormat.MatchString(from):
		return nil, &channel.Unreadable{Reason: "SENDER_NOT_A_NUMBER", Detail: "From"}
	case form.Get("To") != a.account.Address:
		return nil, &channel.Unreadable{Reason: "WRONG_ACCOUNT", Detail: "To"}
	}
	content, unreadable := contentOf(form)
	if unreadable != nil {
		return nil, unreadable
	}
	var events []channel.Event
	if kind := consent(form); kind != "" {
		events = append(events, channel.Event{Kind: kind, ExternalID: id, Sender: from, OccurredTime: now})
	}
	return append(events, channel.Event{
		Kind: channel.KindMessage, ExternalID: id, Sender: from, OccurredTime: now,
		Channel: said(from, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION, id, content, now),
	}), nil
}

func said(from string, assurance accessv1.Assurance, id string, content *contextv1.Content, now time.Time) *contextv1.ChannelEvent {
	return &contextv1.ChannelEvent{
		OccurredTime: timestamppb.New(now),
		Sender: &contextv1.Sender{
			Address:   from,
			Handles:   []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: from}},
			Assurance: assurance,
		},
		Event: &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{ExternalId: id, Content: content}},
	}
}

// contentOf reads the words and the media. A message of media alone is of the kind of its first.
func contentOf(form url.Values) (*contextv1.Content, *channel.Unreadable) {
	c := &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: form.Get("Body")}
	n, err := strconv.Atoi(form.Get("NumMedia"))
	if err != nil && form.Get("NumMedia") != "" || n < 0 || n > maxMedia {
		return nil, &channel.Unreadable{Reason: "MALFORMED", Detail: "NumMedia"}
	}
	for i := range n {
		reference := form.Get(fmt.Sprintf("MediaUrl%d", i))
		if reference == "" {
			return nil, &channel.Unreadable{Reason: "MALFORMED", Detail: fmt.Sprintf("MediaUrl%d", i)}
		}
		c.Attachments = append(c.Attachments, &contextv1.Attachment{
			Reference: reference,
			MediaType: form.Get(fmt.Sprintf("MediaContentType%d", i)),
		})
	}
	if n > 0 {
		c.Kind, c.VendorKind = mediaKind(c.Attachments[0].MediaType)
	}
	return c, nil
}

func mediaKind(mediaType string) (contextv1.ContentKind, string) {
	if mediaType == "text/vcard" || mediaType == "text/x-vcard" {
		return contextv1.ContentKind_CONTENT_KIND_CONTACTS, ""
	}
	family, _, _ := strings.Cut(mediaType, "/")
	switch family {
	case "image":
		return contextv1.ContentKind_CONTENT_KIND_IMAGE, ""
	case "audio":
		return contextv1.ContentKind_CONTENT_KIND_AUDIO, ""
	case "video":
		return contextv1.ContentKind_CONTENT_KIND_VIDEO, ""
	case "application":
		return contextv1.ContentKind_CONTENT_KIND_DOCUMENT, ""
	default:
		return contextv1.ContentKind_CONTENT_KIND_OTHER, "media"
	}
}

// consent reads an opt-out or opt-in. Without Twilio's own word only keywords that cannot be part of a conversation
// count: "cancel", "end" and "yes" are Twilio's too, on some kinds of number, and a customer's answer on all of them.
func consent(form url.Values) string {
	word := form.Get("OptOutType")
	if word == "" {
		word = strings.ToUpper(strings.TrimSpace(form.Get("Body")))
	}
	switch word {
	case "STOP", "STOPALL", "UNSUBSCRIBE":
		return channel.KindOptOut
	case "START", "UNSTOP":
		return channel.KindOptIn
	default:
		return ""
	}
}

// ring is a stage of a voice call; the stages share the call's id. Only a customer's call is one: ours is nothing that the
// customer said. Whose number a caller shows is the caller's own claim.
func (a *Adapter) ring(form url.Values, now time.Time) ([]channel.Event, error) {
	id := form.Get("CallSid")
	customer := form.Get("From")
	if customer == "" {
		customer = form.Get("Caller")
	}
	if customer == "" || strings.HasPrefix(form.Get("Direction"), "outbound") {
		// A transcription names the call and nobody in it; the call's own webhooks have said who.
		return nil, nil
	}
	switch {
	case !sidFormat.MatchString(id) || !numberFormat.MatchString(customer):
		return nil, &channel.Unreadable{Reason: "MALFORMED", Detail: "CallSid, From"}
	case form.Get("To") != a.account.Address:
		return nil, &channel.Unreadable{Reason: "WRONG_ACCOUNT", Detail: "To"}
	}
	stage := form.Get("CallStatus")
	if form.Get("TranscriptionSid") != "" {
		stage = "transcription"
	}
	return []channel.Event{{
		Kind: channel.KindCall, ExternalID: id, Discriminator: stage, Sender: customer, OccurredTime: now,
		Channel: said(customer, accessv1.Assurance_ASSURANCE_NONE, id,
			&contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_OTHER, VendorKind: "call"}, now),
	}}, nil
}
