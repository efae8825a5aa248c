// Package inboxtest is the contract of inbox.Store.
package inboxtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/typeid"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func webhook(lane string, keys ...string) inbox.Webhook {
	w := inbox.Webhook{ID: typeid.New("webhook"), Tenant: "acme", Account: "main", Sealed: []byte("sealed body"), Time: noon}
	for _, key := range keys {
		w.Rows = append(w.Rows, inbox.Row{
			ID: typeid.New("inbound"), Tenant: "acme", Account: "main", Lane: "main/" + lane, Kind: "message", Key: []byte(key),
			Sealed: []byte("sealed " + key), WebhookID: w.ID, Trace: "00-trace", Time: noon,
		})
	}
	return w
}

func letter(w inbox.Webhook, reason string) inbox.Letter {
	return inbox.Letter{ID: typeid.New("letter"), Tenant: w.Tenant, Account: w.Account, WebhookID: w.ID, Reason: reason, Detail: "entry[0]", Time: w.Time}
}

// unreadable is the webhook with a letter for what of it could not be read.
func unreadable(w inbox.Webhook) inbox.Webhook {
	l := letter(w, "NOT_JSON")
	w.Letter, w.BodyKey = &l, []byte("key of the body")
	return w
}

func keys(rows []inbox.Row) []string {
	found := make([]string, len(rows))
	for i, r := range rows {
		found[i] = string(r.Key)
	}
	return found
}

type suite struct {
	*testing.T
	store inbox.Store
}

func (s suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s suite) commit(w inbox.Webhook) (fresh []string) {
	s.Helper()
	return keys(s.accepted(w).Fresh)
}

func (s suite) accepted(w inbox.Webhook) (accepted inbox.Accepted) {
	s.Helper()
	s.must(s.store.Commit(s.Context(), w, func(a inbox.Accepted) { accepted = a }))
	return accepted
}

func (s suite) waiting(lane string) []inbox.Row {
	s.Helper()
	rows, err := s.store.Waiting(s.Context(), "main/"+lane, 100)
	s.must(err)
	return rows
}

func (s suite) wantWaiting(lane string, want ...string) {
	s.Helper()
	if got := keys(s.waiting(lane)); !slices.Equal(got, want) {
		s.Errorf("waiting for %s: %q, want %q", lane, got, want)
	}
}

func (s suite) letters(account string) []inbox.Letter {
	s.Helper()
	found, err := s.store.Letters(s.Context(), "acme", account, "", 100)
	s.must(err)
	return found
}

// TestStore runs the contract; make gives an empty store.
func TestStore(t *testing.T, make func(testing.TB) inbox.Store) {
	for name, test := range map[string]func(suite){
		"rows wait in the order in which they came":           rowsWaitInOrder,
		"a redelivery adds nothing":                           redelivery,
		"a redelivery tells the lanes of what still waits":    redeliveredWaiting,
		"the same webhook five times at once is kept once":    atOnce,
		"what is recorded waits no longer and is still known": recorded,
		"what cannot be recorded becomes one dead letter":     buried,
		"a letter is read and erased by its tenant alone":     letterOfTenant,
		"an unreadable webhook redelivered is one letter":     unreadableTwice,
		"a webhook read in part is replayed without doubles":  readInPart,
		"a replay brings back what was buried, and only that": replay,
		"a webhook is claimed by the one whom it is of":       claims,
		"what can be claimed comes in pages":                  claimedInPages,
		"bodies that nobody claimed are dropped when done":    unclaimed,
		"letters and lanes come in pages":                     pages,
		"what is old is forgotten, what waits is not":         purge,
	} {
		t.Run(name, func(t *testing.T) { test(suite{t, make(t)}) })
	}
}

func rowsWaitInOrder(s suite) {
	if fresh := s.commit(webhook("ann", "a1", "a2")); !slices.Equal(fresh, []string{"a1", "a2"}) {
		s.Errorf("fresh: %q", fresh)
	}
	s.commit(webhook("ben", "b1"))
	s.commit(webhook("ann", "a3"))
	s.wantWaiting("ann", "a1", "a2", "a3")
	s.wantWaiting("ben", "b1")
	first := s.waiting("ann")[0]
	if string(first.Sealed) != "sealed a1" || first.Trace != "00-trace" || first.Tenant != "acme" || first.WebhookID == "" || !first.Time.Equal(noon) {
		s.Errorf("the row came back as %+v", first)
	}
}

