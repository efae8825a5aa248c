package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"google.golang.org/grpc/codes"
)

// newest is how many invoices are searched for a number: many years of monthly ones.
const newest = 200

// InvoiceMethods are what the functions about invoices call.
func InvoiceMethods() []string {
	return []string{
		billingv1.InvoiceService_ListInvoices_FullMethodName,
		billingv1.InvoiceService_GetInvoice_FullMethodName,
		billingv1.InvoiceService_CheckInvoice_FullMethodName,
	}
}

// NotYoursError says that a message names what is not among the customer's records. It may be somebody else's, or nobody's:
// which of both is not told.
type NotYoursError struct{ Number string }

func (e *NotYoursError) Error() string { return "nothing of this number among the customer's records" }

// Check holds the invoice that the message names against those before it, or the customer's newest when it names none; nil
// when the customer has no invoice. A number that is not on the customer's records is a NotYoursError.
func Check(ctx context.Context, turn skill.Turn) (*billingv1.InvoiceCheck, error) {
	request := &billingv1.CheckInvoiceRequest{CustomerId: turn.CustomerID}
	for _, number := range Numbers(turn, entity.KindInvoiceNumber) {
		id, err := invoiceByNumber(ctx, turn, number)
		if err != nil {
			return nil, err
		}
		request.InvoiceId = id
	}
	response, err := billingv1.NewInvoiceServiceClient(turn.Peers).CheckInvoice(ctx, request)
	if fault.Code(err) == codes.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check an invoice: %w", err)
	}
	return response.GetCheck(), nil
}

func invoiceByNumber(ctx context.Context, turn skill.Turn, number string) (string, error) {
	response, err := billingv1.NewInvoiceServiceClient(turn.Peers).ListInvoices(ctx,
		&billingv1.ListInvoicesRequest{CustomerId: turn.CustomerID, PageSize: newest})
	if err != nil {
		return "", fmt.Errorf("list the customer's invoices: %w", err)
	}
	for _, invoice := range response.GetInvoices() {
		if strings.EqualFold(invoice.GetNumber(), number) {
			return invoice.GetId(), nil
		}
	}
	return "", &NotYoursError{Number: number}
}

// Again reads the charge anew; false when it is not as it was.
func Again(ctx context.Context, turn skill.Turn, was Charge) (bool, error) {
	response, err := billingv1.NewInvoiceServiceClient(turn.Peers).GetInvoice(ctx,
		&billingv1.GetInvoiceRequest{InvoiceId: was.InvoiceID})
	if fault.Code(err) == codes.NotFound {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read invoice %s: %w", was.InvoiceID, err)
	}
	is, ok := ChargeOf(response.GetInvoice(), was.LineIDs)
	return ok && is.Minor == was.Minor && is.Currency == was.Currency &&
		response.GetInvoice().GetCustomerId() == turn.CustomerID, nil
}

// NamedOn is the charge on the invoice that the words name; false when they name none, or several.
func NamedOn(ctx context.Context, turn skill.Turn, invoiceID, words string) (Charge, bool, error) {
	response, err := billingv1.NewInvoiceServiceClient(turn.Peers).GetInvoice(ctx,
		&billingv1.GetInvoiceRequest{InvoiceId: invoiceID})
	if fault.Code(err) == codes.NotFound {
		return Charge{}, false, nil
	}
	if err != nil {
		return Charge{}, false, fmt.Errorf("read invoice %s: %w", invoiceID, err)
	}
	charge, ok := Named(turn, response.GetInvoice(), words)
	return charge, ok, nil
}
