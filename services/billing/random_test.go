package billing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/protobuf/proto"
)

const (
	// randomSteps on each engine; PARLEY_RANDOM_STEPS has another number, `make soak` 100 000.
	randomSteps = 3_000
	// chapterSteps are taken by one tenant; then another tenant begins with nothing.
	chapterSteps    = 250
	randomWorlds    = 6 // side by side
	chapterPeople   = 3
	chapterInvoices = 3 // a person, to begin with
)

// TestDisputesDoWhatTheModelDoes takes random steps (open, decide, withdraw, bill, replay, interrupt, restart, turn the clock,
// two callers at once) and holds every answer, and the ledger after each step, to the model.
func TestDisputesDoWhatTheModelDoes(t *testing.T) {
	steps := randomSteps
	if asked := os.Getenv("PARLEY_RANDOM_STEPS"); asked != "" {
		var err error
		if steps, err = strconv.Atoi(asked); err != nil {
			t.Fatal("PARLEY_RANDOM_STEPS:", err)
		}
	}
	seed := rand.Uint64()
	t.Logf("seed %d, %d steps on each engine", seed, steps)
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		var running sync.WaitGroup
		for world := range randomWorlds {
			w := startNamed(t, open, fmt.Sprintf("billing_%d", world))
			running.Go(func() {
				dice := rand.New(rand.NewPCG(seed, uint64(world)))
				for chapter := range steps / randomWorlds / chapterSteps {
					newPlayer(t, w, dice, fmt.Sprintf("tenant-%d", chapter)).play()
					if t.Failed() {
						return
					}
				}
			})
		}
		running.Wait()
	})
}

// player takes the steps of one chapter.
type player struct {
	*world
	t      testing.TB
	dice   *rand.Rand
	model  *model
	tenant string
	people []string
	bills  []string          // invoices, by id
	cases  []string          // disputes, by id
	etags  map[string]string // as they were read at some time
	billed int
	told   []repeat
}

// repeat makes an earlier call once more.
type repeat struct {
	first time.Time
	again func()
}

// kept is how long the same request has the same answer.
const kept = 7 * 24 * time.Hour

func newPlayer(t testing.TB, w *world, dice *rand.Rand, tenant string) *player {
	p := &player{world: w, t: t, dice: dice, model: newModel(), tenant: tenant, etags: map[string]string{}}
	for range chapterPeople {
		p.people = append(p.people, newCustomer())
		for range chapterInvoices {
			p.bill(p.people[len(p.people)-1])
		}
	}
	return p
}

