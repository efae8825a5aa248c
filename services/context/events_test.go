package contextsvc_test

import (
	"context"
	"testing"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store/storetest"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

// events that the service publishes, as they come.
func (b *bench) events() <-chan *eventsv1.Envelope {
	b.t.Helper()
	envelopes := make(chan *eventsv1.Envelope, 64)
	consumer, err := b.bus.NewConsumer(b.t.Context(), bus.ConsumerConfig{
		Role: "test", Stream: bus.Conversation, DB: storetest.Open(b.t, "test"),
		Handle: func(_ context.Context, env *eventsv1.Envelope) error {
			envelopes <- env
			return nil
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := consumer.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := consumer.Stop(context.Background()); err != nil {
			b.t.Error(err)
		}
	})
	return envelopes
}

func TestWhatHappensIsToldInOrderAndOnce(t *testing.T) {
	b := startOnSQLite(t)
	envelopes := b.events()
	asked := b.record(said("SM1", "Why?"))[0]
	b.record(said("SM1", "Why?"))
	req := answer(asked, "Because")
	posted := b.post(req)
	b.post(req)
	b.record(statusOf(posted.GetId(), "SM2", contextv1.DeliveryState_DELIVERY_STATE_DELIVERED))
	b.record(statusOf(posted.GetId(), "SM2", contextv1.DeliveryState_DELIVERY_STATE_SENT))
	b.record(edited("SM1", "Why not?", morning))

	c, u := asked.GetConversationId(), asked.GetCustomerId()
	for i, want := range []struct {
		payload    proto.Message
		behalf     string
		assurance  accessv1.Assurance
		causedByID string
	}{
		{&eventsv1.MessageRecorded{ConversationId: c, CustomerId: u, MessageId: asked.GetMessageId(), Account: "sms-main"},
			u, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION, ""},
		{&eventsv1.MessagePosted{ConversationId: c, CustomerId: u, MessageId: posted.GetId(), Account: "sms-main"},
			"", accessv1.Assurance_ASSURANCE_NONE, req.GetRequestId()},
		{&eventsv1.MessageChanged{ConversationId: c, CustomerId: u, MessageId: posted.GetId()},
			"", accessv1.Assurance_ASSURANCE_NONE, ""},
		{&eventsv1.MessageChanged{ConversationId: c, CustomerId: u, MessageId: asked.GetMessageId()},
			u, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION, ""},
	} {
		env := <-envelopes
		payload, err := env.GetPayload().UnmarshalNew()
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(payload, want.payload) || env.GetType() != string(payload.ProtoReflect().Descriptor().FullName()) {
			t.Errorf("event %d is %s %v, want %v", i, env.GetType(), payload, want.payload)
		}
		if env.GetSequence() != int64(i+1) || env.GetPartitionKey() != c || env.GetTenant() != tenant {
			t.Errorf("event %d is number %d of %s of %s", i, env.GetSequence(), env.GetPartitionKey(), env.GetTenant())
		}
		if by := env.GetCaller(); by.GetOnBehalfOfCustomer() != want.behalf || by.GetAssurance() != want.assurance {
			t.Errorf("event %d was caused by %v", i, by)
		}
		if env.GetCausationId() != want.causedByID {
			t.Errorf("event %d was caused by %q, want %q", i, env.GetCausationId(), want.causedByID)
		}
	}
}
