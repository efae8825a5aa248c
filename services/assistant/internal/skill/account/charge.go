package account

import (
	"slices"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

// Charge is what may be disputed at once: lines of one invoice that bill one thing. It is also the terms of the offer to
// dispute it.
type Charge struct {
	InvoiceID     string
	InvoiceNumber string
	// Year and Month billed.
	Year  int32
	Month int32
	// LineIDs in the order of the invoice.
	LineIDs     []string
	Description string
	Currency    string
	// Minor units of two decimals, the sum of the lines.
	Minor int64
}

// Amount as money.
func (c Charge) Amount() *money.Money { return fromMinor(c.Minor, c.Currency) }

// Period is the month billed.
func (c Charge) Period() *date.Date { return &date.Date{Year: c.Year, Month: c.Month, Day: 1} }

// Products of lines that undo or repeat a credit. They are explained like others, but there is nothing to dispute in them.
const (
	productCredit   = "dispute-credit"
	productReversal = "dispute-reversal"
)

// ChargeOf are these lines of the invoice; false when one of them is not there, or is nothing that can be disputed.
func ChargeOf(invoice *billingv1.Invoice, lineIDs []string) (Charge, bool) {
	c := Charge{
		InvoiceID: invoice.GetId(), InvoiceNumber: invoice.GetNumber(), Currency: invoice.GetTotal().GetCurrencyCode(),
		Year: invoice.GetPeriodStartDate().GetYear(), Month: invoice.GetPeriodStartDate().GetMonth(),
	}
	for _, line := range Disputable(invoice) {
		if slices.Contains(lineIDs, line.GetId()) {
			c.LineIDs = append(c.LineIDs, line.GetId())
			c.Minor += Minor(line.GetAmount())
			if c.Description == "" {
				c.Description = line.GetDescription()
			}
		}
	}
	return c, len(lineIDs) > 0 && len(c.LineIDs) == len(lineIDs)
}

// Disputable are the charges among an invoice's lines.
func Disputable(invoice *billingv1.Invoice) []*billingv1.InvoiceLine {
	var lines []*billingv1.InvoiceLine
	for _, line := range invoice.GetLines() {
		if Minor(line.GetAmount()) > 0 && line.GetProduct() != productReversal && line.GetProduct() != productCredit {
			lines = append(lines, line)
		}
	}
	return lines
}

// Named is the charge that the words name; false when they name none, or several.
func Named(turn skill.Turn, invoice *billingv1.Invoice, words string) (Charge, bool) {
	var lines []entity.Line
	for _, line := range Disputable(invoice) {
		lines = append(lines, entity.Line{ID: line.GetId(), Description: line.GetDescription(), Amount: Minor(line.GetAmount())})
	}
	found, ok := turn.Said.FindLine(words, lines)
	if !ok {
		return Charge{}, false
	}
	return ChargeOf(invoice, []string{found.ID})
}

// Unusual is the charge that makes most of what the invoice is above the usual; false when none does.
func Unusual(check *billingv1.InvoiceCheck) (Charge, bool) {
	if f := MostUnusual(check); f != nil {
		return ChargeOf(check.GetInvoice(), f.GetLineIds())
	}
	return Charge{}, false
}

// MostUnusual is the charge that is new or higher and makes most of the difference; nil when nothing is higher.
func MostUnusual(check *billingv1.InvoiceCheck) *billingv1.Finding {
	var most *billingv1.Finding
	for _, f := range check.GetFindings() {
		if more := Minor(f.GetDifference()); more > 0 && (most == nil || Minor(most.GetDifference()) < more) {
			most = f
		}
	}
	return most
}

// Misnamed says whether the message names an amount that is not the charge's. Then the customer and we do not mean the
// same thing, however small the difference.
func (c Charge) Misnamed(named []entity.Amount) bool {
	return slices.ContainsFunc(named, func(a entity.Amount) bool {
		return a.Minor != c.Minor || a.Currency != "" && a.Currency != c.Currency
	})
}

// Amounts that a message names.
func Amounts(turn skill.Turn) []entity.Amount {
	var all []entity.Amount
	for _, e := range turn.Said.Entities {
		if e.Kind == entity.KindAmount {
			all = append(all, e.Amount)
		}
	}
	return all
}

// Numbers of a kind that a message names: of invoices, of cases.
func Numbers(turn skill.Turn, kind entity.Kind) []string {
	var all []string
	for _, e := range turn.Said.Entities {
		if e.Kind == kind {
			all = append(all, e.Number)
		}
	}
	return all
}

// Minor units of two decimals.
func Minor(m *money.Money) int64 { return m.GetUnits()*100 + int64(m.GetNanos())/10_000_000 }

func fromMinor(minor int64, currency string) *money.Money {
	return &money.Money{CurrencyCode: currency, Units: minor / 100, Nanos: int32(minor%100) * 10_000_000}
}
