package rpc

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Limits of what stands on an invoice, in characters.
const (
	maxNumber      = 64
	maxLineID      = 36
	maxProduct     = 100
	maxDescription = 500
)

func toInvoices(in []*billingv1.Invoice) ([]invoice.Invoice, error) {
	invoices := make([]invoice.Invoice, len(in))
	for at, i := range in {
		var err error
		if invoices[at], err = toInvoice(fmt.Sprintf("invoices[%d]", at), i); err != nil {
			return nil, err
		}
	}
	return invoices, nil
}

// toInvoice reads an invoice that is to be imported. What Parley gives (id, customer, create time) is not looked at.
func toInvoice(field string, in *billingv1.Invoice) (invoice.Invoice, error) {
	i := invoice.Invoice{Number: strings.TrimSpace(in.GetNumber()), Currency: in.GetTotal().GetCurrencyCode()}
	var err error
	if err := text(field+".number", i.Number, 1, maxNumber); err != nil {
		return i, err
	}
	if i.PeriodStart, err = toDate(field+".period_start_date", in.GetPeriodStartDate()); err != nil {
		return i, err
	}
	if i.Issued, err = toDate(field+".issue_date", in.GetIssueDate()); err != nil {
		return i, err
	}
	if in.GetDueDate() != nil {
		if i.Due, err = toDate(field+".due_date", in.GetDueDate()); err != nil {
			return i, err
		}
	}
	if i.Total, err = toAmount(field+".total", in.GetTotal(), i.Currency); err != nil {
		return i, err
	}
	for at, line := range in.GetLines() {
		l, err := toLine(fmt.Sprintf("%s.lines[%d]", field, at), line, i.Currency)
		if err != nil {
			return i, err
		}
		i.Lines = append(i.Lines, l)
	}
	return i, nil
}

func toLine(field string, in *billingv1.InvoiceLine, currency string) (invoice.Line, error) {
	line := invoice.Line{ID: in.GetId(), Product: strings.TrimSpace(in.GetProduct()), Description: in.GetDescription()}
	for _, check := range []error{
		text(field+".id", line.ID, 0, maxLineID),
		text(field+".product", line.Product, 1, maxProduct),
		text(field+".description", line.Description, 0, maxDescription),
	} {
		if check != nil {
			return line, check
		}
	}
	var err error
	line.Amount, err = toAmount(field+".amount", in.GetAmount(), currency)
	return line, err
}

func text(field, value string, least, most int) error {
	if length := utf8.RuneCountInString(value); length < least || length > most {
		return fault.Invalid(field, "TEXT_INVALID", "%d to %d characters are wanted, not %d", least, most, length)
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		return fault.Invalid(field, "TEXT_INVALID", "it holds control characters")
	}
	return nil
}

// toAmount reads an amount of the invoice's currency as minor units.
func toAmount(field string, m *money.Money, currency string) (int64, error) {
	if m.GetCurrencyCode() != currency {
		return 0, fault.Invalid(field, "CURRENCY_MISMATCH", "not in the currency of the invoice's total")
	}
	amount, err := toMinor(m)
	if errors.Is(err, errCurrency) {
		return 0, fault.Invalid(field, "CURRENCY_INVALID", "not a currency of ISO 4217 that is paid with").Because(err)
	}
	if err != nil {
		return 0, fault.Invalid(field, "AMOUNT_INVALID", "not an amount of whole minor units of its currency").Because(err)
	}
	return amount, nil
}

func toDate(field string, d *date.Date) (calendar.Date, error) {
	day := calendar.Date{Year: int(d.GetYear()), Month: time.Month(d.GetMonth()), Day: int(d.GetDay())}
	if !day.Valid() {
		return calendar.Date{}, fault.Invalid(field, "DATE_INVALID", "a day with year, month and day is wanted")
	}
	return day, nil
}

func fromDate(d calendar.Date) *date.Date {
	if d == (calendar.Date{}) {
		return nil
	}
	return &date.Date{Year: int32(d.Year), Month: int32(d.Month), Day: int32(d.Day)}
}

func fromInvoices(invoices []invoice.Invoice) []*billingv1.Invoice {
	out := make([]*billingv1.Invoice, len(invoices))
	for at, i := range invoices {
		out[at] = fromInvoice(i)
	}
	return out
}

func fromInvoice(i invoice.Invoice) *billingv1.Invoice {
	out := &billingv1.Invoice{
		Id:              i.ID,
		CustomerId:      i.CustomerID,
		Number:          i.Number,
		PeriodStartDate: fromDate(i.PeriodStart),
		IssueDate:       fromDate(i.Issued),
		DueDate:         fromDate(i.Due),
		Total:           fromMinor(i.Total, i.Currency),
		CreateTime:      timestamppb.New(i.CreateTime),
	}
	for _, line := range i.Lines {
		out.Lines = append(out.Lines, fromLine(line, i.Currency))
	}
	return out
}

func fromLine(line invoice.Line, currency string) *billingv1.InvoiceLine {
	return &billingv1.InvoiceLine{
		Id:          line.ID,
		Product:     line.Product,
		Description: line.Description,
		Amount:      fromMinor(line.Amount, currency),
	}
}

func fromPending(waiting []invoice.Adjustment) *billingv1.PreviewNextInvoiceResponse {
	res := &billingv1.PreviewNextInvoiceResponse{}
	sums := map[string]int64{}
	for _, a := range waiting {
		sums[a.Currency] += a.Amount
		res.Adjustments = append(res.Adjustments, &billingv1.InvoiceAdjustment{
			Reference:     a.Reference(),
			Kind:          billingv1.InvoiceAdjustment_Kind(a.Kind),
			CustomerId:    a.CustomerID,
			DisputeId:     a.DisputeID,
			DisputeNumber: a.DisputeNumber,
			Line:          fromLine(a.Line(), a.Currency),
			CreateTime:    timestamppb.New(a.CreateTime),
		})
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		res.Totals = append(res.Totals, fromMinor(sums[currency], currency))
	}
	return res
}

// fromCheck leaves out the usual amounts of a customer who has no history.
func fromCheck(c invoice.Check) *billingv1.InvoiceCheck {
	out := &billingv1.InvoiceCheck{Invoice: fromInvoice(c.Invoice), ComparedInvoiceCount: int32(c.Compared)}
	if c.Compared == 0 {
		return out
	}
	currency := c.Invoice.Currency
	out.UsualTotal = fromMinor(c.UsualTotal, currency)
	out.Difference = fromMinor(c.Difference, currency)
	for _, f := range c.Findings {
		out.Findings = append(out.Findings, &billingv1.Finding{
			Kind:        fromKind(f.Kind),
			Product:     f.Product,
			Description: f.Description,
			Amount:      fromMinor(f.Amount, currency),
			UsualAmount: fromMinor(f.Usual, currency),
			Difference:  fromMinor(f.Difference, currency),
			LineIds:     f.LineIDs,
		})
	}
	return out
}

func fromKind(k invoice.FindingKind) billingv1.Finding_Kind {
	switch k {
	case invoice.New:
		return billingv1.Finding_KIND_NEW
	case invoice.Higher:
		return billingv1.Finding_KIND_HIGHER
	case invoice.Lower:
		return billingv1.Finding_KIND_LOWER
	case invoice.Gone:
		return billingv1.Finding_KIND_GONE
	default:
		return billingv1.Finding_KIND_UNSPECIFIED
	}
}
