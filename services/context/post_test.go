package contextsvc_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func TestMessageIsAnsweredOnceHoweverManyAnswerAtOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		asked := b.record(said("SM1", "Why?"))[0]
		answers := make([]*contextv1.Message, 8)
		var group sync.WaitGroup
		for i := range answers {
			group.Go(func() { answers[i] = b.post(answer(asked, "Because of "+string(rune('a'+i)))) })
		}
		group.Wait()
		for _, a := range answers {
			if !proto.Equal(a, answers[0]) {
				t.Errorf("one was answered %v, another %v", a, answers[0])
			}
		}
		timeline := b.timeline(asked.GetCustomerId())
		if len(timeline) != 2 || timeline[1].GetSequence() != 2 {
			t.Errorf("the timeline is %v", timeline)
		}
	})
}

func TestAnswerGoesWhereTheMessageCameFrom(t *testing.T) {
	b := startOnSQLite(t)
	byApp := said("wamid.1", "by app")
	byApp.Channel, byApp.Account, byApp.Sender = "whatsapp", "wa-main", byWhatsApp(daniel)
	r := b.record(byApp, said("SM1", "by text"))
	if m := b.post(answer(r[0], "by app, too")); m.GetAccount() != "wa-main" || m.GetChannel() != "whatsapp" || m.GetAddress() != daniel {
		t.Errorf("the answer goes to %s of %s", m.GetAddress(), m.GetAccount())
	}
	unasked := answer(r[0], "by text, too")
	unasked.InReplyTo = ""
	if m := b.post(unasked); m.GetAccount() != "sms-main" {
		t.Errorf("a message to nothing in particular goes to %s, not where the customer wrote last", m.GetAccount())
	}
}

func TestPostIsRefused(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(said("SM1", "Why?"))[0]
	other := said("SM2", "Hello")
	other.Sender = bySMS("+12125550102")
	elsewhere := b.record(other)[0]
	for _, c := range []struct {
		name   string
		change func(*contextv1.PostMessageRequest)
		code   codes.Code
		reason string
		field  string
	}{
		{"by a handler who is not the handler any more", func(p *contextv1.PostMessageRequest) { p.HandlerEpoch = 2 },
			codes.Aborted, "HANDLER_CHANGED", ""},
		{"in a conversation that does not exist", func(p *contextv1.PostMessageRequest) { p.ConversationId = typeid.New("conversation") },
			codes.NotFound, "CONVERSATION_NOT_FOUND", ""},
		{"in what is not a conversation", func(p *contextv1.PostMessageRequest) { p.ConversationId = asked.GetCustomerId() },
			codes.InvalidArgument, "ID_INVALID", "conversation_id"},
		{"to what is not a message", func(p *contextv1.PostMessageRequest) { p.InReplyTo = "17" },
			codes.InvalidArgument, "ID_INVALID", "in_reply_to"},
		{"to a message of another conversation", func(p *contextv1.PostMessageRequest) { p.InReplyTo = elsewhere.GetMessageId() },
			codes.NotFound, "MESSAGE_NOT_FOUND", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := answer(asked, "Because")
			c.change(req)
			_, err := b.PostMessage(b.ctx, req)
			wantFault(t, err, c.code, c.reason)
			if got := fault.Info(err).GetMetadata()["field"]; got != c.field {
				t.Errorf("the error names the field %q, want %q", got, c.field)
			}
		})
	}
	_, err := b.PostMessage(onBehalfOf(b.ctx, elsewhere.GetCustomerId()), answer(asked, "Because"))
	wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
}

func TestCurrentHandlerPosts(t *testing.T) {
	b := startOnSQLite(t)
	req := answer(b.record(said("SM1", "Why?"))[0], "Because")
	req.HandlerEpoch = 1
	first := b.post(req)
	req.HandlerEpoch = 7
	if again := b.post(req); again.GetId() != first.GetId() {
		t.Error("an answered message was answered again by another handler")
	}
}

func TestSameRequestIsOnePost(t *testing.T) {
	b := startOnSQLite(t)
	req := answer(b.record(said("SM1", "Why?"))[0], "Because")
	req.InReplyTo = ""
	first := b.post(req)
	if again := b.post(req); !proto.Equal(again, first) {
		t.Errorf("got %v, want %v", again, first)
	}
	req.Text = "Because of something else"
	_, err := b.PostMessage(b.ctx, req)
	wantFault(t, err, codes.AlreadyExists, "REQUEST_ID_REUSED")
}

