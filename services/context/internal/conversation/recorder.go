package conversation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
)

const (
	// chunk is how many events of one customer share a transaction: few, so that one customer's flood holds up nobody.
	chunk = 16
	// attempts to write an event whose message is being changed by others at the same time.
	attempts = 5
	// mostWaiting changes are kept for one customer's messages that have not come; the oldest give way.
	mostWaiting = 256
)

// Customers knows whose message it is.
type Customers interface {
	// Resolve answers the id of the customer who holds the sender's handles, and makes one if nobody does.
	Resolve(ctx context.Context, tenant string, s Sender) (customerID string, err error)
	// Join merges a visitor whom nobody knew with the customer who it turned out to be. It answers the customer, and all visitors who
	// ever turned out to be the same. Once it is done it answers the same; whoever is known for somebody else is not merged.
	Join(ctx context.Context, tenant string, visitor, known Sender) (customerID string, merged []string, err error)
}

// Recorder appends what happened on channels.
type Recorder struct {
	store     Store
	vault     Vault
	customers Customers
	clock     clock.Clock
	idleAfter time.Duration
}

// NewRecorder closes conversations that were silent for idleAfter.
func NewRecorder(s Store, v Vault, c Customers, clk clock.Clock, idleAfter time.Duration) *Recorder {
	return &Recorder{store: s, vault: v, customers: c, clock: clk, idleAfter: idleAfter}
}

// Result of one event of a batch.
type Result struct {
	Recorded
	Err error
}

// Record appends the events and answers one result for each. Events of one customer are recorded in their order, those of
// different customers side by side; none fails because of another.
func (r *Recorder) Record(ctx context.Context, tenant string, events []ChannelEvent) []Result {
	for i, e := range events {
		if _, ok := e.What.(Identified); ok && len(events) > 1 {
			return r.recordAround(ctx, tenant, events, i)
		}
	}
	entries := make([]*entry, len(events))
	for i, e := range events {
		entries[i] = r.entry(tenant, e)
	}
	r.identify(ctx, entries)
	work := byCustomer(entries)
	inParallel(len(work), func(i int) {
		r.writeAll(ctx, work[i])
	})
	results := make([]Result, len(entries))
	for i, e := range entries {
		results[i] = Result{Recorded: e.recorded, Err: e.err}
	}
	return results
}

// recordAround keeps the order around an event that says who somebody is: what came before is of a visitor yet.
func (r *Recorder) recordAround(ctx context.Context, tenant string, events []ChannelEvent, at int) []Result {
	results := r.Record(ctx, tenant, events[:at])
	for _, before := range results {
		if before.Err != nil && !lasting(before.Err) {
			for range events[at:] {
				results = append(results, Result{Err: before.Err})
			}
			return results
		}
	}
	results = append(results, r.Record(ctx, tenant, events[at:at+1])...)
	return append(results, r.Record(ctx, tenant, events[at+1:])...)
}

// identify finds out whose events they are, each sender once.
func (r *Recorder) identify(ctx context.Context, entries []*entry) {
	bySender := map[string][]*entry{}
	for _, e := range entries {
		bySender[e.sender()] = append(bySender[e.sender()], e)
	}
	senders := make([][]*entry, 0, len(bySender))
	for _, same := range bySender {
		senders = append(senders, same)
	}
	inParallel(len(senders), func(i int) {
		id, err := r.whose(ctx, senders[i][0])
		for _, e := range senders[i] {
			e.recorded.CustomerID, e.err = id, err
		}
	})
}

// whose customer's the event is: the sender's, for a status the message's, and of a visitor who signs in whoever that is.
func (r *Recorder) whose(ctx context.Context, e *entry) (id string, err error) {
	defer survive(&err)
	switch what := e.event.What.(type) {
	case Status:
		m, err := r.store.Message(ctx, e.tenant, what.MessageID)
		return m.CustomerID, err
	case Identified:
		id, e.merged, err = r.customers.Join(ctx, e.tenant, *e.event.Sender, what.As)
		return id, err
	default:
		return r.customers.Resolve(ctx, e.tenant, *e.event.Sender)
	}
}

// byCustomer groups the events that have a customer, in their order.
func byCustomer(entries []*entry) [][]*entry {
	var groups [][]*entry
	at := map[string]int{}
	for _, e := range entries {
		if e.err != nil {
			continue
		}
		i, ok := at[e.recorded.CustomerID]
		if !ok {
			i = len(groups)
			at[e.recorded.CustomerID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// writeAll records the events of one customer, a few together, or each alone when together does not work. Behind an event
// that may be recorded later none is recorded now: it would overtake.
func (r *Recorder) writeAll(ctx context.Context, entries []*entry) {
	var passing error
	for part := range slices.Chunk(entries, chunk) {
		if passing == nil && len(part) > 1 && r.tryWrite(ctx, part) == nil {
			continue
		}
		for _, e := range part {
			if e.err = passing; passing == nil {
				e.err = r.writeAlone(ctx, e)
			}
			if e.err != nil && !lasting(e.err) {
				passing = e.err
			}
		}
	}
}

// lasting says whether the event will never be recorded, however often it is tried.
func lasting(err error) bool {
	return errors.Is(err, ErrMessageNotFound) || errors.Is(err, ErrCustomerErased)
}

func (r *Recorder) writeAlone(ctx context.Context, e *entry) error {
	for range attempts {
		err := r.tryWrite(ctx, []*entry{e})
		var into errMergedInto
		if errors.As(err, &into) {
			e.isOf(string(into))
			continue
		}
		if errors.Is(err, errUnprepared) || store.IsUniqueViolation(err) {
			continue
		}
		return err
	}
	return ErrContended
}

// tryWrite records the events in one transaction, or none of them.
func (r *Recorder) tryWrite(ctx context.Context, entries []*entry) (err error) {
	defer survive(&err)
	for _, e := range entries {
		if err := r.prepare(ctx, e); err != nil {
			return err
		}
	}
	recorded := make([]Recorded, len(entries))
	err = r.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		for i, e := range entries {
			var err error
			if recorded[i], err = r.recordOnce(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("recording %d events: %w", len(entries), err)
	}
	for i, e := range entries {
		e.recorded = recorded[i]
	}
	return nil
}

// recordOnce answers what the event was answered before, or records it. A status needs no key: folded again, it changes nothing.
func (r *Recorder) recordOnce(ctx context.Context, tx Tx, e *entry) (Recorded, error) {
	if _, ok := e.event.What.(Status); ok {
		return r.record(ctx, tx, e)
	}
	if before, ok, err := tx.Recorded(ctx, e.tenant, e.key); ok || err != nil {
		return before, err
	}
	recorded, err := r.record(ctx, tx, e)
	if err != nil {
		return Recorded{}, err
	}
	return recorded, tx.KeepRecorded(ctx, e.tenant, e.key, recorded, e.now)
}

func (r *Recorder) record(ctx context.Context, tx Tx, e *entry) (Recorded, error) {
	into, err := tx.MergedInto(ctx, e.tenant, e.recorded.CustomerID)
	if err != nil {
		return Recorded{}, err
	}
	if into != "" {
		return Recorded{}, errMergedInto(into)
	}
	switch what := e.event.What.(type) {
	case InboundMessage:
		return r.appendInbound(ctx, tx, e)
	case Status:
		return r.foldStatus(ctx, tx, e, what)
	case Identified:
		return r.join(ctx, tx, e)
	default:
		return r.changeOrWait(ctx, tx, e)
	}
}
