// Package disputetest is the contract of dispute.Store: every store passes it.
package disputetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

const (
	tenant, neighbour = "aurora", "borealis"
	daniel, ana       = "customer_daniel", "customer_ana"
)

var morning = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// TestStore runs the contract, each case on a store of its own.
func TestStore(t *testing.T, open func(testing.TB) dispute.Store) {
	cases := []struct {
		name string
		run  func(*testing.T, dispute.Store)
	}{
		{"a dispute is read as it was kept, by id and by number", testKeep},
		{"nothing is found by an unknown id, number or line", testUnknown},
		{"a number is used once", testNumber},
		{"a line is in one dispute, until that is withdrawn", testLine},
		{"of many who dispute one line at once, one does", testLineRace},
		{"a change is kept with its step", testUpdate},
		{"of two changes of one revision, one is kept", testStale},
		{"of many changes at once, each is kept once", testUpdateRace},
		{"disputes are listed by their due date, page by page", testList},
		{"what is due by the clock", testDueByClock},
		{"each step of the money is made once", testPost},
		{"what was posted is listed in whole transactions", testPostings},
		{"what fails leaves nothing behind", testNothingLeft},
		{"tenants do not see each other", testTenants},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func testKeep(t *testing.T, s dispute.Store) {
	want := opened("CL-00000001", daniel, "invoice_march", "2", "3")
	want.ConversationID, want.MessageID = "conversation_1", "message_1"
	write(t, s, insert(want))
	expectDispute(t, s, want)
	got, err := s.Numbered(t.Context(), tenant, want.Number)
	if err != nil || got.ID != want.ID {
		t.Errorf("by number: got %v, %v", got, err)
	}
	held, err := s.Held(t.Context(), tenant, "invoice_march", []string{"1", "2", "3"})
	if err != nil || !slices.Equal(held, []dispute.Holder{holder("2", want), holder("3", want)}) {
		t.Errorf("held are %v, %v", held, err)
	}
}

func holder(line string, d dispute.Dispute) dispute.Holder {
	return dispute.Holder{LineID: line, DisputeID: d.ID, Number: d.Number}
}

func testUnknown(t *testing.T, s dispute.Store) {
	_, err := s.Dispute(t.Context(), tenant, typeid.New(dispute.IDPrefix))
	expect(t, err, dispute.ErrNotFound)
	_, err = s.Numbered(t.Context(), tenant, "CL-00000001")
	expect(t, err, dispute.ErrNotFound)
	if held, err := s.Held(t.Context(), tenant, "invoice_march", []string{"1"}); err != nil || len(held) != 0 {
		t.Errorf("held are %v, %v", held, err)
	}
	expectList(t, s, dispute.Selection{}, 10)
	if posted, err := s.Transactions(t.Context(), tenant, dispute.Postings{CustomerID: daniel}, 10); err != nil || len(posted) != 0 {
		t.Errorf("posted is %v, %v", posted, err)
	}
}

func testNumber(t *testing.T, s dispute.Store) {
	write(t, s, insert(opened("CL-00000001", daniel, "invoice_march", "1")))
	err := s.Write(t.Context(), insert(opened("CL-00000001", ana, "invoice_april", "1")))
	expect(t, err, dispute.ErrNumberTaken)
}

func testLine(t *testing.T, s dispute.Store) {
	first := opened("CL-00000001", daniel, "invoice_march", "1", "2")
	write(t, s, insert(first))
	second := opened("CL-00000002", daniel, "invoice_march", "2", "3")
	expect(t, s.Write(t.Context(), insert(second)), dispute.ErrAlreadyDisputed)
	write(t, s, insert(opened("CL-00000003", daniel, "invoice_april", "2")))

	closed := next(first, dispute.Withdrawal, dispute.Withdrawn)
	write(t, s, func(ctx context.Context, tx dispute.Tx) error {
		return errors.Join(tx.Update(ctx, closed), tx.Release(ctx, closed))
	})
	write(t, s, insert(second))
	if got, err := s.Dispute(t.Context(), tenant, first.ID); err != nil || !slices.Equal(got.LineIDs, first.LineIDs) {
		t.Errorf("the withdrawn dispute has the lines %v, %v", got.LineIDs, err)
	}
}

func testLineRace(t *testing.T, s dispute.Store) {
	const racers = 8
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		d := opened("CL-0000000"+string(rune('0'+i)), daniel, "invoice_march", "1")
		wait.Go(func() {
			errs[i] = s.Write(t.Context(), func(ctx context.Context, tx dispute.Tx) error {
				held, err := tx.Held(ctx, tenant, "invoice_march", []string{"1"})
				if err != nil || len(held) > 0 {
					return errors.Join(err, dispute.ErrAlreadyDisputed)
				}
				return tx.Insert(ctx, d)
			})
		})
	}
	wait.Wait()
	expectWinners(t, errs, 1, dispute.ErrAlreadyDisputed)
}

func testUpdate(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "invoice_march", "1")
	write(t, s, insert(d))
	d = next(d, dispute.Reminder, dispute.Open)
	write(t, s, update(d))
	d = next(d, dispute.Rejecting, dispute.Rejected)
	d.DecisionWords = []byte("sealed")
	write(t, s, update(d))
	expectDispute(t, s, d)
}

