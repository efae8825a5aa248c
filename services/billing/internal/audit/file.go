package audit

import (
	"fmt"
	"slices"

	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// money is what must be kept in a state. It repeats, on purpose, what dispute.Transitions say step by step: a mistake in
// one of the two is found here.
var money = map[dispute.State]struct {
	posted   []ledger.Kind
	adjusted []invoice.AdjustmentKind
}{
	dispute.Open:      {[]ledger.Kind{ledger.ProvisionalCredit}, []invoice.AdjustmentKind{invoice.Credit}},
	dispute.Overdue:   {[]ledger.Kind{ledger.ProvisionalCredit}, []invoice.AdjustmentKind{invoice.Credit}},
	dispute.Upheld:    {[]ledger.Kind{ledger.ProvisionalCredit, ledger.MadePermanent}, []invoice.AdjustmentKind{invoice.Credit}},
	dispute.Rejected:  {[]ledger.Kind{ledger.ProvisionalCredit, ledger.Reversed}, []invoice.AdjustmentKind{invoice.Credit, invoice.Reversal}},
	dispute.Withdrawn: {[]ledger.Kind{ledger.ProvisionalCredit, ledger.Reversed}, []invoice.AdjustmentKind{invoice.Credit, invoice.Reversal}},
}

// look at the file of one dispute.
func (r *Report) look(f File) {
	r.Transactions += len(f.Posted)
	r.Adjustments += len(f.Adjusted)
	for _, t := range f.Posted {
		if err := t.Validate(); err != nil {
			r.add(Mismatch{Kind: Unbalanced, DisputeID: f.DisputeID, TransactionID: t.ID, Detail: err.Error()})
		}
	}
	for _, a := range f.Adjusted {
		if !a.asBilled() {
			r.add(Mismatch{Kind: NotAsBilled, DisputeID: f.DisputeID, Detail: fmt.Sprintf(
				"%s of %d is said to stand on %q, and stands on %v", a.Reference, a.Amount, a.InvoiceID, a.Lines)})
		}
	}
	if f.Dispute == nil {
		r.add(Mismatch{Kind: WithoutDispute, DisputeID: f.DisputeID, Detail: fmt.Sprintf(
			"%d transactions and %d adjustments of a dispute that is not there", len(f.Posted), len(f.Adjusted))})
		return
	}
	r.Disputes++
	r.lookAtState(f, *f.Dispute)
}

func (r *Report) lookAtState(f File, d dispute.Dispute) {
	want := money[d.State]
	if !f.postedAre(want.posted, d) {
		r.add(Mismatch{Kind: EntriesNotOfState, DisputeID: d.ID, Detail: fmt.Sprintf(
			"%s of %d %s wants %v, posted is %v", d.State, d.Amount, d.Currency, want.posted, f.Posted)})
	}
	if !f.adjustedAre(want.adjusted, d) {
		r.add(Mismatch{Kind: AdjustmentsNotOfState, DisputeID: d.ID, Detail: fmt.Sprintf(
			"%s of %d %s wants %v, kept is %v", d.State, d.Amount, d.Currency, want.adjusted, f.Adjusted)})
	}
	if led, err := dispute.Follow(d.Trail); err != nil || led != d.State || int64(len(d.Trail)) != d.Revision {
		r.add(Mismatch{Kind: StateNotOfTrail, DisputeID: d.ID, Detail: fmt.Sprintf(
			"%s at revision %d, and a trail of %d steps that leads to %s (%v)", d.State, d.Revision, len(d.Trail), led, err)})
	}
}

// asBilled says whether the invoice that carries the adjustment, and no other, has it as one line.
func (a Adjusted) asBilled() bool {
	if a.InvoiceID == "" {
		return len(a.Lines) == 0
	}
	return len(a.Lines) == 1 && a.Lines[0] == BilledLine{InvoiceID: a.InvoiceID, Amount: a.Amount}
}

// postedAre says whether exactly these kinds are posted, each once, of the dispute's amount, currency and customer.
func (f File) postedAre(kinds []ledger.Kind, d dispute.Dispute) bool {
	return len(f.Posted) == len(kinds) && !slices.ContainsFunc(kinds, func(kind ledger.Kind) bool {
		return !slices.ContainsFunc(f.Posted, func(t ledger.Transaction) bool {
			return t.Kind == kind && t.Currency == d.Currency && t.CustomerID == d.CustomerID &&
				len(t.Entries) == 2 && t.Entries[0].Amount == d.Amount && t.Entries[1].Amount == -d.Amount
		})
	})
}

// adjustedAre says whether exactly these kinds are kept, each once, as the dispute asks for.
func (f File) adjustedAre(kinds []invoice.AdjustmentKind, d dispute.Dispute) bool {
	return len(f.Adjusted) == len(kinds) && !slices.ContainsFunc(kinds, func(kind invoice.AdjustmentKind) bool {
		want := invoice.Adjust(kind, d.CustomerID, d.ID, d.Number, d.Currency, d.Amount, d.CreateTime)
		return !slices.ContainsFunc(f.Adjusted, func(a Adjusted) bool {
			return a.Same(want) && a.Reference == want.Reference()
		})
	})
}
