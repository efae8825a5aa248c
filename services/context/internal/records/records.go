// Package records asks billing what was done for a customer and promised to him, and says it in lines of a hand-off.
package records

import (
	"context"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/context/internal/handoff"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// mostDone lines are told of what was done, the newest; what is open and promised is told whole.
const mostDone = 100

// Cases is a handoff.Cases.
type Cases struct {
	disputes billingv1.DisputeServiceClient
}

// NewCases asks the billing service among the peers.
func NewCases(peers grpc.ClientConnInterface) *Cases {
	return &Cases{disputes: billingv1.NewDisputeServiceClient(peers)}
}

// Records implements handoff.Cases.
func (c *Cases) Records(ctx context.Context, tenant, customerID string) (handoff.Records, error) {
	var r handoff.Records
	ctx = caller.With(ctx, caller.Service(tenant, "context"))
	for token := ""; ; {
		response, err := c.disputes.ListDisputes(ctx, &billingv1.ListDisputesRequest{CustomerId: customerID, PageToken: token})
		if fault.Code(err) == codes.NotFound {
			return r, nil // billing has never heard of the customer
		}
		if err != nil {
			return r, fmt.Errorf("list the disputes of %s: %w", customerID, err)
		}
		for _, d := range response.GetDisputes() {
			add(&r, d)
		}
		if token = response.GetNextPageToken(); token == "" {
			break
		}
	}
	slices.SortStableFunc(r.Done, func(a, b handoff.Line) int { return a.Time.Compare(b.Time) })
	r.Done = r.Done[max(0, len(r.Done)-mostDone):]
	return r, nil
}

// add what there is to say about a dispute.
func add(r *handoff.Records, d *billingv1.Dispute) {
	line := func(format string, args ...any) handoff.Line {
		return handoff.Line{
			Text: fmt.Sprintf(format, args...), MessageID: d.GetMessageId(), RecordID: d.GetId(), Time: d.GetCreateTime().AsTime(),
		}
	}
	for _, step := range d.GetTransitions() {
		if text := tell(d, step); text != "" {
			done := line("%s", text)
			done.Time = step.GetOccurTime().AsTime()
			if step.GetEvent() != billingv1.DisputeTransition_EVENT_OPEN {
				done.MessageID = "" // that message asked for the dispute, and for nothing that came later
			}
			r.Done = append(r.Done, done)
		}
	}
	if d.GetState() != billingv1.Dispute_STATE_OPEN && d.GetState() != billingv1.Dispute_STATE_OVERDUE {
		return
	}
	r.Open = append(r.Open, line("Case %s waits for a decision: %s of invoice %s are disputed.",
		d.GetNumber(), amount(d.GetAmount()), d.GetInvoiceNumber()))
	due := d.GetDecisionDueDate()
	promise := line("A decision of case %s.", d.GetNumber())
	promise.Due = handoff.Date{Year: int(due.GetYear()), Month: int(due.GetMonth()), Day: int(due.GetDay())}
	r.Promised = append(r.Promised, promise)
}

// tell of a step in a sentence; of those that nobody has to know, in none.
func tell(d *billingv1.Dispute, step *billingv1.DisputeTransition) string {
	switch step.GetEvent() {
	case billingv1.DisputeTransition_EVENT_OPEN:
		return fmt.Sprintf("Disputed %s of invoice %s as case %s; the customer has a provisional credit.",
			amount(d.GetAmount()), d.GetInvoiceNumber(), d.GetNumber())
	case billingv1.DisputeTransition_EVENT_UPHOLD:
		return fmt.Sprintf("Case %s was decided for the customer, who keeps the credit of %s.", d.GetNumber(), amount(d.GetAmount()))
	case billingv1.DisputeTransition_EVENT_REJECT:
		return fmt.Sprintf("Case %s was decided against the customer: %s", d.GetNumber(), d.GetDecision().GetReason())
	case billingv1.DisputeTransition_EVENT_WITHDRAW:
		return fmt.Sprintf("Case %s was withdrawn, and the credit taken back.", d.GetNumber())
	default:
		return ""
	}
}

// amount with its currency behind it: `70.00 USD`.
func amount(m *money.Money) string {
	return fmt.Sprintf("%d.%02d %s", m.GetUnits(), m.GetNanos()/10_000_000, m.GetCurrencyCode())
}