func (p *player) play() {
	actions := []struct {
		weight int
		do     func()
	}{
		{30, p.open}, {20, p.decide}, {8, p.withdraw}, {10, func() { p.bill(p.person()) }}, {12, p.turnClock},
		{8, p.replay}, {8, p.race}, {3, p.restarts}, {1, p.reconcile},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	for range chapterSteps {
		at := p.dice.IntN(total)
		for _, a := range actions {
			if at -= a.weight; at < 0 {
				a.do()
				break
			}
		}
		if p.t.Failed() {
			return
		}
	}
	p.reconcile()
}

func (p *player) person() string { return p.people[p.dice.IntN(len(p.people))] }

func (p *player) as(customer string) context.Context {
	return caller.With(p.t.Context(), caller.OnBehalfOf(caller.Service(p.tenant, "assistant"), customer,
		accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
}

func (p *player) staff(role accessv1.Role) context.Context {
	return caller.With(p.t.Context(), &accessv1.Caller{
		Tenant: p.tenant, Principal: "agent:agent-ana", Role: role, Scopes: []string{"billing.read", "billing.write"},
	})
}

// insist makes the call; now and then its caller goes away in the middle first, and comes back with the same request.
func (p *player) insist(ctx context.Context, call func(ctx context.Context) error) error {
	if p.dice.IntN(5) == 0 {
		going, gone := context.WithTimeout(ctx, time.Duration(p.dice.IntN(3000))*time.Microsecond)
		err := call(going)
		gone()
		if err == nil || going.Err() == nil {
			return err
		}
		if p.dice.IntN(3) == 0 {
			p.restart()
		}
	}
	return call(ctx)
}

func (p *player) open() {
	customer, invoice := p.person(), p.bills[p.dice.IntN(len(p.bills))]
	lines := p.lines(invoice)
	req := &billingv1.OpenDisputeRequest{
		RequestId: requestID(), CustomerId: customer, InvoiceId: invoice, LineIds: lines, Reason: "I never ordered that",
	}
	p.model.tick(p.clock.now())
	why := p.model.whyNotOpen(customer, invoice, lines, p.clock.now())
	var res *billingv1.OpenDisputeResponse
	err := p.insist(p.as(customer), func(ctx context.Context) (err error) {
		res, err = p.disputes.OpenDispute(ctx, req)
		return err
	})
	if p.refused("open", err, why) {
		return
	}
	p.opened(res.GetDispute(), customer, invoice, lines)
	p.remember(func() {
		again, err := p.disputes.OpenDispute(p.as(customer), req)
		if err != nil || again.GetDispute().GetId() != res.GetDispute().GetId() {
			p.t.Errorf("the same request to open answers %v, %v", again, err)
		}
		other := proto.CloneOf(req)
		other.Reason = "another"
		if _, err := p.disputes.OpenDispute(p.as(customer), other); fault.Reason(err) != "REQUEST_ID_REUSED" {
			p.t.Errorf("another request to open with a used id: %v", err)
		}
	})
}

// lines of an invoice that are disputed together: mostly some that are there.
func (p *player) lines(invoice string) []string {
	var all []string
	for id := range p.model.invoices[invoice].cents {
		all = append(all, id)
	}
	slices.Sort(all)
	p.dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:1+p.dice.IntN(min(2, len(all)))]
	if p.dice.IntN(20) == 0 {
		all[0] = "no-such-line"
	}
	return all
}

func (p *player) opened(d *billingv1.Dispute, customer, invoice string, lines []string) {
	due := day0(d.GetDecisionDueDate())
	if days := due.Sub(dateOf(p.clock.now())).Hours() / 24; days < 12 || days > 20 {
		p.t.Errorf("opened at %v it is due %v", p.clock.now(), due)
	}
	cents := p.model.open(d.GetId(), customer, invoice, lines, time.Date(due.Year(), due.Month(), due.Day()+1, 0, 0, 0, 0, newYork))
	if got := inCents(d.GetAmount()); got != cents || d.GetState() != billingv1.Dispute_STATE_OPEN {
		p.t.Errorf("opened with %d cents as %v, want %d", got, d.GetState(), cents)
	}
	p.cases, p.etags[d.GetId()] = append(p.cases, d.GetId()), d.GetEtag()
	p.expectLedger(d.GetId())
}

// refused holds an error against the reasons of which there must be one. It says whether there is nothing to go on with.
func (p *player) refused(what string, err error, why []string) bool {
	switch {
	case len(why) == 0 && err == nil:
		return false
	case len(why) > 0 && slices.Contains(why, fault.Reason(err)):
		return true
	default:
		p.t.Errorf("%s: got %v (%s), want one of %q", what, err, fault.Reason(err), why)
		return true
	}
}

// ending is a call that ends a dispute.
type ending struct {
	name string
	to   billingv1.Dispute_State
	ctx  context.Context
	call func(ctx context.Context, requestID, etag string) (*billingv1.Dispute, error)
}

func (p *player) decision(id string) ending {
	outcome, to, reason := billingv1.Decision_OUTCOME_UPHOLD, billingv1.Dispute_STATE_UPHELD, ""
	if p.dice.IntN(2) == 0 {
		outcome, to, reason = billingv1.Decision_OUTCOME_REJECT, billingv1.Dispute_STATE_REJECTED, "It was ordered."
	}
	role := accessv1.Role_ROLE_AGENT
	if p.dice.IntN(2) == 0 {
		role = accessv1.Role_ROLE_OPERATOR
	}
	return ending{"decide", to, p.staff(role), func(ctx context.Context, requestID, etag string) (*billingv1.Dispute, error) {
		res, err := p.disputes.ResolveDispute(ctx, &billingv1.ResolveDisputeRequest{
			RequestId: requestID, DisputeId: id, Etag: etag, Outcome: outcome, Reason: reason,
		})
		return res.GetDispute(), err
	}}
}

func (p *player) withdrawal(id string) ending {
	return ending{"withdraw", billingv1.Dispute_STATE_WITHDRAWN, p.as(p.model.disputes[id].customer), func(ctx context.Context, requestID, etag string) (*billingv1.Dispute, error) {
		res, err := p.disputes.WithdrawDispute(ctx, &billingv1.WithdrawDisputeRequest{RequestId: requestID, DisputeId: id, Etag: etag})
		return res.GetDispute(), err
	}}
}

func (p *player) decide() {
	if id := p.oneCase(); id != "" {
		p.end(id, p.decision(id))
	}
}

func (p *player) withdraw() {
	if id := p.oneCase(); id != "" {
		p.end(id, p.withdrawal(id))
	}
}

// oneCase is any dispute, a newer one rather; none when there is none.
func (p *player) oneCase() string {
	if len(p.cases) == 0 {
		return ""
	}
	return p.cases[max(p.dice.IntN(len(p.cases)), p.dice.IntN(len(p.cases)))]
}

func (p *player) end(id string, e ending) {
	etag, fresh := p.etags[id], false
	if p.dice.IntN(4) > 0 {
		etag, fresh = p.read(id).GetEtag(), true
	}
	p.model.tick(p.clock.now())
	var why []string
	d := p.model.disputes[id]
	if !d.undecided() {
		why = []string{"DISPUTE_CLOSED"}
	} else if !fresh && etag != p.peek(id).GetEtag() {
		why = []string{"ETAG_STALE"}
	}
	request := requestID()
	var got *billingv1.Dispute
	err := p.insist(e.ctx, func(ctx context.Context) (err error) {
		got, err = e.call(ctx, request, etag)
		return err
	})
	if p.refused(e.name, err, why) {
		return
	}
	p.model.end(id, e.to)
	if got.GetState() != e.to {
		p.t.Errorf("%s: it is %v", e.name, got.GetState())
	}
	p.expectLedger(id)
	p.remember(func() {
		again, err := e.call(e.ctx, request, etag)
		if err != nil || again.GetState() != e.to {
			p.t.Errorf("the same request to %s answers %v, %v", e.name, again, err)
		}
	})
}

// read reads a dispute, holds it to the model, and remembers its etag.
func (p *player) read(id string) *billingv1.Dispute {
	d := p.peek(id)
	p.model.tick(p.clock.now())
	want := p.model.disputes[id]
	if d.GetState() != want.state || inCents(d.GetAmount()) != want.cents {
		p.t.Errorf("read as %v with %v, want %v with %d cents", d.GetState(), d.GetAmount(), want.state, want.cents)
	}
	p.etags[id] = d.GetEtag()
	return d
}

func (p *player) peek(id string) *billingv1.Dispute {
	res, err := p.disputes.GetDispute(p.staff(accessv1.Role_ROLE_AGENT), &billingv1.GetDisputeRequest{
		Dispute: &billingv1.GetDisputeRequest_DisputeId{DisputeId: id},
	})
	if err != nil {
		p.t.Error(err)
	}
	return res.GetDispute()
}

// bill makes the customer's next invoice, which carries what waits for it and nothing else.
func (p *player) bill(customer string) {
	p.billed++
	today := dateOf(p.clock.now())
	invoice := &billingv1.Invoice{
		Number: fmt.Sprintf("%s-%d", p.tenant, p.billed), PeriodStartDate: asDate(today), IssueDate: asDate(today),
		DueDate: asDate(today.AddDate(0, 0, 20)),
	}
	books := &modelInvoice{customer: customer, issued: today, cents: map[string]int64{}}
	var total int64
	for i, cents := range []int64{int64(1 + p.dice.IntN(30_000)), int64(1 + p.dice.IntN(9_000)), -int64(p.dice.IntN(500))} {
		l := line("product", "What was ordered", cents)
		l.Id = strconv.Itoa(i + 1)
		invoice.Lines = append(invoice.Lines, l)
		books.cents[l.Id] = cents
		total += cents
	}
	invoice.Total = dollars(total)
	req := &billingv1.IssueInvoiceRequest{RequestId: requestID(), CustomerId: customer, Invoice: invoice}
	var res *billingv1.IssueInvoiceResponse
	err := p.insist(p.staff(accessv1.Role_ROLE_OPERATOR), func(ctx context.Context) (err error) {
		res, err = p.billing.IssueInvoice(ctx, req)
		return err
	})
	if p.refused("issue", err, nil) {
		return
	}
	var carried []int64
	for _, l := range res.GetInvoice().GetLines()[len(invoice.Lines):] {
		carried = append(carried, inCents(l.GetAmount()))
		books.cents[l.GetId()] = 0 // nothing that can be disputed
	}
	want := p.model.issue(customer)
	for _, cents := range want {
		total += cents
	}
	slices.Sort(carried) // what came at the same instant is in any order
	slices.Sort(want)
	if !slices.Equal(carried, want) || inCents(res.GetInvoice().GetTotal()) != total {
		p.t.Errorf("the invoice carries %v of total %v, want %v of %d", carried, res.GetInvoice().GetTotal(), want, total)
	}
	p.bills = append(p.bills, res.GetInvoice().GetId())
	p.model.invoices[res.GetInvoice().GetId()] = books
}

// turnClock forward: by minutes, by days, or by weeks.
func (p *player) turnClock() {
	steps := []time.Duration{time.Minute, 7 * time.Hour, 26 * time.Hour, 5 * 24 * time.Hour, 16 * 24 * time.Hour}
	p.clock.set(p.clock.now().Add(steps[p.dice.IntN(len(steps))]))
}

func (p *player) remember(again func()) {
	p.told = append(p.told, repeat{p.clock.now(), again})
}

func (p *player) replay() {
	p.told = slices.DeleteFunc(p.told, func(r repeat) bool { return p.clock.now().Sub(r.first) >= kept })
	if len(p.told) > 0 {
		p.told[p.dice.IntN(len(p.told))].again()
	}
}

func (p *player) restarts() { p.restart() }

// race has two callers end the same dispute, or open one over the same lines, at once: it is as if one had been first.
func (p *player) race() {
	if p.dice.IntN(2) == 0 {
		p.raceToOpen()
		return
	}
	id := p.oneCase()
	if id == "" {
		return
	}
	etag := p.read(id).GetEtag()
	ends := [2]ending{p.decision(id), p.withdrawal(id)}
	var errs [2]error
	twoAtOnce(func(i int) { _, errs[i] = ends[i].call(ends[i].ctx, requestID(), etag) })
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
			if !p.model.end(id, ends[i].to) {
				p.t.Errorf("two callers ended a dispute, or ended one that was closed")
			}
		} else if reason := fault.Reason(err); reason != "DISPUTE_CLOSED" && reason != "ETAG_STALE" {
			p.t.Errorf("racing to %s: %v", ends[i].name, err)
		}
	}
	if won == 0 && p.model.disputes[id].undecided() {
		p.t.Errorf("two callers, and nobody ended the dispute: %v", errs)
	}
	p.read(id)
	p.expectLedger(id)
}