func redelivery(s suite) {
	s.commit(webhook("ann", "a1"))
	if fresh := s.commit(webhook("ann", "a1")); len(fresh) > 0 {
		s.Errorf("fresh: %q", fresh)
	}
	if fresh := s.commit(webhook("ann", "a1", "a2")); !slices.Equal(fresh, []string{"a2"}) {
		s.Errorf("fresh: %q", fresh)
	}
	s.wantWaiting("ann", "a1", "a2")
}

func redeliveredWaiting(s suite) {
	first := webhook("ann", "a1", "a2")
	s.commit(first)
	s.commit(webhook("ben", "b1"))
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: first.Rows[0].ID}}, nil))
	s.wantLanes(webhook("ann", "a1"))
	s.wantLanes(webhook("ann", "a1", "a2", "a3"), "main/ann")
	s.wantLanes(webhook("ann", "b1"), "main/ben")
	l := s.bury(webhook("cid", "c1", "c2"))
	again := webhook("cid", "c1", "c2").Rows
	s.must(s.store.Replay(s.Context(), "acme", l.ID, again, false, func(a inbox.Accepted) {
		if !slices.Equal(keys(a.Fresh), []string{"c1"}) || !slices.Equal(a.Lanes, []string{"main/cid"}) {
			s.Errorf("replayed: %q fresh, lanes %q", keys(a.Fresh), a.Lanes)
		}
	}))
}

func (s suite) wantLanes(redelivered inbox.Webhook, want ...string) {
	s.Helper()
	if got := s.accepted(redelivered).Lanes; !slices.Equal(got, want) {
		s.Errorf("lanes of what still waits: %q, want %q", got, want)
	}
}

func atOnce(s suite) {
	var mu sync.Mutex
	var fresh []string
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			err := s.store.Commit(s.Context(), webhook("ann", "a1"), func(a inbox.Accepted) {
				mu.Lock()
				defer mu.Unlock()
				fresh = append(fresh, keys(a.Fresh)...)
			})
			if err != nil {
				s.Error(err)
			}
		})
	}
	all.Wait()
	if !slices.Equal(fresh, []string{"a1"}) {
		s.Errorf("fresh: %q", fresh)
	}
	s.wantWaiting("ann", "a1")
}

func recorded(s suite) {
	s.commit(webhook("ann", "a1", "a2"))
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: s.waiting("ann")[0].ID}}, nil))
	s.wantWaiting("ann", "a2")
	s.commit(webhook("ann", "a1"))
	s.wantWaiting("ann", "a2")
}

// bury commits a webhook and buries its first row.
func (s suite) bury(w inbox.Webhook) inbox.Letter {
	s.Helper()
	s.commit(w)
	l := letter(w, "HANDLE_INVALID")
	s.must(s.store.Settle(s.Context(), nil, []inbox.Buried{{RowID: w.Rows[0].ID, Letter: l}}))
	return l
}

func buried(s suite) {
	w := webhook("ann", "a1", "a2")
	l := s.bury(w)
	s.wantWaiting("ann", "a2")
	s.must(s.store.Settle(s.Context(), nil, []inbox.Buried{{RowID: w.Rows[1].ID, Letter: letter(w, "OTHER")}}))
	if got := s.letters("main"); len(got) != 1 || got[0] != l {
		s.Errorf("letters: %+v, want %+v", got, l)
	}
	if got := s.letters("another"); len(got) != 0 {
		s.Errorf("letters of another account: %+v", got)
	}
}

func letterOfTenant(s suite) {
	l := s.bury(webhook("ann", "a1"))
	got, w, err := s.store.Letter(s.Context(), "acme", l.ID)
	if err != nil || got != l || string(w.Sealed) != "sealed body" || w.ID != l.WebhookID {
		s.Errorf("read %+v with %+v: %v", got, w, err)
	}
	if _, _, err := s.store.Letter(s.Context(), "other", l.ID); !errors.Is(err, inbox.ErrNoLetter) {
		s.Errorf("read by another tenant: %v", err)
	}
	if err := s.store.Erase(s.Context(), "other", l.ID); !errors.Is(err, inbox.ErrNoLetter) {
		s.Errorf("erased by another tenant: %v", err)
	}
	s.must(s.store.Erase(s.Context(), "acme", l.ID))
	if err := s.store.Erase(s.Context(), "acme", l.ID); !errors.Is(err, inbox.ErrNoLetter) {
		s.Errorf("erased twice: %v", err)
	}
}

