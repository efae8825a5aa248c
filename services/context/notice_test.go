package contextsvc_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func news(customer, words string) *contextv1.PostToCustomerRequest {
	return &contextv1.PostToCustomerRequest{
		RequestId: uuid.NewString(), CustomerId: customer, Text: words, Author: contextv1.AuthorKind_AUTHOR_KIND_SYSTEM,
	}
}

func TestNewsGoesToTheOpenConversationWhereTheCustomerLastWrote(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		byApp := said("wamid.1", "by app")
		byApp.Channel, byApp.Account, byApp.Sender = "whatsapp", "wa-main", byWhatsApp(daniel)
		r := b.record(said("SM1", "by text"), byApp)
		req := news(r[0].GetCustomerId(), "Your case is decided")
		first, err := b.PostToCustomer(b.ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		m := first.GetMessage()
		if m.GetConversationId() != r[0].GetConversationId() || m.GetSequence() != 3 || m.GetAccount() != "wa-main" ||
			m.GetAddress() != daniel || m.GetInReplyTo() != "" {
			t.Errorf("the news is %v", m)
		}
		again, err := b.PostToCustomer(b.ctx, req)
		if err != nil || !proto.Equal(again, first) {
			t.Errorf("again got %v, %v", again, err)
		}
		if told := b.timeline(r[0].GetCustomerId()); len(told) != 3 {
			t.Errorf("the timeline is %v", told)
		}
	})
}

func TestNewsOpensAConversationWhenNoneIsOpen(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(said("SM1", "Please dispute it"))[0]
	b.clock.forward(31 * 24 * time.Hour)
	posted, err := b.PostToCustomer(b.ctx, news(asked.GetCustomerId(), "Your case is decided"))
	if err != nil {
		t.Fatal(err)
	}
	m := posted.GetMessage()
	if m.GetConversationId() == asked.GetConversationId() || m.GetSequence() != 1 || m.GetAddress() != daniel {
		t.Errorf("the news is %v", m)
	}
	if next := b.record(said("SM2", "Thank you"))[0]; next.GetConversationId() != m.GetConversationId() {
		t.Error("the customer's answer to the news opened yet another conversation")
	}
}

func TestNewsIsRefused(t *testing.T) {
	b := startOnSQLite(t)
	_, err := b.PostToCustomer(b.ctx, news(typeid.New("customer"), "Hello"))
	wantFault(t, err, codes.FailedPrecondition, "NO_ADDRESS")
	_, err = b.PostToCustomer(b.ctx, news("daniel", "Hello"))
	wantFault(t, err, codes.InvalidArgument, "ID_INVALID")
	r := b.record(said("SM1", "Hello"))[0]
	req := news(r.GetCustomerId(), "Hello")
	if _, err := b.PostToCustomer(b.ctx, req); err != nil {
		t.Fatal(err)
	}
	req.Text = "Something else"
	_, err = b.PostToCustomer(b.ctx, req)
	wantFault(t, err, codes.AlreadyExists, "REQUEST_ID_REUSED")
}

func TestAnOpenRequestMayBelongToNoConversation(t *testing.T) {
	b := startOnSQLite(t)
	customer := typeid.New("customer")
	req := &contextv1.CreateOpenRequestRequest{
		RequestId: uuid.NewString(), CustomerId: customer, Kind: contextv1.OpenRequest_KIND_DECIDE_DISPUTE, Summary: "Decide",
	}
	if _, err := b.CreateOpenRequest(b.ctx, req); err != nil {
		t.Fatal(err)
	}
	listed, err := b.ListOpenRequests(b.ctx, &contextv1.ListOpenRequestsRequest{CustomerId: customer})
	if err != nil || len(listed.GetOpenRequests()) != 1 || listed.GetOpenRequests()[0].GetConversationId() != "" {
		t.Errorf("got %v, %v", listed, err)
	}
	_, err = b.CreateOpenRequest(onBehalfOf(b.ctx, typeid.New("customer")), req)
	wantFault(t, err, codes.NotFound, "CUSTOMER_NOT_FOUND")
	req.ConversationId = typeid.New("conversation")
	_, err = b.CreateOpenRequest(b.ctx, req)
	wantFault(t, err, codes.InvalidArgument, "REQUEST_INVALID")
}

func TestAConversationIsReadBehindASequence(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "one"), said("SM2", "two"), said("SM3", "three"))[0]
	got := b.pages(&contextv1.ListMessagesRequest{ConversationId: r.GetConversationId(), AfterSequence: 1, PageSize: 1})
	if len(got) != 2 || got[0] != "two" {
		t.Errorf("behind the first came %q", got)
	}
	_, err := b.ListMessages(b.ctx, &contextv1.ListMessagesRequest{CustomerId: r.GetCustomerId(), AfterSequence: 1})
	wantFault(t, err, codes.InvalidArgument, "AFTER_SEQUENCE_INVALID")
}
