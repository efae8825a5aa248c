package rpc

import (
	"testing"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// Enums are converted by number.
func TestDomainIsNumberedAsTheProto(t *testing.T) {
	for _, c := range []struct {
		name   string
		domain int
		proto  int
	}{
		{"assistant", int(conversation.Assistant), int(contextv1.HandlerKind_HANDLER_KIND_ASSISTANT)},
		{"person", int(conversation.Person), int(contextv1.HandlerKind_HANDLER_KIND_PERSON)},
		{"no handler", int(conversation.None), int(contextv1.HandlerKind_HANDLER_KIND_NONE)},
		{"open", int(conversation.StateOpen), int(contextv1.Conversation_STATE_OPEN)},
		{"closed", int(conversation.StateClosed), int(contextv1.Conversation_STATE_CLOSED)},
		{"by the assistant", int(conversation.ByAssistant), int(contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT)},
		{"by an agent", int(conversation.ByAgent), int(contextv1.AuthorKind_AUTHOR_KIND_AGENT)},
		{"a person is wanted", conversation.NeedsPerson, int(contextv1.OpenRequest_KIND_NEEDS_PERSON)},
		{"inbound", int(conversation.Inbound), int(contextv1.Direction_DIRECTION_INBOUND)},
		{"outbound", int(conversation.Outbound), int(contextv1.Direction_DIRECTION_OUTBOUND)},
		{"customer", int(conversation.Customer), int(contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER)},
		{"nobody vouched", int(conversation.Nobody), int(accessv1.Assurance_ASSURANCE_NONE)},
		{"text", int(conversation.Text), int(contextv1.ContentKind_CONTENT_KIND_TEXT)},
		{"pending", int(conversation.Pending), int(contextv1.DeliveryState_DELIVERY_STATE_PENDING)},
		{"unknown", int(conversation.Unknown), int(contextv1.DeliveryState_DELIVERY_STATE_UNKNOWN)},
		{"sent", int(conversation.Sent), int(contextv1.DeliveryState_DELIVERY_STATE_SENT)},
		{"delivered", int(conversation.Delivered), int(contextv1.DeliveryState_DELIVERY_STATE_DELIVERED)},
		{"read", int(conversation.Read), int(contextv1.DeliveryState_DELIVERY_STATE_READ)},
		{"failed", int(conversation.Failed), int(contextv1.DeliveryState_DELIVERY_STATE_FAILED)},
	} {
		if c.domain != c.proto {
			t.Errorf("%s is %d, and %d in the proto", c.name, c.domain, c.proto)
		}
	}
}
