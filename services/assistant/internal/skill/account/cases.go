package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"google.golang.org/grpc/codes"
)

// CaseMethods are what the functions about cases, and the Teller, call.
func CaseMethods() []string {
	return []string{
		billingv1.DisputeService_GetDispute_FullMethodName,
		billingv1.DisputeService_ListDisputes_FullMethodName,
		billingv1.InvoiceService_GetInvoice_FullMethodName,
	}
}

// Case by its number. One that is not the customer's is a NotYoursError.
func Case(ctx context.Context, turn skill.Turn, number string) (*billingv1.Dispute, error) {
	response, err := billingv1.NewDisputeServiceClient(turn.Peers).GetDispute(ctx,
		&billingv1.GetDisputeRequest{Dispute: &billingv1.GetDisputeRequest_Number{Number: number}})
	if code := fault.Code(err); code == codes.NotFound || code == codes.InvalidArgument {
		return nil, &NotYoursError{Number: number}
	}
	if err != nil {
		return nil, fmt.Errorf("read a case: %w", err)
	}
	if response.GetDispute().GetCustomerId() != turn.CustomerID {
		return nil, &NotYoursError{Number: number}
	}
	return response.GetDispute(), nil
}

// Cases of the customer, the newest first.
func Cases(ctx context.Context, turn skill.Turn) ([]*billingv1.Dispute, error) {
	response, err := billingv1.NewDisputeServiceClient(turn.Peers).ListDisputes(ctx,
		&billingv1.ListDisputesRequest{CustomerId: turn.CustomerID, PageSize: newest})
	if fault.Code(err) == codes.NotFound {
		return nil, nil // nobody has asked billing about this customer before
	}
	if err != nil {
		return nil, fmt.Errorf("list the customer's cases: %w", err)
	}
	cases := response.GetDisputes()
	slices.SortStableFunc(cases, func(a, b *billingv1.Dispute) int {
		return b.GetCreateTime().AsTime().Compare(a.GetCreateTime().AsTime())
	})
	return cases, nil
}

// Undecided are the cases that wait for a decision.
func Undecided(cases []*billingv1.Dispute) []*billingv1.Dispute {
	return slices.DeleteFunc(slices.Clone(cases), func(d *billingv1.Dispute) bool { return !IsUndecided(d) })
}

// IsUndecided says whether the case waits for a decision.
func IsUndecided(d *billingv1.Dispute) bool {
	return d.GetState() == billingv1.Dispute_STATE_OPEN || d.GetState() == billingv1.Dispute_STATE_OVERDUE
}

// About is the case that has a line of the charge already; nil when none has. What was withdrawn has let go of its lines.
func About(cases []*billingv1.Dispute, c Charge) *billingv1.Dispute {
	for _, d := range cases {
		overlaps := slices.ContainsFunc(d.GetLineIds(), func(id string) bool { return slices.Contains(c.LineIDs, id) })
		if d.GetState() != billingv1.Dispute_STATE_WITHDRAWN && d.GetInvoiceId() == c.InvoiceID && overlaps {
			return d
		}
	}
	return nil
}
