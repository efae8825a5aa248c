package billing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/grpc/codes"
)

// Every page of the ledger sums to zero, whatever its size.
func TestEveryPageSumsToZero(t *testing.T) {
	w := start(t)
	daniel := newCustomer()
	for i := range 5 {
		d := w.opens(t, daniel, w.imports(t, daniel, filmBill(fmt.Sprintf("AUR-%d", i)))[0].GetId(), film)
		if i%2 == 0 {
			w.withdraws(t, d)
		}
	}
	for size := range int32(9) {
		entries, token := 0, ""
		for {
			res, err := w.disputes.ListLedgerEntries(as(t, daniel), &billingv1.ListLedgerEntriesRequest{
				Of:       &billingv1.ListLedgerEntriesRequest_CustomerId{CustomerId: daniel},
				PageSize: size, PageToken: token,
			})
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, e := range res.GetEntries() {
				sum += cents(e.GetAmount())
				entries++
			}
			if sum != 0 || len(res.GetEntries()) == 0 {
				t.Errorf("a page of %d transactions sums to %d over %d entries", size, sum, len(res.GetEntries()))
			}
			if token = res.GetNextPageToken(); token == "" {
				break
			}
			_, err = w.disputes.ListLedgerEntries(operator(t), &billingv1.ListLedgerEntriesRequest{
				Of: &billingv1.ListLedgerEntriesRequest_CustomerId{CustomerId: newCustomer()}, PageToken: token,
			})
			expectFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token")
		}
		if entries != 2*(5+3) {
			t.Errorf("pages of %d have %d entries", size, entries)
		}
	}
}

