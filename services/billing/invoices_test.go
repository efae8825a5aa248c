package billing_test

import (
	"context"
	"fmt"
	"time"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/date"
)

func (w *world) get(id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.GetInvoice(ctx, &billingv1.GetInvoiceRequest{InvoiceId: id})
		return err
	}
}

func (w *world) list(customerID string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.ListInvoices(ctx, &billingv1.ListInvoicesRequest{CustomerId: customerID})
		return err
	}
}

func (w *world) check(customerID, id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.CheckInvoice(ctx, &billingv1.CheckInvoiceRequest{CustomerId: customerID, InvoiceId: id})
		return err
	}
}

// history is a bill of $189.90 for each of the months, the oldest first.
func history(months int) []*billingv1.Invoice {
	var bills []*billingv1.Invoice
	for month := range months {
		bills = append(bills, bill(fmt.Sprintf("AUR-%d", month+1), month+1, 189_90))
	}
	return bills
}

// bill of the month, counted from January 2026.
func bill(number string, month int, cents int64) *billingv1.Invoice {
	issued := time.Date(2026, time.Month(month), 5, 0, 0, 0, 0, time.UTC)
	return &billingv1.Invoice{
		Number:          number,
		PeriodStartDate: &date.Date{Year: int32(issued.Year()), Month: int32(issued.Month()), Day: 1},
		IssueDate:       &date.Date{Year: int32(issued.Year()), Month: int32(issued.Month()), Day: 5},
		Lines:           []*billingv1.InvoiceLine{line("plan-tv-max", "TV Max and Internet 500", cents)},
		Total:           dollars(cents),
	}
}