func unreadableTwice(s suite) {
	for range 2 {
		s.commit(unreadable(webhook("ann")))
	}
	got := s.letters("")
	if len(got) != 1 {
		s.Fatalf("%d letters", len(got))
	}
	if _, w, err := s.store.Letter(s.Context(), "acme", got[0].ID); err != nil || string(w.Sealed) != "sealed body" {
		s.Errorf("its webhook: %+v, %v", w, err)
	}
}

func readInPart(s suite) {
	first := unreadable(webhook("ann", "a1"))
	s.commit(first)
	if fresh := s.commit(unreadable(webhook("ann", "a1"))); len(fresh) > 0 || len(s.letters("")) != 1 {
		s.Errorf("redelivered: %q fresh, letters %+v", fresh, s.letters(""))
	}
	s.wantWaiting("ann", "a1")
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: first.Rows[0].ID}}, nil))
	s.must(s.store.PurgeInbox(s.Context(), noon.Add(inbox.KeepKeys+time.Second)))
	again := webhook("ann", "a1", "a2")
	s.must(s.store.Replay(s.Context(), "acme", first.Letter.ID, again.Rows, true, func(inbox.Accepted) {}))
	s.wantWaiting("ann", "a2")
	if left := s.letters(""); len(left) != 1 || left[0] != *first.Letter {
		s.Errorf("letters: %+v, want the first, which is kept", left)
	}
}

func replay(s suite) {
	w := webhook("ann", "a1", "a2")
	l := s.bury(w)
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: w.Rows[1].ID}}, nil))
	again := webhook("ann", "a1", "a2")
	var fresh []string
	accept := func(a inbox.Accepted) { fresh = keys(a.Fresh) }
	s.must(s.store.Replay(s.Context(), "acme", l.ID, again.Rows, false, accept))
	if !slices.Equal(fresh, []string{"a1"}) {
		s.Errorf("fresh: %q", fresh)
	}
	if rows := s.waiting("ann"); len(rows) != 1 || rows[0].ID != again.Rows[0].ID {
		s.Errorf("waiting: %+v: the seal is bound to the new id", rows)
	}
	if err := s.store.Replay(s.Context(), "acme", l.ID, again.Rows, false, accept); !errors.Is(err, inbox.ErrNoLetter) {
		s.Errorf("replayed twice: %v", err)
	}
}

func claims(s suite) {
	w, of2 := webhook("ann", "a1", "a2"), webhook("ben", "b1")
	several := webhook("cid", "c1")
	several.Several = true
	s.commit(w)
	s.commit(of2)
	s.commit(several)
	s.wantClaimable()
	l := letter(w, "HANDLE_INVALID")
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{
		{RowID: w.Rows[0].ID, CustomerID: "customer_1"}, {RowID: of2.Rows[0].ID, CustomerID: "customer_2"}, {RowID: several.Rows[0].ID, CustomerID: "customer_3"},
	}, []inbox.Buried{{RowID: w.Rows[1].ID, Letter: l}}))
	found := s.wantClaimable(w.ID+" of customer_1", of2.ID+" of customer_2")
	if string(found[0].Sealed) != "sealed body" || found[0].Account != "main" {
		s.Errorf("claimable: %+v", found[0])
	}
	found[0].Sealed = []byte("sealed for customer_1")
	s.must(s.store.Claim(s.Context(), found[:1]))
	s.wantClaimable(of2.ID + " of customer_2")
	if _, got, err := s.store.Letter(s.Context(), "acme", l.ID); err != nil || got.CustomerID != "customer_1" || string(got.Sealed) != "sealed for customer_1" {
		s.Errorf("the letter's webhook: %+v, %v", got, err)
	}
}