// Staff see what is due first, page by page.
func TestDisputesAreListedByTheirDueDate(t *testing.T) {
	w := start(t)
	var want []string
	for i := range 5 {
		w.clock.set(morning.AddDate(0, 0, i))
		daniel, invoice := w.daniel(t)
		want = append(want, w.opens(t, daniel, invoice, film).GetNumber())
	}
	var got []string
	token := ""
	for {
		res, err := w.disputes.ListDisputes(agent(t), &billingv1.ListDisputesRequest{PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range res.GetDisputes() {
			got = append(got, d.GetNumber())
		}
		if token = res.GetNextPageToken(); token == "" {
			break
		}
		_, err = w.disputes.ListDisputes(agent(t), &billingv1.ListDisputesRequest{
			States: []billingv1.Dispute_State{billingv1.Dispute_STATE_OPEN}, PageToken: token,
		})
		expectFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token")
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Who tampers with the tables is found out. The sums in the accounts are told beside it.
func TestTheReconciliationFindsWhatDoesNotFit(t *testing.T) {
	const anEntry = `INSERT INTO ledger_entries (tenant, transaction_id, position, account, amount) `
	cases := []struct {
		name   string
		tamper []string
		want   billingv1.LedgerMismatch_Kind
	}{
		{"an entry of a transaction that is not there", []string{anEntry + `VALUES ('aurora', 'ledgertx_none', 1, 1, 500)`},
			billingv1.LedgerMismatch_KIND_UNBALANCED},
		{"a transaction without entries", []string{`INSERT INTO ledger_transactions (tenant, id, dispute_id, customer_id, kind,
			step, currency, post_time) SELECT tenant, 'ledgertx_bare', id, customer_id, 2, 2, currency, 1 FROM disputes`},
			billingv1.LedgerMismatch_KIND_UNBALANCED},
		{"money that was made permanent by hand", []string{
			`INSERT INTO ledger_transactions (tenant, id, dispute_id, customer_id, kind, step, currency, post_time)
			SELECT tenant, 'ledgertx_hand', id, customer_id, 2, 2, currency, 1 FROM disputes`,
			anEntry + `SELECT tenant, 'ledgertx_hand', 1, 3, amount FROM disputes`,
			anEntry + `SELECT tenant, 'ledgertx_hand', 2, 2, -amount FROM disputes`,
		}, billingv1.LedgerMismatch_KIND_ENTRIES_NOT_OF_STATE},
		{"a state that was changed by hand", []string{`UPDATE disputes SET state = 3`}, billingv1.LedgerMismatch_KIND_ENTRIES_NOT_OF_STATE},
		{"an amount that was changed by hand", []string{`UPDATE disputes SET amount = amount + 1`},
			billingv1.LedgerMismatch_KIND_ENTRIES_NOT_OF_STATE},
		{"a late state by hand", []string{`UPDATE disputes SET state = 2`}, billingv1.LedgerMismatch_KIND_STATE_NOT_OF_TRANSITIONS},
		{"an adjustment that is gone", []string{`DELETE FROM adjustments`}, billingv1.LedgerMismatch_KIND_ADJUSTMENTS_NOT_OF_STATE},
		{"an adjustment of another amount", []string{`UPDATE adjustments SET amount = amount * 2`},
			billingv1.LedgerMismatch_KIND_ADJUSTMENTS_NOT_OF_STATE},
		{"an adjustment that is billed again", []string{`UPDATE adjustments SET invoice_id = ''`}, billingv1.LedgerMismatch_KIND_NOT_AS_BILLED},
		{"a credit that stands on two bills", []string{`INSERT INTO invoice_lines (tenant, invoice_id, position, id, product, amount)
			SELECT tenant, 'invoice_other', position, id, product, amount FROM invoice_lines WHERE product = 'dispute-credit'`},
			billingv1.LedgerMismatch_KIND_NOT_AS_BILLED},
		{"a credit of another amount on the bill", []string{`UPDATE invoice_lines SET amount = amount - 1 WHERE product = 'dispute-credit'`},
			billingv1.LedgerMismatch_KIND_NOT_AS_BILLED},
		{"a dispute that is gone", []string{`DELETE FROM disputes`}, billingv1.LedgerMismatch_KIND_WITHOUT_DISPUTE},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			daniel, invoice := w.daniel(t)
			w.opens(t, daniel, invoice, bundle)
			w.issues(t, daniel, "AUR-M", 3)
			w.expectBalanced(t)
			for _, statement := range c.tamper {
				w.tamper(t, statement)
			}
			res, err := w.disputes.ReconcileLedger(operator(t), &billingv1.ReconcileLedgerRequest{})
			if err != nil {
				t.Fatal(err)
			}
			found := res.GetReport().GetMismatches()
			for _, m := range found {
				if m.GetKind() == c.want && m.GetDetail() != "" && (m.GetDisputeId() != "" || m.GetTransactionId() != "") {
					return
				}
			}
			t.Errorf("found %v, want %v", found, c.want)
		})
	}
}

func (w *world) tamper(t testing.TB, statement string) {
	t.Helper()
	err := w.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The trial balance of what is open, upheld and rejected, in two currencies; on both engines, and over more disputes than
// are looked at together.
func TestTheTrialBalance(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel := newCustomer()
		const disputes = 210
		var lines []*billingv1.InvoiceLine
		for i := range disputes {
			lines = append(lines, line("ppv-film", fmt.Sprintf("Film %d", i), 5_99))
		}
		many := bill("AUR-MANY", 2, 0)
		many.Lines, many.Total = lines, dollars(disputes*5_99)
		invoice := w.imports(t, daniel, many)[0]
		for i, l := range invoice.GetLines() {
			d := w.opens(t, daniel, invoice.GetId(), l.GetId())
			switch i % 3 {
			case 1:
				w.decides(t, uphold(d))
			case 2:
				w.decides(t, reject(d, "It was ordered."))
			}
		}
		yen := bill("AUR-YEN", 2, 0)
		yen.Lines[0].Amount.CurrencyCode, yen.Total.CurrencyCode = "JPY", "JPY"
		yen.Lines[0].Amount.Units, yen.Total.Units = 1200, 1200
		w.opens(t, daniel, w.imports(t, daniel, yen)[0].GetId(), "1")

		report := w.expectBalanced(t)
		want := map[string]int64{
			"JPY PROVISIONAL_CREDITS": 1200, "JPY CUSTOMER_RECEIVABLE": -1200,
			"USD PROVISIONAL_CREDITS": 70 * 5_99, "USD DISPUTE_CREDITS_GRANTED": 70 * 5_99, "USD CUSTOMER_RECEIVABLE": -140 * 5_99,
		}
		for _, b := range report.GetBalances() {
			key := b.GetBalance().GetCurrencyCode() + " " + b.GetAccount().String()[len("LEDGER_ACCOUNT_"):]
			got := cents(b.GetBalance())
			if b.GetBalance().GetCurrencyCode() == "JPY" {
				got = b.GetBalance().GetUnits()
			}
			if got != want[key] {
				t.Errorf("%s is %d, want %d", key, got, want[key])
			}
			delete(want, key)
		}
		if len(want) != 0 {
			t.Errorf("no balance of %v", want)
		}
		if report.GetDisputeCount() != disputes+1 || report.GetTransactionCount() != disputes+1+140 ||
			report.GetAdjustmentCount() != disputes+1+70 {
			t.Errorf("looked at %v", report)
		}
		// Only the currency of the bill is billed; more than one bill has room for waits for the next.
		preview, err := w.billing.PreviewNextInvoice(as(t, daniel), &billingv1.PreviewNextInvoiceRequest{CustomerId: daniel})
		if err != nil || len(preview.GetTotals()) != 2 {
			t.Fatalf("the next bill will carry %v, %v", preview.GetTotals(), err)
		}
		march := w.issues(t, daniel, "AUR-M", 3)
		expectMoney(t, "March", march.GetTotal(), dollars(189_90-140*5_99))
		preview, err = w.billing.PreviewNextInvoice(as(t, daniel), &billingv1.PreviewNextInvoiceRequest{CustomerId: daniel})
		if err != nil || len(preview.GetAdjustments()) != 1 {
			t.Errorf("left is %v, %v", preview, err)
		}
		w.expectBalanced(t)
	})
}
