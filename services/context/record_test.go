package contextsvc_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func TestMessageIsKeptAsItWasSent(t *testing.T) {
	b := startOnSQLite(t)
	sent := said("SM1", "Look at this")
	sent.GetMessage().Content = &contextv1.Content{
		Kind: contextv1.ContentKind_CONTENT_KIND_OTHER, Text: "Look at this", VendorKind: "hologram",
		Attachments:      []*contextv1.Attachment{{Reference: "media/1", MediaType: "image/png", FileName: "bill.png"}},
		QuotedExternalId: "SM0", Forwarded: true,
	}
	r := b.record(sent)[0]
	m := b.message(r.GetMessageId())
	if !proto.Equal(m.GetContent(), sent.GetMessage().GetContent()) {
		t.Errorf("got content %v, want %v", m.GetContent(), sent.GetMessage().GetContent())
	}
	want := &contextv1.Message{
		Id: r.GetMessageId(), ConversationId: r.GetConversationId(), CustomerId: r.GetCustomerId(), Sequence: 1,
		Channel: "sms", Account: "sms-main", Direction: contextv1.Direction_DIRECTION_INBOUND, Text: "Look at this",
		Content: sent.GetMessage().GetContent(), Author: contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER, Address: daniel,
		ExternalId: "SM1", OccurredTime: sent.GetOccurredTime(), CreateTime: m.GetCreateTime(),
		Assurance: sent.GetSender().GetAssurance(),
	}
	if !proto.Equal(m, want) {
		t.Errorf("got %v, want %v", m, want)
	}
}

func TestSameWebhookFiveTimesAtOnceIsOneMessage(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		results := make([]*contextv1.EventResult, 5)
		var group sync.WaitGroup
		for i := range results {
			group.Go(func() {
				resp, err := b.RecordEvents(b.ctx, &contextv1.RecordEventsRequest{
					Events: []*contextv1.ChannelEvent{said("SM1", "Why is my bill so high?")},
				})
				if err != nil {
					t.Error(err)
					return
				}
				results[i] = resp.GetResults()[0]
			})
		}
		group.Wait()
		for _, r := range results {
			if !proto.Equal(r, results[0]) || r.GetMessageId() == "" {
				t.Errorf("one answered %v, another %v", r, results[0])
			}
		}
		if n := len(b.timeline(results[0].GetCustomerId())); n != 1 {
			t.Errorf("%d messages were kept", n)
		}
	})
}

func TestTwoChannelsAtOnceMakeOneConversationWithoutGaps(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		const each = 40
		var group sync.WaitGroup
		for channel, sender := range map[string]*contextv1.Sender{"sms": bySMS(daniel), "whatsapp": byWhatsApp(daniel)} {
			group.Go(func() {
				var events []*contextv1.ChannelEvent
				for i := range each {
					e := said(fmt.Sprint(channel, i), fmt.Sprint(i))
					e.Channel, e.Account, e.Sender = channel, channel+"-main", sender
					events = append(events, e)
				}
				b.record(events...)
			})
		}
		group.Wait()
		customer := b.record(said("last", "last"))[0].GetCustomerId()
		next := map[string]int{}
		var before time.Time
		for i, m := range b.timeline(customer) {
			if m.GetSequence() != int64(i+1) {
				t.Errorf("message %d has sequence %d", i+1, m.GetSequence())
			}
			if at := m.GetCreateTime().AsTime(); !at.After(before) {
				t.Errorf("message %d was made at %v, not after %v", i+1, at, before)
			}
			before = m.GetCreateTime().AsTime()
			if m.GetExternalId() == "last" {
				continue
			}
			if m.GetText() != fmt.Sprint(next[m.GetChannel()]) {
				t.Errorf("on %s %q came as number %d", m.GetChannel(), m.GetText(), next[m.GetChannel()])
			}
			next[m.GetChannel()]++
		}
		if next["sms"] != each || next["whatsapp"] != each {
			t.Errorf("messages by channel: %v, want %d each", next, each)
		}
	})
}

func TestPeopleWhoShareNoHandleAreKeptApart(t *testing.T) {
	b := startOnSQLite(t)
	other := said("SM2", "Hello")
	other.Sender = bySMS("+12125550102")
	r := b.record(said("SM1", "Hello"), other)
	if r[0].GetCustomerId() == r[1].GetCustomerId() || r[0].GetConversationId() == r[1].GetConversationId() {
		t.Errorf("two people were joined: %v", r)
	}
}

func TestEventThatFailsDoesNotFailOthers(t *testing.T) {
	b := startOnSQLite(t)
	refused := said("SM2", "refused")
	refused.Sender = bySMS(refusedPhone)
	nobody := said("SM3", "from nobody")
	nobody.Sender = nil
	unknown := sentOf("message_01h2xcejqtf2nbrexx3vqjhp41")
	noID := sentOf("17")
	resp, err := b.RecordEvents(b.ctx, &contextv1.RecordEventsRequest{
		Events: []*contextv1.ChannelEvent{said("SM1", "first"), refused, nobody, unknown, noID, said("SM4", "last")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		code   codes.Code
		reason string
	}{
		{},
		{codes.InvalidArgument, "HANDLE_INVALID"},
		{codes.InvalidArgument, "SENDER_MISSING"},
		{codes.NotFound, "MESSAGE_NOT_FOUND"},
		{codes.InvalidArgument, "ID_INVALID"},
		{},
	} {
		wantFault(t, status.FromProto(resp.GetResults()[i].GetError()).Err(), want.code, want.reason)
	}
}

func sentOf(messageID string) *contextv1.ChannelEvent {
	return statusOf(messageID, "", contextv1.DeliveryState_DELIVERY_STATE_SENT)
}

func TestMessageAndItsEditInOneBatch(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "the bil"), edited("SM1", "the bill", morning), said("SM2", "next"))
	if m := b.message(r[0].GetMessageId()); m.GetText() != "the bill" || m.GetEditTime() == nil {
		t.Errorf("got %q", m.GetText())
	}
	if r[1].GetMessageId() != r[0].GetMessageId() {
		t.Errorf("the edit changed %s, want %s", r[1].GetMessageId(), r[0].GetMessageId())
	}
}
