package bill

import (
	"time"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

// view is what the texts may say of a check.
type view struct {
	Month, Total, Usual, Difference, Due string
	Higher                               bool
	Compared                             int32
	// Unusual is the charge that makes most of the difference; nil when none makes the bill higher.
	Unusual *charge
	Lines   []charge
}

type charge struct {
	Description, Amount, Usual, More string
	New                              bool
}

func viewOf(check *billingv1.InvoiceCheck) view {
	invoice := check.GetInvoice()
	v := view{
		Month:      time.Month(invoice.GetPeriodStartDate().GetMonth()).String(),
		Total:      phrase.Money(invoice.GetTotal()),
		Usual:      phrase.Money(check.GetUsualTotal()),
		Difference: phrase.Money(check.GetDifference()),
		Higher:     isHigher(check),
		Due:        dayOf(invoice.GetDueDate()),
		Compared:   check.GetComparedInvoiceCount(),
	}
	if f := mostUnusual(check); f != nil {
		v.Unusual = &charge{
			Description: f.GetDescription(),
			Amount:      phrase.Money(f.GetAmount()),
			Usual:       phrase.Money(f.GetUsualAmount()),
			More:        phrase.Money(f.GetDifference()),
			New:         f.GetKind() == billingv1.Finding_KIND_NEW,
		}
	}
	for _, line := range invoice.GetLines() {
		v.Lines = append(v.Lines, charge{Description: line.GetDescription(), Amount: phrase.Money(line.GetAmount())})
	}
	return v
}

// mostUnusual is the charge that is new or higher and makes most of the difference; nil when nothing is higher.
func mostUnusual(check *billingv1.InvoiceCheck) *billingv1.Finding {
	var most *billingv1.Finding
	for _, f := range check.GetFindings() {
		if isPositive(f.GetDifference()) && (most == nil || less(most.GetDifference(), f.GetDifference())) {
			most = f
		}
	}
	return most
}

func isHigher(check *billingv1.InvoiceCheck) bool {
	return check.GetComparedInvoiceCount() > 0 && isPositive(check.GetDifference())
}

func isPositive(m *money.Money) bool { return m.GetUnits() > 0 || m.GetNanos() > 0 }

func less(a, b *money.Money) bool {
	if a.GetUnits() != b.GetUnits() {
		return a.GetUnits() < b.GetUnits()
	}
	return a.GetNanos() < b.GetNanos()
}

func dayOf(d *date.Date) string {
	return time.Date(int(d.GetYear()), time.Month(d.GetMonth()), int(d.GetDay()), 0, 0, 0, 0, time.UTC).Format("January 2")
}