func (p *player) raceToOpen() {
	customer, invoice := p.person(), p.bills[p.dice.IntN(len(p.bills))]
	lines := p.lines(invoice)
	p.model.tick(p.clock.now())
	why := p.model.whyNotOpen(customer, invoice, lines, p.clock.now())
	var opened [2]*billingv1.Dispute
	var errs [2]error
	twoAtOnce(func(i int) {
		res, err := p.disputes.OpenDispute(p.as(customer), &billingv1.OpenDisputeRequest{
			RequestId: requestID(), CustomerId: customer, InvoiceId: invoice, LineIds: lines,
		})
		opened[i], errs[i] = res.GetDispute(), err
	})
	for i, err := range errs {
		if err == nil && len(why) == 0 {
			p.opened(opened[i], customer, invoice, lines)
			why = []string{"LINE_ALREADY_DISPUTED"}
			errs[i] = nil
			if err := errs[1-i]; !slices.Contains(why, fault.Reason(err)) {
				p.t.Errorf("the second of two who open at once: %v", err)
			}
			return
		}
	}
	for _, err := range errs {
		p.refused("open at once", err, why)
	}
}

func twoAtOnce(do func(i int)) {
	var both sync.WaitGroup
	for i := range 2 {
		both.Go(func() { do(i) })
	}
	both.Wait()
}

