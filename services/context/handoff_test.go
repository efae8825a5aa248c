package contextsvc_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// court is a billing service that lists one dispute a page.
type court struct {
	billingv1.UnimplementedDisputeServiceServer
	disputes []*billingv1.Dispute
}

func (c *court) ListDisputes(_ context.Context, req *billingv1.ListDisputesRequest) (*billingv1.ListDisputesResponse, error) {
	var held []*billingv1.Dispute
	for _, d := range c.disputes {
		if d.GetCustomerId() == req.GetCustomerId() {
			held = append(held, d)
		}
	}
	at, _ := strconv.Atoi(req.GetPageToken()) // the first page has none
	resp := &billingv1.ListDisputesResponse{}
	if at < len(held) {
		resp.Disputes = held[at : at+1]
	}
	if at+1 < len(held) {
		resp.NextPageToken = strconv.Itoa(at + 1)
	}
	return resp, nil
}

func (p *people) GetCustomer(_ context.Context, req *identityv1.GetCustomerRequest) (*identityv1.GetCustomerResponse, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range p.holders {
		if id == req.GetCustomerId() {
			return &identityv1.GetCustomerResponse{Customer: &identityv1.Customer{
				Id: id, DisplayName: "Daniel Reyes", Locale: "en-US",
				Handles: []*identityv1.LinkedHandle{{
					Handle:    &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: daniel},
					Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
				}},
			}}, nil
		}
	}
	return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "there is no such customer")
}

// line as a test reads it: the words, and what they are from.
type line struct{ text, message, record string }

func lines(list []*contextv1.HandoffLine) []line {
	var read []line
	for _, l := range list {
		read = append(read, line{l.GetText(), l.GetMessageId(), l.GetRecordId()})
	}
	return read
}

func TestAHandoffTellsTheWholeStoryAndWhereEachLineIsFrom(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(said("SM1", "Why is my bill so high?"))[0]
	answered := b.post(answer(asked, "It is $70.00 higher. Would you like to dispute that?"))
	byWA := said("wamid1", "I want a real person")
	byWA.Channel, byWA.Account, byWA.Sender = "whatsapp", "wa-main", byWhatsApp(daniel)
	wants := b.record(byWA)[0]
	b.wantPerson(wants)
	promised := b.post(answer(wants, "I have asked a colleague. Can I help meanwhile?"))
	_, err := b.CreateOpenRequest(b.ctx, &contextv1.CreateOpenRequestRequest{
		RequestId: uuid.NewString(), CustomerId: asked.GetCustomerId(),
		Kind: contextv1.OpenRequest_KIND_DECIDE_DISPUTE, Summary: "Decide case CL-00000001.",
	})
	if err != nil {
		t.Fatal(err)
	}
	dispute := typeid.New("dispute")
	b.court.disputes = []*billingv1.Dispute{{
		Id: dispute, Number: "CL-00000001", CustomerId: asked.GetCustomerId(), InvoiceNumber: "AUR-2026-11-0001",
		Amount: &money.Money{CurrencyCode: "USD", Units: 70}, State: billingv1.Dispute_STATE_OPEN, MessageId: "message_x",
		DecisionDueDate: &date.Date{Year: 2026, Month: 12, Day: 7},
		Transitions:     []*billingv1.DisputeTransition{{Event: billingv1.DisputeTransition_EVENT_OPEN, OccurTime: timestamppb.New(morning)}},
	}}

	resp, err := b.GetHandoff(asAgent(b.ctx, ana), &contextv1.GetHandoffRequest{ConversationId: asked.GetConversationId()})
	if err != nil {
		t.Fatal(err)
	}
	h := resp.GetHandoff()
	if h.GetCustomer().GetDisplayName() != "Daniel Reyes" || len(h.GetCustomer().GetHandles()) != 1 ||
		h.GetAssurance() != accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION {
		t.Errorf("who: %v, known by %v", h.GetCustomer(), h.GetAssurance())
	}
	wanted := h.GetWanted()[0].GetRecordId()
	for _, c := range []struct {
		name string
		got  []*contextv1.HandoffLine
		want []line
	}{
		{"wanted", h.GetWanted(), []line{{"Asked to talk to a person. “I want a real person”", wants.GetMessageId(), wanted}}},
		{"said", h.GetSaid(), []line{
			{"Why is my bill so high?", asked.GetMessageId(), ""}, {answered.GetText(), answered.GetId(), ""},
			{"I want a real person", wants.GetMessageId(), ""}, {promised.GetText(), promised.GetId(), ""},
		}},
		{"done", h.GetDone(), []line{
			{"Disputed 70.00 USD of invoice AUR-2026-11-0001 as case CL-00000001; the customer has a provisional credit.", "message_x", dispute},
		}},
		{"open", h.GetOpen(), []line{
			{"Case CL-00000001 waits for a decision: 70.00 USD of invoice AUR-2026-11-0001 are disputed.", "message_x", dispute},
			{"Decide case CL-00000001.", "", h.GetOpen()[1].GetRecordId()},
			{"The assistant asked, and has no answer: “" + answered.GetText() + "”", answered.GetId(), ""},
		}},
		{"promised", h.GetPromised(), []line{{"A decision of case CL-00000001.", "message_x", dispute}}},
	} {
		if got := lines(c.got); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q,\nwant %q", c.name, got, c.want)
		}
	}
	if channels := []string{h.GetSaid()[0].GetChannel(), h.GetSaid()[2].GetChannel()}; !slices.Equal(channels, []string{"sms", "whatsapp"}) {
		t.Errorf("said on %v", channels)
	}
	if due := h.GetPromised()[0].GetDueDate(); due.GetDay() != 7 || due.GetMonth() != 12 {
		t.Errorf("promised by %v", due)
	}
}

