package inbox

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/protobuf/proto"
)

// Blinder makes keyed hashes; *seal.Keeper is one.
type Blinder interface {
	Blind(tenant, label, value string) []byte
}

// key tells an event from every other of the account. It is hashed because vendors put the customer into their ids: a
// WhatsApp message id is base64 of, among other things, the phone number.
func key(b Blinder, a channel.Account, e channel.Event) []byte {
	return b.Blind(a.Tenant, "channel.event", strings.Join([]string{a.Name, e.Kind, e.ExternalID, e.Discriminator}, "\x00"))
}

// timelineKey is the same key as the timeline knows it.
func timelineKey(key []byte) string { return base64.RawURLEncoding.EncodeToString(key) }

// lane names a sender without telling who it is; 16 bytes keep two senders apart. What the vendor says of our messages has a
// lane beside it: it comes in any order anyway, and must not wait behind what the customer says, because somebody may be
// waiting for it to know whether to send again.
func lane(b Blinder, a channel.Account, kind, sender string) string {
	name := a.Name + "/" + hex.EncodeToString(b.Blind(a.Tenant, "channel.sender", a.Name+"\x00"+sender)[:16])
	if kind == channel.KindStatus {
		name += "/status"
	}
	return name
}

func rowPlace(id string) string     { return "channel.inbox/" + id }
func webhookPlace(id string) string { return "channel.webhooks/" + id }

// sealedEvent is an event as it is written down. Released, so fields are only added.
type sealedEvent struct {
	Event   channel.Event
	Channel []byte `json:",omitempty"`
}

func encodeEvent(e channel.Event) ([]byte, error) {
	s := sealedEvent{Event: e}
	if e.Channel != nil {
		b, err := proto.Marshal(e.Channel)
		if err != nil {
			return nil, fmt.Errorf("encode a %s event: %w", e.Kind, err)
		}
		s.Channel, s.Event.Channel = b, nil
	}
	return json.Marshal(s)
}

func decodeEvent(b []byte) (*channel.Event, error) {
	var s sealedEvent
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("decode an event of the inbox: %w", err)
	}
	if s.Channel != nil {
		s.Event.Channel = &contextv1.ChannelEvent{}
		if err := proto.Unmarshal(s.Channel, s.Event.Channel); err != nil {
			return nil, fmt.Errorf("decode a %s event of the inbox: %w", s.Event.Kind, err)
		}
	}
	return &s.Event, nil
}

// sealedBody is a request as it is written down.
type sealedBody struct {
	Header http.Header
	Body   []byte
}

func encodeBody(header http.Header, body []byte) ([]byte, error) {
	kept := header.Clone()
	// They prove who calls, not what is said: nothing that is parsed again needs them.
	kept.Del("Authorization")
	kept.Del("Cookie")
	return json.Marshal(sealedBody{Header: kept, Body: body})
}

func decodeBody(b []byte) (http.Header, []byte, error) {
	var s sealedBody
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, nil, fmt.Errorf("decode a webhook: %w", err)
	}
	return s.Header, s.Body, nil
}
