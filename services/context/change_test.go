package contextsvc_test

import (
	"slices"
	"testing"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// orders of three things.
var orders = [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}

func TestMessageAndItsEditsInAnyOrderEndAsTheNewestEdit(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		for i, order := range orders {
			id := "SM" + string(rune('0'+i))
			events := []*contextv1.ChannelEvent{
				said(id, "one"), edited(id, "two", morning.Add(-2*time.Second)), edited(id, "three", morning.Add(-time.Second)),
			}
			var r *contextv1.EventResult
			for _, at := range order {
				if got := b.record(events[at])[0]; at == 0 {
					r = got
				}
			}
			if m := b.message(r.GetMessageId()); m.GetText() != "three" || m.GetContent().GetText() != "three" {
				t.Errorf("in order %v the message says %q", order, m.GetText())
			}
		}
	})
}

func TestDeletionWipesWhatEverCameAndWhateverComes(t *testing.T) {
	b := startOnSQLite(t)
	for i, order := range orders {
		id := "SM" + string(rune('0'+i))
		events := []*contextv1.ChannelEvent{said(id, "secret"), edited(id, "secret", morning), deleted(id, morning)}
		var r *contextv1.EventResult
		for _, at := range order {
			if got := b.record(events[at])[0]; at == 0 {
				r = got
			}
		}
		m := b.message(r.GetMessageId())
		if m.GetText() != "" || m.GetContent() != nil || m.GetDeleteTime() == nil {
			t.Errorf("in order %v the message is %v", order, m)
		}
	}
}

func TestReactionBeforeItsMessageIsKnownWaits(t *testing.T) {
	b := startOnSQLite(t)
	early := b.record(reacted("SM1", "👍", morning))[0]
	if early.GetMessageId() != "" || early.GetCustomerId() == "" {
		t.Errorf("a reaction to an unknown message answered %v", early)
	}
	asked := b.record(said("SM1", "Hello"))[0]
	if got := b.message(asked.GetMessageId()).GetReaction().GetEmoji(); got != "👍" {
		t.Errorf("the reaction is %q", got)
	}
	// The vendor's name for our answer becomes known only by a status, after the customer has reacted to it.
	posted := b.post(answer(asked, "Good morning"))
	b.record(reacted("SM2", "❤️", morning))
	b.record(statusOf(posted.GetId(), "SM2", contextv1.DeliveryState_DELIVERY_STATE_SENT))
	m := b.message(posted.GetId())
	if m.GetReaction().GetEmoji() != "❤️" || m.GetExternalId() != "SM2" {
		t.Errorf("our message is %v", m)
	}
	b.record(reacted("SM2", "", morning.Add(-time.Second)))
	if got := b.message(posted.GetId()).GetReaction().GetEmoji(); got != "❤️" {
		t.Errorf("an older reaction took the newer one back: %q", got)
	}
	b.record(reacted("SM2", "", morning))
	if r := b.message(posted.GetId()).GetReaction(); r == nil || r.GetEmoji() != "" {
		t.Errorf("after it was taken back the reaction is %v", r)
	}
}

func TestDeliveryStatesInAnyOrderEndAsTheHighest(t *testing.T) {
	const (
		sent      = contextv1.DeliveryState_DELIVERY_STATE_SENT
		delivered = contextv1.DeliveryState_DELIVERY_STATE_DELIVERED
		read      = contextv1.DeliveryState_DELIVERY_STATE_READ
		failed    = contextv1.DeliveryState_DELIVERY_STATE_FAILED
	)
	for _, c := range []struct {
		name   string
		states []contextv1.DeliveryState
	}{
		{"the reader was quick", []contextv1.DeliveryState{sent, delivered, read}},
		{"the vendor gave up", []contextv1.DeliveryState{sent, delivered, failed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := startOnSQLite(t)
			asked := b.record(said("SM1", "Hello"))[0]
			for _, order := range orders {
				posted := b.post(&contextv1.PostMessageRequest{
					RequestId: answer(asked, "").GetRequestId(), ConversationId: asked.GetConversationId(), Text: "Hi",
					Author: contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT,
				})
				if got := posted.GetDelivery().GetState(); got != contextv1.DeliveryState_DELIVERY_STATE_PENDING {
					t.Errorf("a new message is %v", got)
				}
				for _, at := range order {
					b.record(statusOf(posted.GetId(), "", c.states[at]))
				}
				if got, want := b.message(posted.GetId()).GetDelivery().GetState(), slices.Max(c.states); got != want {
					t.Errorf("in order %v the delivery is %v, want %v", order, got, want)
				}
			}
		})
	}
}

func TestNobodyChangesWhatAnotherCustomerSaid(t *testing.T) {
	b := startOnSQLite(t)
	mine := b.record(said("SM1", "mine"))[0]
	for name, e := range map[string]*contextv1.ChannelEvent{
		"edit":     edited("SM1", "not mine", morning),
		"deletion": deleted("SM1", morning),
		"reaction": reacted("SM1", "👎", morning),
	} {
		e.Sender = bySMS("+12125550102")
		resp, err := b.RecordEvents(b.ctx, &contextv1.RecordEventsRequest{Events: []*contextv1.ChannelEvent{e}})
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			wantFault(t, status.FromProto(resp.GetResults()[0].GetError()).Err(), codes.NotFound, "MESSAGE_NOT_FOUND")
		})
	}
	if m := b.message(mine.GetMessageId()); m.GetText() != "mine" || m.GetReaction() != nil {
		t.Errorf("the message is %v", m)
	}
}

func TestRedeliveredChangeAnswersWhatItAnsweredFirst(t *testing.T) {
	b := startOnSQLite(t)
	edit := edited("SM1", "later", morning)
	b.record(edit)
	b.record(said("SM1", "first"))
	if again := b.record(edit)[0]; again.GetMessageId() != "" {
		t.Errorf("the edit waited when it came first, and answers %v now", again)
	}
}