func TestAHandoffKeepsWhatIsNewest(t *testing.T) {
	b := startOnSQLite(t)
	hello := b.record(said("SM1", "Hello"))[0]
	for n := range 130 {
		if _, err := b.CreateOpenRequest(b.ctx, &contextv1.CreateOpenRequestRequest{
			RequestId: uuid.NewString(), ConversationId: hello.GetConversationId(), Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON,
			Summary: strconv.Itoa(n),
		}); err != nil {
			t.Fatal(err)
		}
		b.court.disputes = append(b.court.disputes, &billingv1.Dispute{
			Id: typeid.New("dispute"), Number: strconv.Itoa(n), CustomerId: hello.GetCustomerId(),
			State: billingv1.Dispute_STATE_WITHDRAWN,
			Transitions: []*billingv1.DisputeTransition{{
				Event: billingv1.DisputeTransition_EVENT_WITHDRAW, OccurTime: timestamppb.New(morning.Add(time.Duration(n) * time.Minute)),
			}},
		})
	}
	resp, err := b.GetHandoff(b.ctx, &contextv1.GetHandoffRequest{ConversationId: hello.GetConversationId()})
	if err != nil {
		t.Fatal(err)
	}
	wanted, done := lines(resp.GetHandoff().GetWanted()), lines(resp.GetHandoff().GetDone())
	if len(wanted) != 100 || wanted[0].text != "30" || wanted[99].text != "129" {
		t.Errorf("%d are wanted: %v", len(wanted), wanted)
	}
	if len(done) != 100 || !strings.HasPrefix(done[0].text, "Case 30 ") || !strings.HasPrefix(done[99].text, "Case 129 ") {
		t.Errorf("%d were done: %v", len(done), done)
	}
}

func TestAHandoffOfNobodysConversation(t *testing.T) {
	b := startOnSQLite(t)
	_, err := b.GetHandoff(b.ctx, &contextv1.GetHandoffRequest{ConversationId: typeid.New("conversation")})
	wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
}