func testStale(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "invoice_march", "1")
	write(t, s, insert(d))
	write(t, s, update(next(d, dispute.Upholding, dispute.Upheld)))
	expect(t, s.Write(t.Context(), update(next(d, dispute.Rejecting, dispute.Rejected))), dispute.ErrStale)
	expect(t, s.Write(t.Context(), update(opened("CL-00000002", daniel, "invoice_march", "1"))), dispute.ErrStale)
}

func testUpdateRace(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "invoice_march", "1")
	write(t, s, insert(d))
	const racers = 8
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		wait.Go(func() {
			errs[i] = s.Write(t.Context(), func(ctx context.Context, tx dispute.Tx) error {
				now, err := tx.Dispute(ctx, tenant, d.ID)
				if err != nil {
					return err
				}
				return tx.Update(ctx, next(now, dispute.Reminder, dispute.Open))
			})
		})
	}
	wait.Wait()
	expectWinners(t, errs, racers, nil)
	if got, err := s.Dispute(t.Context(), tenant, d.ID); err != nil || got.Revision != racers+1 || len(got.Trail) != racers+1 {
		t.Errorf("got revision %d with %d steps, %v", got.Revision, len(got.Trail), err)
	}
}

func testList(t *testing.T, s dispute.Store) {
	late, early := due(opened("CL-00000001", daniel, "i1", "1"), 20), due(opened("CL-00000002", daniel, "i2", "1"), 10)
	hers, same := due(opened("CL-00000003", ana, "i3", "1"), 15), due(opened("CL-00000004", daniel, "i4", "1"), 10)
	write(t, s, insert(late), insert(early), insert(hers), insert(same))
	decided := next(early, dispute.Upholding, dispute.Upheld)
	write(t, s, update(decided))
	expectList(t, s, dispute.Selection{}, 10, early, same, hers, late)
	expectList(t, s, dispute.Selection{}, 3, early, same, hers)
	expectList(t, s, dispute.Selection{After: same.Position()}, 10, hers, late)
	expectList(t, s, dispute.Selection{CustomerID: daniel}, 10, early, same, late)
	expectList(t, s, dispute.Selection{CustomerID: daniel, States: []dispute.State{dispute.Open, dispute.Overdue}}, 10, same, late)
	expectList(t, s, dispute.Selection{States: []dispute.State{dispute.Upheld}}, 10, early)
	expectList(t, s, dispute.Selection{States: []dispute.State{dispute.Open}, After: early.Position()}, 1, same)
}

func testDueByClock(t *testing.T, s dispute.Store) {
	d, hers := opened("CL-00000001", daniel, "i1", "1"), opened("CL-00000002", ana, "i2", "1")
	hers.RemindTime = hers.RemindTime.Add(time.Hour)
	write(t, s, insert(d), insert(hers))
	expectDue(t, s, "", d.RemindTime.Add(-time.Microsecond))
	expectDue(t, s, "", d.RemindTime, d)
	expectDue(t, s, "", hers.RemindTime, d, hers)
	expectDue(t, s, ana, hers.RemindTime, hers)
	d = next(d, dispute.Reminder, dispute.Open)
	write(t, s, update(d))
	expectDue(t, s, "", hers.RemindTime, hers)
	expectDue(t, s, daniel, d.DeadlineTime, d)
	write(t, s, update(next(d, dispute.Deadline, dispute.Overdue)))
	expectDue(t, s, daniel, d.DeadlineTime.AddDate(1, 0, 0))
}

