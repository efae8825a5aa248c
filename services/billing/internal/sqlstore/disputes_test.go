package sqlstore_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/dispute/disputetest"
	"github.com/parleyhq/parley/services/billing/internal/sqlstore"
)

func TestDisputes(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		disputetest.TestStore(t, func(t testing.TB) dispute.Store { return newDisputes(t, open(t, "billing")) })
	})
}

// silence publishes nothing.
type silence struct{}

// Add implements sqlstore.Events.
func (silence) Add(context.Context, *store.Tx, dispute.Tale, dispute.Dispute, int64) error {
	return nil
}

func newDisputes(t testing.TB, db *store.DB) *sqlstore.Disputes {
	t.Helper()
	requests := migrated(t, db)
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return sqlstore.NewDisputes(db, sqlstore.NewInvoices(db, sealtest.New(t), requests), silence{}, timers, requests)
}

// What an auditor reads is never changed and never deleted, not even by a mistake of ours.
func TestTheLedgerIsOnlyAddedTo(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := open(t, "billing")
		disputetest.Fill(t, newDisputes(t, db))
		for _, statement := range []string{
			`UPDATE ledger_entries SET amount = amount * 2`, `DELETE FROM ledger_entries`,
			`UPDATE ledger_transactions SET customer_id = 'customer_ana'`, `DELETE FROM ledger_transactions`,
			`UPDATE dispute_transitions SET principal = 'agent:nobody'`, `DELETE FROM dispute_transitions`,
		} {
			err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if err == nil {
				t.Errorf("%s: it was done", statement)
			}
		}
	})
}
