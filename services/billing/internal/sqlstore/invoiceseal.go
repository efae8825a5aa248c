package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// words is what is written on an invoice, sealed in one piece.
type words struct {
	Number       string   `json:"number"`
	Descriptions []string `json:"descriptions"` // of the lines, in their order
}

// wordsAt is where sealed words stand: moved to another invoice, they do not open.
func wordsAt(id string) string { return "billing.invoices/" + id }

// blind is the keyed hash by which an invoice is found by its number.
func (s *Invoices) blind(tenant, number string) []byte {
	return s.keeper.Blind(tenant, "billing.invoice-number", number)
}

// seal writes an invoice as a row. It does I/O: never inside a write.
func (s *Invoices) seal(ctx context.Context, tenant string, i invoice.Invoice) (row, error) {
	r := row{
		tenant: tenant, id: i.ID, customerID: i.CustomerID, numberBlind: s.blind(tenant, i.Number), currency: i.Currency,
		periodStart: i.PeriodStart.String(), issued: i.Issued.String(), due: i.Due.String(),
		total: i.Total, createTime: store.Micros(i.CreateTime),
	}
	written := words{Number: i.Number}
	for _, line := range i.Lines {
		r.lines = append(r.lines, lineRow{id: line.ID, product: line.Product, amount: line.Amount})
		written.Descriptions = append(written.Descriptions, line.Description)
	}
	plain, err := json.Marshal(written)
	if err != nil {
		return row{}, err
	}
	r.words, err = s.keeper.Seal(ctx, seal.Customer(i.CustomerID), plain, wordsAt(i.ID))
	return r, err
}

// open reads a row as an invoice.
func (s *Invoices) open(ctx context.Context, r row) (invoice.Invoice, error) {
	plain, err := s.keeper.Open(ctx, seal.Customer(r.customerID), r.words, wordsAt(r.id))
	if err != nil {
		return invoice.Invoice{}, err
	}
	var written words
	if err := json.Unmarshal(plain, &written); err != nil {
		return invoice.Invoice{}, fmt.Errorf("read the words of %s: %w", r.id, err)
	}
	if len(written.Descriptions) != len(r.lines) {
		return invoice.Invoice{}, fmt.Errorf("%s has %d lines and words for %d", r.id, len(r.lines), len(written.Descriptions))
	}
	i := invoice.Invoice{
		ID: r.id, CustomerID: r.customerID, Number: written.Number, Currency: r.currency,
		Total: r.total, CreateTime: store.Time(r.createTime),
	}
	for at, line := range r.lines {
		i.Lines = append(i.Lines, invoice.Line{
			ID: line.id, Product: line.product, Description: written.Descriptions[at], Amount: line.amount,
		})
	}
	err = readDates(&i, r) // before i is read for the return: the language does not say which comes first
	return i, err
}

func readDates(i *invoice.Invoice, r row) error {
	for _, date := range []struct {
		to   *calendar.Date
		from string
	}{{&i.PeriodStart, r.periodStart}, {&i.Issued, r.issued}, {&i.Due, r.due}} {
		var err error
		if *date.to, err = calendar.ParseDate(date.from); err != nil {
			return fmt.Errorf("read the dates of %s: %w", r.id, err)
		}
	}
	return nil
}
