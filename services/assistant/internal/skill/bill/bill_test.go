package bill_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/bill"
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
		standing  *skill.Offer
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
		"yes to the offer: told honestly, kept as an open request": {
			intent: "agree", standing: &skill.Offer{Kind: bill.OfferDispute, Summary: "Dispute $70.00."},
			says:     []string{"cannot open the dispute myself yet", "colleague"},
			openKind: contextv1.OpenRequest_KIND_DISPUTE_CHARGE,
		},
		"yes to nothing: asked what for": {
			intent: "agree", says: []string{"not sure what you are saying yes to"},
		},
		"no to the offer: it is off the table": {
			intent: "refuse", standing: &skill.Offer{Kind: bill.OfferDispute}, says: []string{"leave it as it is"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := bill.New()
			if err != nil {
				t.Fatal(err)
			}
			peers := fakeInvoices{check: c.check}
			if c.noInvoice {
				peers.err = fault.New(codes.NotFound, "INVOICE_NOT_FOUND", "no invoice")
			}
			reply, err := s.Answer(t.Context(), skill.Turn{
				Peers: skill.Restrict(peers, s), CustomerID: customer, Intent: c.intent, Offer: c.standing,
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
	s, err := bill.New()
	if err != nil {
		t.Fatal(err)
	}
	reply, err := s.Answer(t.Context(), skill.Turn{
		Peers: skill.Restrict(fakeInvoices{check: danielsCheck()}, s), CustomerID: customer, Intent: "bill.why",
	})
	if err != nil {
		t.Fatal(err)
	}
	if o := reply.Offer; o.Product != "ppv-bundle" || o.LineIDs[0] != "2" ||
		o.Summary != "Dispute $70.00 (Pay-per-view bundle) on invoice AUR-11." {
		t.Errorf("offer = %+v", o)
	}
}

func TestAFailureIsNotAnAnswer(t *testing.T) {
	s, err := bill.New()
	if err != nil {
		t.Fatal(err)
	}
	broken := fakeInvoices{err: fault.New(codes.Unavailable, "DOWN", "billing is away")}
	_, err = s.Answer(t.Context(), skill.Turn{Peers: skill.Restrict(broken, s), CustomerID: customer, Intent: "bill.why"})
	if !fault.Passing(err) {
		t.Errorf("Answer = %v, want the passing failure of billing", err)
	}
}

func TestASkillReachesOnlyWhatItDeclares(t *testing.T) {
	s, err := bill.New()
	if err != nil {
		t.Fatal(err)
	}
	invoices := billingv1.NewInvoiceServiceClient(skill.Restrict(fakeInvoices{check: danielsCheck()}, s))
	_, err = invoices.ListInvoices(t.Context(), &billingv1.ListInvoicesRequest{CustomerId: customer})
	if fault.Reason(err) != "METHOD_NOT_DECLARED" {
		t.Errorf("ListInvoices = %v, want METHOD_NOT_DECLARED", err)
	}
}

func requestKind(r skill.Reply) contextv1.OpenRequest_Kind {
	if r.Request == nil {
		return contextv1.OpenRequest_KIND_UNSPECIFIED
	}
	return r.Request.Kind
}

// fakeInvoices answers CheckInvoice for the one customer, and nothing else.
type fakeInvoices struct {
	check *billingv1.InvoiceCheck
	err   error
}

func (f fakeInvoices) Invoke(_ context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	req, ok := args.(*billingv1.CheckInvoiceRequest)
	if method != billingv1.InvoiceService_CheckInvoice_FullMethodName || !ok || req.GetCustomerId() != customer {
		return errors.New("unexpected call of " + method)
	}
	if f.err != nil {
		return f.err
	}
	proto.Merge(reply.(proto.Message), &billingv1.CheckInvoiceResponse{Check: f.check})
	return nil
}

func (fakeInvoices) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
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
		Invoice: invoice(usd(60, 0)), ComparedInvoiceCount: 3, UsualTotal: usd(50, 0), Difference: usd(10, 0),
		Findings: []*billingv1.Finding{{
			Kind: billingv1.Finding_KIND_HIGHER, Product: "tv-max", Description: "TV Max",
			Amount: usd(60, 0), UsualAmount: usd(50, 0), Difference: usd(10, 0), LineIds: []string{"1"},
		}},
	}
}
