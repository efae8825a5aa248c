package contextsvc_test

import (
	"testing"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// onWeb is what Daniel, signed in, says on the web site.
func onWeb(externalID, words string) *contextv1.ChannelEvent {
	e := said(externalID, words)
	e.Channel, e.Account = "web", "web-main"
	e.Sender = &contextv1.Sender{
		Address: "visitor_1", Assurance: accessv1.Assurance_ASSURANCE_STRONG,
		Handles: []*identityv1.Handle{
			{Kind: identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE, Value: "AUR-0001"},
			{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: daniel},
		},
	}
	return e
}

func goneFrom(messageID string) *contextv1.ChannelEvent {
	e := statusOf(messageID, "", contextv1.DeliveryState_DELIVERY_STATE_FAILED)
	e.Channel, e.Account = "web", "web-main"
	e.GetStatus().GetDelivery().FailureReason = "RECIPIENT_GONE"
	return e
}

func TestAnAnswerForWhichNobodyComesGoesWhereElseTheCustomerWrote(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		b.record(said("SM1", "hello by SMS"))
		asked := b.record(onWeb("w1", "hello on the web"))[0]
		posted := b.post(answer(asked, "your answer"))
		first := goneFrom(posted.GetId())
		b.record(first)
		again := goneFrom(posted.GetId())
		again.Key += "/again" // not even by its key is it known
		b.record(first, again)

		told := b.timeline(asked.GetCustomerId())
		if len(told) != 4 {
			t.Fatalf("%d messages in the timeline: %v", len(told), told)
		}
		if d := told[2].GetDelivery(); d.GetState() != contextv1.DeliveryState_DELIVERY_STATE_FAILED || d.GetFailureReason() != "SENT_ELSEWHERE" {
			t.Errorf("on the web it is %v", d)
		}
		m := told[3]
		if m.GetChannel() != "sms" || m.GetAccount() != "sms-main" || m.GetAddress() != daniel || m.GetText() != "your answer" {
			t.Errorf("posted again: %v", m)
		}
		if m.GetRepeats() != posted.GetId() || m.GetAuthor() != posted.GetAuthor() || m.GetInReplyTo() != "" ||
			m.GetDelivery().GetState() != contextv1.DeliveryState_DELIVERY_STATE_PENDING {
			t.Errorf("posted again: %v", m)
		}
	})
}

func TestAnAnswerStaysWhereItIsWhenTheCustomerIsKnownNowhereElse(t *testing.T) {
	unvouched := said("m1", "a mail that may be anybody's")
	unvouched.Channel, unvouched.Account = "email", "mail-main"
	unvouched.Sender.Assurance = accessv1.Assurance_ASSURANCE_NONE
	for name, before := range map[string]*contextv1.ChannelEvent{
		"never wrote elsewhere":          onWeb("w0", "hello"),
		"nobody vouched for the address": unvouched,
	} {
		t.Run(name, func(t *testing.T) {
			b := startOnSQLite(t)
			b.record(before)
			asked := b.record(onWeb("w1", "hello on the web"))[0]
			posted := b.post(answer(asked, "your answer"))
			b.record(goneFrom(posted.GetId()))
			told := b.timeline(asked.GetCustomerId())
			if d := told[len(told)-1].GetDelivery(); len(told) != 3 || d.GetFailureReason() != "RECIPIENT_GONE" {
				t.Errorf("%d messages, the last is %v", len(told), d)
			}
		})
	}
}

func TestADeliveryThatFailedForAnotherReasonIsNotRepeated(t *testing.T) {
	b := startOnSQLite(t)
	b.record(said("SM1", "hello by SMS"))
	asked := b.record(onWeb("w1", "hello on the web"))[0]
	posted := b.post(answer(asked, "your answer"))
	failed := goneFrom(posted.GetId())
	failed.GetStatus().GetDelivery().FailureReason = "EXPIRED"
	b.record(failed)
	if told := b.timeline(asked.GetCustomerId()); len(told) != 3 {
		t.Errorf("%d messages", len(told))
	}
}
