package bus

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// The streams.
const (
	// Conversation is everything that happens in conversations; its partition key is the conversation's id.
	Conversation = "CONVERSATION"
	// Billing is everything that happens to disputes; its partition key is the customer's id.
	Billing = "BILLING"
	// Routing is everything that happens to tasks of persons; its partition key is the conversation's id.
	Routing = "ROUTING"
)

// partitions of a stream: what several replicas of a role share among them. Released, so never changed.
const partitions = 16

// ConversationSubject is where an event of the conversation goes: "conversation.p07.MessageRecorded". The type is the
// event's full name ("parley.events.v1.MessageRecorded") or its last part.
func ConversationSubject(conversationID, eventType string) string {
	return subject("conversation", conversationID, eventType)
}

// BillingSubject is where an event of the customer's bills goes: "billing.p07.DisputeOpened". The type is as above.
func BillingSubject(customerID, eventType string) string {
	return subject("billing", customerID, eventType)
}

// RoutingSubject is where an event of the conversation's task goes: "routing.p07.TaskAccepted". The type is as above.
func RoutingSubject(conversationID, eventType string) string {
	return subject("routing", conversationID, eventType)
}

func subject(stream, key, eventType string) string {
	return fmt.Sprintf("%s.p%02d.%s", stream, hash(key)%partitions, shortName(eventType))
}

func shortName(eventType string) string {
	return eventType[strings.LastIndexByte(eventType, '.')+1:]
}

// laneOf takes other bits of the hash than partitions do, so that one partition uses every lane.
func laneOf(key string, lanes int) int { return int((hash(key) >> 32) % uint64(lanes)) }

// hash spreads keys over lanes and partitions (FNV-1a, stable across processes and releases).
func hash(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	return h.Sum64()
}
