package dispute

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

// Ask is what somebody disputes. Amounts are the invoice's.
type Ask struct {
	CustomerID string
	InvoiceID  string
	LineIDs    []string
	Reason     string
	// Where the customer asked for it; both may be empty.
	ConversationID, MessageID string
}

const (
	// caseNumbers are CL- and eight digits: enough that a number drawn is rarely taken.
	caseNumbers = 100_000_000
	// maxDraws bounds how often a number is drawn anew.
	maxDraws = 16
)

// Open opens a dispute. Its errors are those of the rule's guard, ErrLineNotFound, ErrActor, invoice.ErrNotFound,
// invoice.ErrCustomerErased, and of the request's second use.
func (k *Desk) Open(ctx context.Context, by By, request once.Request, ask Ask) (Case, error) {
	if !by.reaches(ask.CustomerID) {
		return Case{}, invoice.ErrNotFound
	}
	i, err := k.books.Get(ctx, by.Tenant, ask.InvoiceID)
	if err != nil {
		return Case{}, err
	}
	if i.CustomerID != ask.CustomerID {
		return Case{}, invoice.ErrNotFound
	}
	lines, err := pick(i, ask.LineIDs)
	if err != nil {
		return Case{}, err
	}
	d := draft(by.Tenant, ask, i, lines)
	if d.OpeningWords, err = k.vault.sealOpening(ctx, d, Words{InvoiceNumber: i.Number, Reason: ask.Reason}); err != nil {
		return Case{}, err
	}
	for range maxDraws {
		d.Number = fmt.Sprintf("CL-%08d", k.draw(caseNumbers))
		id, err := k.openOnce(ctx, by, request, d, i, lines)
		if errors.Is(err, ErrNumberTaken) {
			continue
		}
		if err != nil {
			return Case{}, err
		}
		return k.Get(ctx, by, id)
	}
	return Case{}, fmt.Errorf("open a dispute: %d case numbers were taken", maxDraws)
}

func (k *Desk) openOnce(
	ctx context.Context, by By, request once.Request, d Dispute, i invoice.Invoice, lines []invoice.Line,
) (id string, err error) {
	err = k.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		id, err = tx.Once(ctx, request, func() (string, error) {
			held, err := tx.Held(ctx, d.Tenant, d.InvoiceID, d.LineIDs)
			if err != nil {
				return "", err
			}
			now := k.now()
			today := k.policy.Calendar.Today(now)
			opened := k.dated(d, today)
			_, err = k.apply(ctx, tx, opened, Opening, by, request.ID, Asked{
				Now: now, Lines: lines, Issued: i.Issued, Today: today, Oldest: k.policy.OldestInvoice, Held: held,
			})
			return d.ID, err
		})
		return err
	})
	return id, err
}

// draft is the dispute as far as it is known before the clock is asked.
func draft(tenant string, ask Ask, i invoice.Invoice, lines []invoice.Line) Dispute {
	d := Dispute{
		Tenant: tenant, ID: typeid.New(IDPrefix), CustomerID: i.CustomerID, InvoiceID: i.ID, Currency: i.Currency,
		ConversationID: ask.ConversationID, MessageID: ask.MessageID,
	}
	for _, line := range lines {
		d.LineIDs = append(d.LineIDs, line.ID)
		d.Amount += line.Amount
	}
	return d
}

// dated is the dispute with its due date. The decision is in time until that day ends in the zone, and staff are reminded
// when the day of the reminder begins.
func (k *Desk) dated(d Dispute, today calendar.Date) Dispute {
	days := k.policy.Calendar
	d.DueDate = days.BusinessDaysAfter(today, k.policy.BusinessDays)
	d.RemindTime = days.Begin(days.BusinessDaysBefore(d.DueDate, k.policy.ReminderDays))
	d.DeadlineTime = days.End(d.DueDate)
	return d
}

// pick the lines of the invoice, in its order.
func pick(i invoice.Invoice, ids []string) ([]invoice.Line, error) {
	for _, id := range ids {
		if !slices.ContainsFunc(i.Lines, func(l invoice.Line) bool { return l.ID == id }) {
			return nil, &LineError{LineID: id, Err: ErrLineNotFound}
		}
	}
	return slices.DeleteFunc(slices.Clone(i.Lines), func(l invoice.Line) bool { return !slices.Contains(ids, l.ID) }), nil
}