func (s suite) wantClaimable(want ...string) []inbox.Webhook {
	s.Helper()
	all, err := s.store.Claimable(s.Context(), noon, 100)
	s.must(err)
	var got []string
	for _, w := range all {
		got = append(got, w.ID+" of "+w.CustomerID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		s.Fatalf("claimable: %q, want %q", got, want)
	}
	slices.SortFunc(all, func(a, b inbox.Webhook) int { return strings.Compare(a.ID, b.ID) })
	return all
}

func claimedInPages(s suite) {
	for i := range 3 {
		w := webhook("ann", fmt.Sprintf("a%d", i))
		w.Time = noon.Add(time.Duration(i) * time.Minute)
		w.Rows[0].Time = w.Time
		s.commit(w)
		s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: w.Rows[0].ID, CustomerID: "customer_1"}}, nil))
	}
	first, err := s.store.Claimable(s.Context(), time.Time{}, 2)
	if err != nil || len(first) != 2 || !first[0].Time.Equal(noon) || !first[1].Time.Equal(noon.Add(time.Minute)) {
		s.Errorf("the first page: %+v, %v", first, err)
	}
	last, err := s.store.Claimable(s.Context(), noon.Add(2*time.Minute), 2)
	if err != nil || len(last) != 1 || !last[0].Time.Equal(noon.Add(2*time.Minute)) {
		s.Errorf("the last page: %+v, %v", last, err)
	}
}

func unclaimed(s suite) {
	several, nobodys, waits, claimable := webhook("ann", "a1"), webhook("ben", "b1"), webhook("cid", "c1", "c2"), webhook("dan", "d1")
	several.Several = true
	for _, w := range []inbox.Webhook{several, nobodys, waits, claimable} {
		s.commit(w)
	}
	s.bury(webhook("eve", "e1"))
	s.wantDropped(0)
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{
		{RowID: several.Rows[0].ID, CustomerID: "customer_1"}, {RowID: nobodys.Rows[0].ID}, {RowID: waits.Rows[0].ID},
		{RowID: claimable.Rows[0].ID, CustomerID: "customer_1"},
	}, nil))
	s.wantDropped(2) // several, nobodys
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: waits.Rows[1].ID}}, nil))
	s.wantDropped(1)
	if fresh := s.commit(webhook("ann", "a1")); len(fresh) > 0 {
		s.Error("with the body its keys were forgotten")
	}
}

func (s suite) wantDropped(want int) {
	s.Helper()
	if got, err := s.store.DropUnclaimed(s.Context()); err != nil || got != want {
		s.Errorf("%d dropped, want %d: %v", got, want, err)
	}
}

func pages(s suite) {
	for i := range 5 {
		s.bury(webhook(fmt.Sprintf("p%d", i), fmt.Sprintf("x%d", i), fmt.Sprintf("y%d", i)))
	}
	lanes, err := s.store.WaitingLanes(s.Context(), "main/p1", 2)
	if err != nil || !slices.Equal(lanes, []string{"main/p2", "main/p3"}) {
		s.Errorf("lanes: %q, %v", lanes, err)
	}
	all := s.letters("")
	page, err := s.store.Letters(s.Context(), "acme", "", all[1].ID, 2)
	if err != nil || !slices.Equal(page, all[2:4]) {
		s.Errorf("letters: %+v, %v", page, err)
	}
}

func purge(s suite) {
	w := webhook("ann", "recorded", "waiting")
	s.commit(w)
	s.must(s.store.Settle(s.Context(), []inbox.Recorded{{RowID: w.Rows[0].ID}}, nil))
	l := s.bury(webhook("ben", "buried"))

	s.must(s.store.PurgeInbox(s.Context(), noon.Add(inbox.KeepKeys)))
	if fresh := s.commit(webhook("ann", "recorded")); len(fresh) > 0 {
		s.Error("the key was forgotten before eight days were over")
	}
	s.must(s.store.PurgeInbox(s.Context(), noon.Add(inbox.KeepKeys+time.Second)))
	s.wantWaiting("ann", "waiting")
	if fresh := s.commit(webhook("ann", "recorded")); len(fresh) != 1 {
		s.Error("the key was not forgotten after eight days")
	}
	if _, _, err := s.store.Letter(s.Context(), "acme", l.ID); err != nil {
		s.Errorf("the letter's body was forgotten with the others: %v", err)
	}
	s.must(s.store.PurgeInbox(s.Context(), noon.Add(inbox.KeepLetters+time.Second)))
	if got := s.letters(""); len(got) != 0 {
		s.Errorf("letters after 30 days: %+v", got)
	}
}
