package sandbox

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// whatsAppEnvelope is the outside of every webhook of the Cloud API.
// https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
type whatsAppEnvelope struct {
	Object string          `json:"object"`
	Entry  []whatsAppEntry `json:"entry"`
}

type whatsAppEntry struct {
	ID      string           `json:"id"`
	Changes []whatsAppChange `json:"changes"`
}

type whatsAppChange struct {
	Value whatsAppValue `json:"value"`
	Field string        `json:"field"`
}

type whatsAppValue struct {
	Product  string           `json:"messaging_product"`
	Metadata whatsAppNumber   `json:"metadata"`
	Contacts []any            `json:"contacts,omitempty"`
	Messages []any            `json:"messages,omitempty"`
	Statuses []whatsAppStatus `json:"statuses,omitempty"`
}

// whatsAppNumber is the company's number that a webhook is about.
type whatsAppNumber struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

// object of a JSON document whose members vary by kind.
type object = map[string]any

func whatsAppBody(a Account, value whatsAppValue) ([]byte, error) {
	value.Product = WhatsApp
	value.Metadata = whatsAppNumber{Display: digits(a.Address), ID: a.PhoneNumberID}
	body, err := json.Marshal(whatsAppEnvelope{
		Object: "whatsapp_business_account",
		Entry: []whatsAppEntry{{
			ID:      "9" + a.PhoneNumberID, // the business account that owns the number
			Changes: []whatsAppChange{{Value: value, Field: "messages"}},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("write a WhatsApp webhook: %w", err)
	}
	return escapeASCII(body), nil
}

// whatsAppInbound gives m its id and its webhook's body.
func whatsAppInbound(m *message, a Account, in Inbound) error {
	from := digits(in.From)
	m.ID = newWhatsAppID(from)
	content, err := whatsAppContent(in)
	if err != nil {
		return err
	}
	content["from"], content["id"], content["timestamp"] = from, m.ID, unix(m.Time)
	if in.Quoted != "" && in.Kind != "reaction" {
		content["context"] = object{"from": digits(a.Address), "id": in.Quoted}
	}
	name := in.DisplayName
	if name == "" {
		name = in.From
	}
	contact := object{"profile": object{"name": name}, "wa_id": from}
	body, err := whatsAppBody(a, whatsAppValue{Contacts: []any{contact}, Messages: []any{content}})
	m.Raw = string(body)
	return err
}

// mediaIDs begin here, with as many digits as Meta's.
const mediaIDs = 1_000_000_000_000_000

// whatsAppContent is the message as its kind has it.
func whatsAppContent(in Inbound) (object, error) {
	media := func(mime string) object {
		file := object{"id": strconv.FormatUint(mediaIDs+rand.Uint64N(mediaIDs), 10), "mime_type": mime, "sha256": randomHex(32)}
		if in.Text != "" {
			file["caption"] = in.Text
		}
		return object{"type": in.Kind, in.Kind: file}
	}
	switch in.Kind {
	case "", "text":
		if in.Text == "" {
			return nil, fmt.Errorf("%w: text: is empty", errInbound)
		}
		return object{"type": "text", "text": object{"body": in.Text}}, nil
	case "image":
		return media("image/jpeg"), nil
	case "video":
		return media("video/mp4"), nil
	case "document":
		return media("application/pdf"), nil
	case "audio":
		return media("audio/ogg; codecs=opus"), nil
	case "sticker":
		return media("image/webp"), nil
	case "location":
		return object{"type": "location", "location": object{"latitude": 40.7128, "longitude": -74.006, "name": in.Text}}, nil
	case "reaction":
		return object{"type": "reaction", "reaction": object{"message_id": in.Quoted, "emoji": in.Text}}, nil
	case "unsupported":
		return object{"type": "unsupported", "errors": []any{object{
			"code": 131051, "title": "Message type unknown", "message": "Message type unknown",
			"error_data": object{"details": "Message type is currently not supported."},
		}}}, nil
	default:
		return nil, fmt.Errorf("%w: kind: %q is none that WhatsApp sends", errInbound, in.Kind)
	}
}

// conversationID stays the same for a customer's messages of one account on one day.
func conversationID(m *message) string {
	day := m.Time.UTC().Format(time.DateOnly)
	return SignMeta(m.Account, []byte(m.To+day))[len("sha256="):][:32]
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