// expectLedger holds the entries of a dispute to its state: they sum to zero, and the customer's side is what is still credited.
func (p *player) expectLedger(id string) {
	res, err := p.disputes.ListLedgerEntries(p.staff(accessv1.Role_ROLE_OPERATOR), &billingv1.ListLedgerEntriesRequest{
		Of: &billingv1.ListLedgerEntriesRequest_DisputeId{DisputeId: id},
	})
	if err != nil {
		p.t.Error(err)
		return
	}
	balances := map[billingv1.LedgerAccount]int64{}
	var sum int64
	for _, e := range res.GetEntries() {
		balances[e.GetAccount()] += inCents(e.GetAmount())
		sum += inCents(e.GetAmount())
	}
	d := p.model.disputes[id]
	want := map[billingv1.Dispute_State][2]int64{ // receivable, granted
		billingv1.Dispute_STATE_OPEN: {-d.cents, 0}, billingv1.Dispute_STATE_OVERDUE: {-d.cents, 0},
		billingv1.Dispute_STATE_UPHELD: {-d.cents, d.cents},
	}[d.state]
	got := [2]int64{
		balances[billingv1.LedgerAccount_LEDGER_ACCOUNT_CUSTOMER_RECEIVABLE],
		balances[billingv1.LedgerAccount_LEDGER_ACCOUNT_DISPUTE_CREDITS_GRANTED],
	}
	if sum != 0 || got != want {
		p.t.Errorf("the ledger of a dispute that is %v sums to %d and has %v, want %v", d.state, sum, got, want)
	}
}

