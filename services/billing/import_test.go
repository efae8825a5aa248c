package billing_test

import (
	"fmt"
	"testing"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func TestImportInvoices(t *testing.T) {
	cases := []struct {
		name          string
		change        func(*billingv1.Invoice)
		code          codes.Code
		reason, field string
	}{
		{"the same again", func(*billingv1.Invoice) {}, codes.OK, "", ""},
		{"the same number with another amount", func(i *billingv1.Invoice) {
			i.Lines[0].Amount, i.Total = dollars(61_00), dollars(61_00)
		}, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[1]"},
		{"the same number with another description", func(i *billingv1.Invoice) {
			i.Lines[0].Description = "Something else"
		}, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[1]"},
		{"lines that do not sum to the total", func(i *billingv1.Invoice) {
			i.Total = dollars(60_01)
		}, codes.InvalidArgument, "INVOICE_UNBALANCED", "invoices[1].total"},
		{"a line in another currency", func(i *billingv1.Invoice) {
			i.Lines[0].Amount.CurrencyCode = "EUR"
		}, codes.InvalidArgument, "CURRENCY_MISMATCH", "invoices[1].lines[0].amount"},
		{"an amount finer than a cent", func(i *billingv1.Invoice) {
			i.Lines[0].Amount.Nanos = 1
		}, codes.InvalidArgument, "AMOUNT_INVALID", "invoices[1].lines[0].amount"},
		{"no total", func(i *billingv1.Invoice) {
			i.Total = nil
		}, codes.InvalidArgument, "CURRENCY_INVALID", "invoices[1].total"},
		{"a day that does not exist", func(i *billingv1.Invoice) {
			i.IssueDate.Month, i.IssueDate.Day = 2, 30
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].issue_date"},
		{"a period without a day", func(i *billingv1.Invoice) {
			i.PeriodStartDate.Day = 0
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].period_start_date"},
		{"a due date of a month only", func(i *billingv1.Invoice) {
			i.DueDate = &date.Date{Year: 2026, Month: 3}
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].due_date"},
		{"no number", func(i *billingv1.Invoice) {
			i.Number = " "
		}, codes.InvalidArgument, "TEXT_INVALID", "invoices[1].number"},
		{"a line of no product", func(i *billingv1.Invoice) {
			i.Lines[0].Product = ""
		}, codes.InvalidArgument, "TEXT_INVALID", "invoices[1].lines[0].product"},
		{"a product with a control character", func(i *billingv1.Invoice) {
			i.Lines[0].Product = "plan\x00"
		}, codes.InvalidArgument, "TEXT_INVALID", "invoices[1].lines[0].product"},
		{"two lines of one id", func(i *billingv1.Invoice) {
			i.Lines = append(i.Lines, line("film", "Film", 0))
			i.Lines[0].Id, i.Lines[1].Id = "a", "a"
		}, codes.InvalidArgument, "LINE_ID_DUPLICATE", "invoices[1].lines"},
	}
	w := start(t)
	for at, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			daniel, known, other := newCustomer(), fmt.Sprintf("AUR-%d-1", at), fmt.Sprintf("AUR-%d-2", at)
			before := w.imports(t, daniel, bill(known, 1, 60_00))
			second := bill(known, 1, 60_00)
			c.change(second)
			res, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{
				CustomerId: daniel, Invoices: []*billingv1.Invoice{bill(other, 2, 60_00), second},
			})
			expectFault(t, err, c.code, c.reason, c.field)
			if err == nil {
				if !proto.Equal(res.GetInvoices()[1], before[0]) {
					t.Errorf("got %v, want it as it was: %v", res.GetInvoices()[1], before[0])
				}
				return
			}
			kept, err := w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: daniel})
			if err != nil || len(kept.GetInvoices()) != 1 {
				t.Errorf("after a refused import there are %v, %v, want the one of before", kept, err)
			}
		})
	}
}

func TestANumberOfAnotherCustomer(t *testing.T) {
	w := start(t)
	w.imports(t, newCustomer(), bill("AUR-1", 1, 60_00))
	_, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{
		CustomerId: newCustomer(), Invoices: []*billingv1.Invoice{bill("AUR-1", 1, 60_00)},
	})
	expectFault(t, err, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[0]")
}