func testPost(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "i1", "1")
	write(t, s, insert(d), post(d, ledger.ProvisionalCredit))
	expect(t, s.Write(t.Context(), post(d, ledger.ProvisionalCredit)), dispute.ErrPosted)
	write(t, s, post(d, ledger.MadePermanent))
	expect(t, s.Write(t.Context(), post(d, ledger.MadePermanent)), dispute.ErrPosted)
	expect(t, s.Write(t.Context(), post(d, ledger.Reversed)), dispute.ErrPosted)
	err := s.Write(t.Context(), func(ctx context.Context, tx dispute.Tx) error {
		x := ledger.New(ledger.ProvisionalCredit, "dispute_other", daniel, "USD", 70_00, morning)
		x.Entries[1].Amount++
		return tx.Post(ctx, tenant, x)
	})
	expect(t, err, ledger.ErrUnbalanced)
}

func testPostings(t *testing.T, s dispute.Store) {
	first, second := opened("CL-00000001", daniel, "i1", "1"), opened("CL-00000002", daniel, "i2", "1")
	hers := opened("CL-00000003", ana, "i3", "1")
	write(t, s, insert(first), insert(second), insert(hers), post(first, ledger.ProvisionalCredit))
	write(t, s, post(second, ledger.ProvisionalCredit), post(hers, ledger.ProvisionalCredit), post(first, ledger.Reversed))
	all := expectPosted(t, s, dispute.Postings{CustomerID: daniel}, 10, first.ID, second.ID, first.ID)
	expectPosted(t, s, dispute.Postings{CustomerID: daniel}, 2, first.ID, second.ID)
	after := dispute.Mark{Time: all[1].PostTime, ID: all[1].ID}
	rest := expectPosted(t, s, dispute.Postings{CustomerID: daniel, After: after}, 2, first.ID)
	if rest[0].Kind != ledger.Reversed || rest[0].Currency != "USD" || rest[0].CustomerID != daniel || !rest[0].PostTime.Equal(morning) {
		t.Errorf("got %+v", rest[0])
	}
	expectPosted(t, s, dispute.Postings{DisputeID: first.ID}, 10, first.ID, first.ID)
}

func testNothingLeft(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "i1", "1")
	failure := errors.New("no")
	err := s.Write(t.Context(), func(ctx context.Context, tx dispute.Tx) error {
		err := errors.Join(insert(d)(ctx, tx), post(d, ledger.ProvisionalCredit)(ctx, tx),
			tx.SetTimers(ctx, d), tx.Tell(ctx, dispute.DisputeOpened, d))
		return errors.Join(err, failure)
	})
	if err == nil || !errors.Is(err, failure) || errors.Is(err, dispute.ErrPosted) {
		t.Errorf("got %v", err)
	}
	_, err = s.Dispute(t.Context(), tenant, d.ID)
	expect(t, err, dispute.ErrNotFound)
	expectPosted(t, s, dispute.Postings{DisputeID: d.ID}, 10)
	write(t, s, insert(d), post(d, ledger.ProvisionalCredit))
}

func testTenants(t *testing.T, s dispute.Store) {
	d := opened("CL-00000001", daniel, "i1", "1")
	write(t, s, insert(d), post(d, ledger.ProvisionalCredit))
	_, err := s.Dispute(t.Context(), neighbour, d.ID)
	expect(t, err, dispute.ErrNotFound)
	_, err = s.Numbered(t.Context(), neighbour, d.Number)
	expect(t, err, dispute.ErrNotFound)
	if found, err := s.List(t.Context(), neighbour, dispute.Selection{}, 10); err != nil || len(found) != 0 {
		t.Errorf("the neighbour lists %v, %v", found, err)
	}
	if ids, err := s.DueByClock(t.Context(), neighbour, "", d.DeadlineTime, 10); err != nil || len(ids) != 0 {
		t.Errorf("the neighbour is to do %v, %v", ids, err)
	}
	if posted, err := s.Transactions(t.Context(), neighbour, dispute.Postings{DisputeID: d.ID}, 10); err != nil || len(posted) != 0 {
		t.Errorf("the neighbour posted %v, %v", posted, err)
	}
	theirs := d
	theirs.Tenant = neighbour
	write(t, s, insert(theirs)) // the same number, line and id
}
