package billing_test

import (
	"maps"
	"slices"
	"time"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
)

// model is what a tenant's disputes, money and next bills should be, by the proto's promises alone: it shares no code with
// the service. Money is in cents.
type model struct {
	invoices map[string]*modelInvoice
	disputes map[string]*modelDispute
	// next are the adjustments that a customer's next invoice will carry, the oldest first.
	next map[string][]int64
	// receivable and granted are balances; what is provisional is the rest to zero.
	receivable, granted int64
}

type modelInvoice struct {
	customer string
	issued   time.Time        // midnight UTC of the date
	cents    map[string]int64 // by line
}

type modelDispute struct {
	customer, invoice string
	lines             []string
	cents             int64
	state             billingv1.Dispute_State
	late              time.Time // from then on it is overdue
}

func newModel() *model {
	return &model{invoices: map[string]*modelInvoice{}, disputes: map[string]*modelDispute{}, next: map[string][]int64{}}
}

// tick does what the clock does.
func (m *model) tick(now time.Time) {
	for _, d := range m.disputes {
		if d.state == billingv1.Dispute_STATE_OPEN && !now.Before(d.late) {
			d.state = billingv1.Dispute_STATE_OVERDUE
		}
	}
}

func (d *modelDispute) undecided() bool {
	return d.state == billingv1.Dispute_STATE_OPEN || d.state == billingv1.Dispute_STATE_OVERDUE
}

// whyNotOpen is every reason for which lines cannot be disputed; none means that they can.
func (m *model) whyNotOpen(customer, invoice string, lines []string, now time.Time) []string {
	i := m.invoices[invoice]
	if i == nil || i.customer != customer {
		return []string{"INVOICE_NOT_FOUND"}
	}
	reasons := map[string]bool{}
	if today := dateOf(now); today.Sub(i.issued) > 120*24*time.Hour {
		reasons["INVOICE_TOO_OLD"] = true
	}
	for _, line := range lines {
		cents, there := i.cents[line]
		if !there {
			reasons["LINE_NOT_FOUND"] = true
		} else if cents <= 0 {
			reasons["LINE_NOT_DISPUTABLE"] = true
		}
		for _, d := range m.disputes {
			if d.invoice == invoice && d.state != billingv1.Dispute_STATE_WITHDRAWN && slices.Contains(d.lines, line) {
				reasons["LINE_ALREADY_DISPUTED"] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(reasons))
}

// newYork has the tenant's days.
var newYork = func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return zone
}()

// dateOf is the tenant's day as midnight UTC, so that days can be subtracted.
func dateOf(t time.Time) time.Time {
	year, month, day := t.In(newYork).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// open gives the credit.
func (m *model) open(id, customer, invoice string, lines []string, late time.Time) int64 {
	d := &modelDispute{customer: customer, invoice: invoice, lines: lines, state: billingv1.Dispute_STATE_OPEN, late: late}
	for _, line := range lines {
		d.cents += m.invoices[invoice].cents[line]
	}
	m.disputes[id] = d
	m.receivable -= d.cents
	m.next[customer] = append(m.next[customer], -d.cents)
	return d.cents
}

// end decides or withdraws. It says whether there was anything to end.
func (m *model) end(id string, to billingv1.Dispute_State) bool {
	d := m.disputes[id]
	if !d.undecided() {
		return false
	}
	d.state = to
	if to == billingv1.Dispute_STATE_UPHELD {
		m.granted += d.cents
		return true
	}
	m.receivable += d.cents
	m.next[d.customer] = append(m.next[d.customer], d.cents)
	return true
}

// issue takes the adjustments that the invoice must carry.
func (m *model) issue(customer string) []int64 {
	carried := m.next[customer]
	delete(m.next, customer)
	return carried
}
