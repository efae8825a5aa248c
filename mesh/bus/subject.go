package bus

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Conversation is the stream of everything that happens in conversations.
const Conversation = "CONVERSATION"

// partitions of the CONVERSATION stream: what several replicas of a role share among them. Released, so never changed.
const partitions = 16

// ConversationSubject is where an event of the conversation goes: "conversation.p07.MessageRecorded". The type is the
// event's full name ("parley.events.v1.MessageRecorded") or its last part.
func ConversationSubject(conversationID, eventType string) string {
	return fmt.Sprintf("conversation.p%02d.%s", hash(conversationID)%partitions, shortName(eventType))
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