// reconcile has the service prove its books, and holds their balances and every dispute to the model.
func (p *player) reconcile() {
	res, err := p.disputes.ReconcileLedger(p.staff(accessv1.Role_ROLE_OPERATOR), &billingv1.ReconcileLedgerRequest{})
	if err != nil {
		p.t.Error(err)
		return
	}
	report := res.GetReport()
	balances := map[billingv1.LedgerAccount]int64{}
	for _, b := range report.GetBalances() {
		balances[b.GetAccount()] = inCents(b.GetBalance())
	}
	want := map[billingv1.LedgerAccount]int64{
		billingv1.LedgerAccount_LEDGER_ACCOUNT_CUSTOMER_RECEIVABLE:     p.model.receivable,
		billingv1.LedgerAccount_LEDGER_ACCOUNT_DISPUTE_CREDITS_GRANTED: p.model.granted,
		billingv1.LedgerAccount_LEDGER_ACCOUNT_PROVISIONAL_CREDITS:     -p.model.receivable - p.model.granted,
	}
	for account, cents := range want {
		if balances[account] != cents {
			p.t.Errorf("%v is %d, want %d", account, balances[account], cents)
		}
	}
	if report.GetMismatchCount() != 0 || report.GetDisputeCount() != int64(len(p.cases)) {
		p.t.Errorf("reconciled %d disputes of %d: %v", report.GetDisputeCount(), len(p.cases), report.GetMismatches())
	}
	for _, id := range p.cases {
		p.read(id)
	}
}

func inCents(m *money.Money) int64 { return m.GetUnits()*100 + int64(m.GetNanos())/10_000_000 }

func day0(d *date.Date) time.Time {
	return time.Date(int(d.GetYear()), time.Month(d.GetMonth()), int(d.GetDay()), 0, 0, 0, 0, time.UTC)
}

func asDate(t time.Time) *date.Date { return day(int32(t.Year()), int32(t.Month()), int32(t.Day())) }
