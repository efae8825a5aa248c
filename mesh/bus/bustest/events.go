package bustest

import (
	"fmt"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Event is an envelope of the conversation with the sequence, around a MessageRecorded.
func Event(t testing.TB, conversation string, sequence int64) *eventsv1.Envelope {
	t.Helper()
	return envelope(t, conversation, sequence, &eventsv1.MessageRecorded{ConversationId: conversation})
}

func envelope(t testing.TB, conversation string, sequence int64, about proto.Message) *eventsv1.Envelope {
	t.Helper()
	payload, err := anypb.New(about)
	if err != nil {
		t.Fatal(err)
	}
	return &eventsv1.Envelope{
		Id:           fmt.Sprintf("event_%s_%d", conversation, sequence),
		Tenant:       "aurora",
		PartitionKey: conversation,
		Sequence:     sequence,
		OccurredTime: timestamppb.New(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)),
		Caller:       caller.OnBehalfOf(caller.Service("aurora", "context"), "customer_daniel", accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION),
		Trace:        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		Type:         bus.TypeOf(about),
		Payload:      payload,
	}
}

// publish sends the events, as an outbox does.
func publish(t testing.TB, b *bus.Bus, events ...*eventsv1.Envelope) {
	t.Helper()
	if err := b.Publish(t.Context(), messages(t, events)); err != nil {
		t.Fatalf("publish: %v", err)
	}
}

// Message is the event as it is published.
func Message(t testing.TB, env *eventsv1.Envelope) bus.Message {
	t.Helper()
	data, err := proto.Marshal(env)
	if err != nil {
		t.Fatal(err)
	}
	return bus.Message{Subject: bus.ConversationSubject(env.PartitionKey, env.Type), ID: env.Id, Data: data}
}

func messages(t testing.TB, events []*eventsv1.Envelope) []bus.Message {
	t.Helper()
	var all []bus.Message
	for _, env := range events {
		all = append(all, Message(t, env))
	}
	return all
}

// conversations are events 1 to n of each conversation, as they would come: one of each, then the next of each.
func conversations(t testing.TB, n int, names ...string) []*eventsv1.Envelope {
	t.Helper()
	var all []*eventsv1.Envelope
	for sequence := range n {
		for _, name := range names {
			all = append(all, Event(t, name, int64(sequence+1)))
		}
	}
	return all
}
