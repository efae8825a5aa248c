package disputetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// opened is a new dispute of $70.00.
func opened(number, customerID, invoiceID string, lines ...string) dispute.Dispute {
	return dispute.Dispute{
		Tenant: tenant, ID: typeid.New(dispute.IDPrefix), Number: number, CustomerID: customerID, InvoiceID: invoiceID,
		LineIDs: lines, Currency: "USD", Amount: 70_00, State: dispute.Open, Revision: 1,
		DueDate:    calendar.Date{Year: 2026, Month: 3, Day: 16},
		RemindTime: morning.AddDate(0, 0, 10), DeadlineTime: morning.AddDate(0, 0, 15),
		OpeningWords: []byte("sealed"), CreateTime: morning, UpdateTime: morning,
		Trail: []dispute.Step{{
			Event: dispute.Opening, To: dispute.Open, Time: morning, RequestID: "request",
			By: dispute.By{Tenant: tenant, Actor: dispute.Customer, Principal: "service:assistant", OnBehalfOf: customerID, Assurance: 2},
		}},
	}
}

// next is the dispute after one more step.
func next(d dispute.Dispute, event dispute.Event, to dispute.State) dispute.Dispute {
	d.Trail = append(slices.Clone(d.Trail), dispute.Step{
		Event: event, From: d.State, To: to, Time: morning.Add(time.Hour),
		By: dispute.By{Tenant: tenant, Actor: dispute.Staff, Principal: "agent:agent-ana"},
	})
	d.State, d.UpdateTime = to, morning.Add(time.Hour)
	d.Revision++
	return d
}

// due on a day of March.
func due(d dispute.Dispute, day int) dispute.Dispute {
	d.DueDate.Day = day
	return d
}

type writing = func(ctx context.Context, tx dispute.Tx) error

func insert(d dispute.Dispute) writing {
	return func(ctx context.Context, tx dispute.Tx) error { return tx.Insert(ctx, d) }
}

func update(d dispute.Dispute) writing {
	return func(ctx context.Context, tx dispute.Tx) error { return tx.Update(ctx, d) }
}

func post(d dispute.Dispute, kind ledger.Kind) writing {
	return func(ctx context.Context, tx dispute.Tx) error {
		return tx.Post(ctx, tenant, ledger.New(kind, d.ID, d.CustomerID, d.Currency, d.Amount, morning))
	}
}

// write all in one transaction.
func write(t testing.TB, s dispute.Store, all ...writing) {
	t.Helper()
	err := s.Write(t.Context(), func(ctx context.Context, tx dispute.Tx) error {
		for _, one := range all {
			if err := one(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Fill the store with a dispute that has posted its credit.
func Fill(t testing.TB, s dispute.Store) {
	t.Helper()
	d := opened("CL-00000001", daniel, "invoice_march", "1")
	write(t, s, insert(d), post(d, ledger.ProvisionalCredit))
}
