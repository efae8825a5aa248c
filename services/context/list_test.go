package contextsvc_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
)

// pages reads a list to its end and answers the messages' texts.
func (b *bench) pages(req *contextv1.ListMessagesRequest) (texts []string) {
	b.t.Helper()
	for {
		resp, err := b.ListMessages(b.ctx, req)
		if err != nil {
			b.t.Fatal(err)
		}
		if n := len(resp.GetMessages()); req.GetPageSize() > 0 && n > int(req.GetPageSize()) {
			b.t.Errorf("a page of %d holds %d", req.GetPageSize(), n)
		}
		for _, m := range resp.GetMessages() {
			texts = append(texts, m.GetText())
		}
		if req.PageToken = resp.GetNextPageToken(); req.GetPageToken() == "" {
			return texts
		}
	}
}

func TestTimelineIsReadPageByPageAcrossConversations(t *testing.T) {
	b := startOnSQLite(t)
	var want []string
	var r *contextv1.EventResult
	for i := range 9 {
		if i == 5 {
			b.clock.forward(40 * 24 * time.Hour)
		}
		words := fmt.Sprint("message ", i)
		r = b.record(said(words, words))[0]
		want = append(want, words)
	}
	for size := range int32(11) {
		got := b.pages(&contextv1.ListMessagesRequest{CustomerId: r.GetCustomerId(), PageSize: size})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("in pages of %d: %v", size, got)
		}
		got = b.pages(&contextv1.ListMessagesRequest{ConversationId: r.GetConversationId(), PageSize: size})
		if fmt.Sprint(got) != fmt.Sprint(want[5:]) {
			t.Errorf("the second conversation in pages of %d: %v", size, got)
		}
	}
}

func TestTheMessagesOfOneAccountAreReadFromBehindAnyOfThem(t *testing.T) {
	b := startOnSQLite(t)
	other := event("message/wa1", byWhatsApp(daniel), morning)
	other.Account, other.Channel = "wa-main", "whatsapp"
	other.Event = &contextv1.ChannelEvent_Message{Message: &contextv1.InboundMessage{ExternalId: "wa1", Content: text("elsewhere")}}
	results := b.record(said("SM1", "one"), other, said("SM2", "two"), said("SM3", "three"))
	first := b.message(results[0].GetMessageId())
	got := b.pages(&contextv1.ListMessagesRequest{CustomerId: first.GetCustomerId(), Account: "sms-main", PageSize: 1})
	if fmt.Sprint(got) != "[one two three]" {
		t.Errorf("of the account: %v", got)
	}
	got = b.pages(&contextv1.ListMessagesRequest{
		CustomerId: first.GetCustomerId(), Account: "sms-main", PageSize: 1, AfterTime: first.GetCreateTime(), AfterMessageId: first.GetId(),
	})
	if fmt.Sprint(got) != "[two three]" {
		t.Errorf("behind the first: %v", got)
	}
}

func TestListIsRefused(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "one"), said("SM2", "two"))
	first, err := b.ListMessages(b.ctx, &contextv1.ListMessagesRequest{CustomerId: r[0].GetCustomerId(), PageSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		req    *contextv1.ListMessagesRequest
		reason string
		field  string
	}{
		{"of what is not a customer", &contextv1.ListMessagesRequest{CustomerId: "daniel"}, "ID_INVALID", "customer_id"},
		{"of what is not a conversation", &contextv1.ListMessagesRequest{ConversationId: r[0].GetCustomerId()}, "ID_INVALID", "conversation_id"},
		{"with a token that was made up", &contextv1.ListMessagesRequest{CustomerId: r[0].GetCustomerId(), PageToken: "2"}, "PAGE_TOKEN_INVALID", "page_token"},
		{"with the token of another list", &contextv1.ListMessagesRequest{
			ConversationId: r[0].GetConversationId(), PageToken: first.GetNextPageToken(),
		}, "PAGE_TOKEN_INVALID", "page_token"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.ListMessages(b.ctx, c.req)
			wantFault(t, err, codes.InvalidArgument, c.reason)
			if got := fault.Info(err).GetMetadata()["field"]; got != c.field {
				t.Errorf("the error names the field %q, want %q", got, c.field)
			}
		})
	}
	_, err = b.ListMessages(b.ctx, &contextv1.ListMessagesRequest{})
	if fault.Code(err) != codes.InvalidArgument {
		t.Errorf("a list of nothing answered %v", err)
	}
}

func TestMessagesAreReadInTheOrderAsked(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "one"), said("SM2", "two"))
	ids := []string{r[1].GetMessageId(), r[0].GetMessageId(), r[1].GetMessageId()}
	resp, err := b.BatchGetMessages(b.ctx, &contextv1.BatchGetMessagesRequest{MessageIds: ids})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if got := resp.GetMessages()[i].GetId(); got != id {
			t.Errorf("message %d is %s, want %s", i, got, id)
		}
	}
	missing := typeid.New("message")
	_, err = b.BatchGetMessages(b.ctx, &contextv1.BatchGetMessagesRequest{MessageIds: append(ids, missing)})
	wantFault(t, err, codes.NotFound, "MESSAGE_NOT_FOUND")
	if got := fault.Info(err).GetMetadata()["message_id"]; got != missing {
		t.Errorf("the error names %q, want %q", got, missing)
	}
}

// Whoever acts for one customer, or for another tenant, finds nothing of this customer's.
func TestWhatIsOutOfReachDoesNotExist(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "one"))[0]
	b.post(answer(r, "two"))
	for name, as := range map[string]context.Context{
		"another tenant":   asService(b.ctx, "borealis"),
		"another customer": onBehalfOf(b.ctx, typeid.New("customer")),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.GetConversation(as, &contextv1.GetConversationRequest{ConversationId: r.GetConversationId()})
			wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
			_, err = b.ListMessages(as, &contextv1.ListMessagesRequest{ConversationId: r.GetConversationId()})
			wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
			_, err = b.BatchGetMessages(as, &contextv1.BatchGetMessagesRequest{MessageIds: []string{r.GetMessageId()}})
			wantFault(t, err, codes.NotFound, "MESSAGE_NOT_FOUND")
			_, err = b.PostMessage(as, answer(r, "three"))
			wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
			resp, err := b.ListMessages(as, &contextv1.ListMessagesRequest{CustomerId: r.GetCustomerId()})
			if caller.From(as).GetOnBehalfOfCustomer() != "" {
				wantFault(t, err, codes.NotFound, "CUSTOMER_NOT_FOUND")
			} else if err != nil || len(resp.GetMessages()) != 0 {
				t.Errorf("another tenant reads %v, %v", resp, err)
			}
		})
	}
	mine, err := b.ListMessages(onBehalfOf(b.ctx, r.GetCustomerId()), &contextv1.ListMessagesRequest{CustomerId: r.GetCustomerId()})
	if err != nil || len(mine.GetMessages()) != 2 {
		t.Errorf("on behalf of the customer there is %v, %v", mine, err)
	}
}
