package bill_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/skill/bill"
	"github.com/parleyhq/parley/services/assistant/languages"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const customer = "customer_01h455vb4pex5vsknk084sn02q"

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		intent    string
		check     *billingv1.InvoiceCheck
		says      []string
		saysNot   []string
		offers    bool
		openKind  contextv1.OpenRequest_Kind
		disputed  *billingv1.Dispute
		noInvoice bool
	}{
		"why is it high: the amount, the usual amount, the line, and an offer": {
			intent: "bill.why", check: danielsCheck(),
			says:   []string{"$259.90", "$189.90", "$70.00", "Pay-per-view bundle", "11 months before", "dispute"},
			offers: true,
		},
		"how much is usual: the same figures": {
			intent: "bill.usual", check: danielsCheck(),
			says: []string{"Your usual amount is $189.90", "11 bills", "$259.90", "$70.00 more"}, offers: true,
		},
		"what is to be paid: the amount and the day": {
			intent: "bill.amount", check: danielsCheck(), says: []string{"$259.90", "due on November 25"}, offers: true,
		},
		"what is on it: every line": {
			intent: "bill.lines", check: danielsCheck(),
			says: []string{"- TV Max: $189.90\n", "- Pay-per-view bundle: $70.00\n"}, offers: true,
		},
		"what is on a long bill: as much as a message holds, and how much more": {
			intent: "bill.lines", check: longCheck(), says: []string{"- Film 15: $2.00\n- and 85 more"}, saysNot: []string{"Film 16"},
		},
		"why is it high, when it is not": {
			intent: "bill.why", check: usualCheck(),
			says: []string{"not higher than usual", "$50.00"}, saysNot: []string{"dispute"},
		},
		"the first bill has nothing to be compared with": {
			intent: "bill.why", check: firstCheck(),
			says: []string{"first bill", "$50.00"}, saysNot: []string{"usual", "dispute"},
		},
		"a price that rose is told with what it was": {
			intent: "bill.why", check: raisedCheck(),
			says: []string{`"TV Max": $60.00 instead of the usual $50.00`}, offers: true,
		},
		"no bill on record: a person takes it up": {
			intent: "bill.why", noInvoice: true,
			says: []string{"could not find a bill", "colleague"}, openKind: contextv1.OpenRequest_KIND_NEEDS_PERSON,
		},
		"a charge that is disputed already is not offered again": {
			intent: "bill.why", check: danielsCheck(), disputed: &billingv1.Dispute{
				Number: "CL-10000001", InvoiceId: "invoice_01h455vb4pex5vsknk084sn02q", LineIds: []string{"2"},
				State: billingv1.Dispute_STATE_OPEN, DecisionDueDate: &date.Date{Year: 2026, Month: 12, Day: 3},
			},
			says: []string{"under case CL-10000001", "Thursday, December 3"}, saysNot: []string{"Would you like"},
		},
		"the reversal of a credit is explained, and not offered for dispute": {
			intent: "bill.why", check: reversalCheck(),
			says: []string{"Reversal of the credit of case CL-10000001"}, saysNot: []string{"Would you like"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSkill(t)
			peers := fakeBilling{check: c.check, disputed: c.disputed}
			if c.noInvoice {
				peers.err = fault.New(codes.NotFound, "INVOICE_NOT_FOUND", "no invoice")
			}
			reply, err := s.Answer(t.Context(), skill.Turn{
				Peers: skill.Restrict(peers, s), CustomerID: customer, Intent: c.intent,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.says {
				if !strings.Contains(reply.Text, want) {
					t.Errorf("does not say %q:\n%s", want, reply.Text)
				}
			}
			for _, not := range c.saysNot {
				if strings.Contains(reply.Text, not) {
					t.Errorf("says %q:\n%s", not, reply.Text)
				}
			}
			if (reply.Offer != nil) != c.offers {
				t.Errorf("offer = %+v, want one: %v", reply.Offer, c.offers)
			}
			if got := requestKind(reply); got != c.openKind {
				t.Errorf("open request = %v, want %v", got, c.openKind)
			}
		})
	}
}

func TestTheOfferNamesTheCharge(t *testing.T) {
	s := newSkill(t)
	reply, err := s.Answer(t.Context(), skill.Turn{
		Peers: skill.Restrict(fakeBilling{check: danielsCheck()}, s), CustomerID: customer, Intent: "bill.why",
	})
	if err != nil {
		t.Fatal(err)
	}
	var charge account.Charge
	if err := reply.Offer.Read(&charge); err != nil {
		t.Fatal(err)
	}
	want := account.Charge{
		InvoiceID: "invoice_01h455vb4pex5vsknk084sn02q", InvoiceNumber: "AUR-11", Year: 2026, Month: 11,
		LineIDs: []string{"2"}, Description: "Pay-per-view bundle", Currency: "USD", Minor: 7000,
	}
	if !reflect.DeepEqual(charge, want) || reply.Offer.Skill != "dispute" {
		t.Errorf("offer to %s = %+v, want %+v", reply.Offer.Skill, charge, want)
	}
}

func TestAFailureIsNotAnAnswer(t *testing.T) {
	s := newSkill(t)
	broken := fakeBilling{err: fault.New(codes.Unavailable, "DOWN", "billing is away")}
	_, err := s.Answer(t.Context(), skill.Turn{Peers: skill.Restrict(broken, s), CustomerID: customer, Intent: "bill.why"})
	if !fault.Passing(err) {
		t.Errorf("Answer = %v, want the passing failure of billing", err)
	}
}

func TestASkillReachesOnlyWhatItDeclares(t *testing.T) {
	s := newSkill(t)
	disputes := billingv1.NewDisputeServiceClient(skill.Restrict(fakeBilling{check: danielsCheck()}, s))
	_, err := disputes.OpenDispute(t.Context(), &billingv1.OpenDisputeRequest{CustomerId: customer})
	if fault.Reason(err) != "METHOD_NOT_DECLARED" {
		t.Errorf("OpenDispute = %v, want METHOD_NOT_DECLARED", err)
	}
}

func newSkill(t *testing.T) skill.Skill {
	t.Helper()
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	english, region, err := set.Of("en-US")
	if err != nil {
		t.Fatal(err)
	}
	s, err := bill.New(phrase.NewLocale(english, region))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func requestKind(r skill.Reply) contextv1.OpenRequest_Kind {
	if r.Request == nil {
		return contextv1.OpenRequest_KIND_UNSPECIFIED
	}
	return r.Request.Kind
}

// fakeBilling answers CheckInvoice and ListDisputes for the one customer, and nothing else.
type fakeBilling struct {
	check    *billingv1.InvoiceCheck
	disputed *billingv1.Dispute
	err      error
}

func (f fakeBilling) Invoke(_ context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	if f.err != nil {
		return f.err
	}
	switch req := args.(type) {
	case *billingv1.CheckInvoiceRequest:
		if req.GetCustomerId() == customer {
			proto.Merge(reply.(proto.Message), &billingv1.CheckInvoiceResponse{Check: f.check})
			return nil
		}
	case *billingv1.ListDisputesRequest:
		if f.disputed != nil {
			proto.Merge(reply.(proto.Message), &billingv1.ListDisputesResponse{Disputes: []*billingv1.Dispute{f.disputed}})
		}
		return nil
	}
	return errors.New("unexpected call of " + method)
}

func (fakeBilling) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no streams here")
}

func usd(units int64, cents int32) *money.Money {
	return &money.Money{CurrencyCode: "USD", Units: units, Nanos: cents * 10_000_000}
}

func invoice(total *money.Money, lines ...*billingv1.InvoiceLine) *billingv1.Invoice {
	return &billingv1.Invoice{
		Id: "invoice_01h455vb4pex5vsknk084sn02q", Number: "AUR-11", CustomerId: customer, Total: total, Lines: lines,
		PeriodStartDate: &date.Date{Year: 2026, Month: 11, Day: 1},
		DueDate:         &date.Date{Year: 2026, Month: 11, Day: 25},
	}
}

func longCheck() *billingv1.InvoiceCheck {
	var lines []*billingv1.InvoiceLine
	for i := range 100 {
		lines = append(lines, &billingv1.InvoiceLine{Id: fmt.Sprint(i + 1), Description: fmt.Sprint("Film ", i+1), Amount: usd(2, 0)})
	}
	return &billingv1.InvoiceCheck{Invoice: invoice(usd(200, 0), lines...)}
}

func danielsCheck() *billingv1.InvoiceCheck {
	return &billingv1.InvoiceCheck{
		Invoice: invoice(usd(259, 90),
			&billingv1.InvoiceLine{Id: "1", Product: "tv-max", Description: "TV Max", Amount: usd(189, 90)},
			&billingv1.InvoiceLine{Id: "2", Product: "ppv-bundle", Description: "Pay-per-view bundle", Amount: usd(70, 0)}),
		ComparedInvoiceCount: 11, UsualTotal: usd(189, 90), Difference: usd(70, 0),
		Findings: []*billingv1.Finding{{
			Kind: billingv1.Finding_KIND_NEW, Product: "ppv-bundle", Description: "Pay-per-view bundle",
			Amount: usd(70, 0), UsualAmount: usd(0, 0), Difference: usd(70, 0), LineIds: []string{"2"},
		}},
	}
}

func usualCheck() *billingv1.InvoiceCheck {
	return &billingv1.InvoiceCheck{
		Invoice: invoice(usd(50, 0)), ComparedInvoiceCount: 3, UsualTotal: usd(50, 0), Difference: usd(0, 0),
	}
}

func firstCheck() *billingv1.InvoiceCheck {
	return &billingv1.InvoiceCheck{Invoice: invoice(usd(50, 0))}
}

func raisedCheck() *billingv1.InvoiceCheck {
	return &billingv1.InvoiceCheck{
		Invoice: invoice(usd(60, 0),
			&billingv1.InvoiceLine{Id: "1", Product: "tv-max", Description: "TV Max", Amount: usd(60, 0)}),
		ComparedInvoiceCount: 3, UsualTotal: usd(50, 0), Difference: usd(10, 0),
		Findings: []*billingv1.Finding{{
			Kind: billingv1.Finding_KIND_HIGHER, Product: "tv-max", Description: "TV Max",
			Amount: usd(60, 0), UsualAmount: usd(50, 0), Difference: usd(10, 0), LineIds: []string{"1"},
		}},
	}
}

func reversalCheck() *billingv1.InvoiceCheck {
	const reversal = "Reversal of the credit of case CL-10000001"
	return &billingv1.InvoiceCheck{
		Invoice: invoice(usd(259, 90),
			&billingv1.InvoiceLine{Id: "1", Product: "tv-max", Description: "TV Max", Amount: usd(189, 90)},
			&billingv1.InvoiceLine{Id: "2", Product: "dispute-reversal", Description: reversal, Amount: usd(70, 0)}),
		ComparedInvoiceCount: 3, UsualTotal: usd(189, 90), Difference: usd(70, 0),
		Findings: []*billingv1.Finding{{
			Kind: billingv1.Finding_KIND_NEW, Product: "dispute-reversal", Description: reversal,
			Amount: usd(70, 0), UsualAmount: usd(0, 0), Difference: usd(70, 0), LineIds: []string{"2"},
		}},
	}
}