func TestSilentConversationIsClosedAndTheNextMessageOpensAnother(t *testing.T) {
	b := startOnSQLite(t)
	first := b.record(said("SM1", "Hello"))[0]
	b.clock.forward(20 * 24 * time.Hour)
	b.record(said("SM2", "Are you there?"))
	b.clock.forward(20 * 24 * time.Hour)
	if third := b.record(said("SM3", "Hello?"))[0]; third.GetConversationId() != first.GetConversationId() {
		t.Error("a conversation was closed although somebody spoke within the thirty days")
	}
	b.clock.forward(30 * 24 * time.Hour)
	last := b.record(said("SM4", "It is me again"))[0]
	if last.GetConversationId() == first.GetConversationId() {
		t.Error("a conversation went on after thirty silent days")
	}
	resp, err := b.GetConversation(b.ctx, &contextv1.GetConversationRequest{ConversationId: first.GetConversationId()})
	if err != nil {
		t.Fatal(err)
	}
	c := resp.GetConversation()
	if c.GetState() != contextv1.Conversation_STATE_CLOSED || c.GetCloseTime() == nil || c.GetLastSequence() != 3 {
		t.Errorf("the first conversation is %v", c)
	}
	_, err = b.PostMessage(b.ctx, answer(first, "Too late"))
	wantFault(t, err, codes.FailedPrecondition, "CONVERSATION_CLOSED")
}

func TestOpenRequestsAreKeptOnceAndListedOldestFirst(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(said("SM1", "Yes, dispute it"))[0]
	keep := func(summary string) *contextv1.OpenRequest {
		t.Helper()
		req := &contextv1.CreateOpenRequestRequest{
			RequestId: uuid.NewString(), ConversationId: asked.GetConversationId(), MessageId: asked.GetMessageId(),
			Kind: contextv1.OpenRequest_KIND_DISPUTE_CHARGE, Summary: summary,
		}
		first, err := b.CreateOpenRequest(b.ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		again, err := b.CreateOpenRequest(b.ctx, req)
		if err != nil || !proto.Equal(again, first) {
			t.Errorf("again got %v, %v, want %v", again, err, first)
		}
		b.clock.forward(time.Second)
		return first.GetOpenRequest()
	}
	want := []*contextv1.OpenRequest{keep("Dispute 70.00"), keep("Call back"), keep("Cancel the bundle")}
	var got []*contextv1.OpenRequest
	list := &contextv1.ListOpenRequestsRequest{PageSize: 2}
	for {
		resp, err := b.ListOpenRequests(b.ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, resp.GetOpenRequests()...)
		if list.PageToken = resp.GetNextPageToken(); list.GetPageToken() == "" {
			break
		}
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if !proto.Equal(got[i], want[i]) {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
	resp, err := b.ListOpenRequests(onBehalfOf(b.ctx, typeid.New("customer")), &contextv1.ListOpenRequestsRequest{})
	if err != nil || len(resp.GetOpenRequests()) != 0 {
		t.Errorf("another customer sees %v, %v", resp, err)
	}
}

func TestAnswerStandsInTheThreadOfWhatItAnswers(t *testing.T) {
	b := startOnSQLite(t)
	mail := said("2@reyes.example", "What happened?")
	thread := &contextv1.Thread{Subject: "My complaint", ExternalIds: []string{"1@reyes.example", "2@reyes.example"}}
	mail.GetMessage().Content.Thread = thread
	mail.GetMessage().Content.Automatic = true
	r := b.record(mail)[0]
	for _, m := range b.timeline(r.GetCustomerId()) {
		if !proto.Equal(m.GetContent().GetThread(), thread) || !m.GetContent().GetAutomatic() {
			t.Errorf("recorded as %v", m.GetContent())
		}
	}
	unasked := answer(r, "It is decided.")
	unasked.InReplyTo = ""
	for name, post := range map[string]*contextv1.PostMessageRequest{"an answer": answer(r, "It is open."), "news": unasked} {
		if got := b.post(post).GetContent(); !proto.Equal(got.GetThread(), thread) || got.GetAutomatic() {
			t.Errorf("%s is posted as %v", name, got)
		}
	}
}
