package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

// board is a bus that keeps what it confirmed, each id once, as JetStream does.
type board struct {
	mu        sync.Mutex
	down      bool
	calls     []time.Time
	confirmed []string // ids, in the order of their first publication
	times     map[string]int
	arrived   chan struct{}
}

func newBoard() *board { return &board{times: map[string]int{}, arrived: make(chan struct{}, 1)} }

func (b *board) Publish(_ context.Context, msgs []bus.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, time.Now())
	keys := map[string]bool{}
	for i, m := range msgs {
		if b.down && i == len(msgs)/2 {
			return errors.New("the bus is down") // with the first half taken
		}
		var env eventsv1.Envelope
		if err := proto.Unmarshal(m.Data, &env); err != nil || env.GetId() != m.ID || keys[env.GetPartitionKey()] {
			return fmt.Errorf("message %s: %w, another of its key in one call: %t", m.ID, err, keys[env.GetPartitionKey()])
		}
		keys[env.GetPartitionKey()] = true
		if b.times[m.ID]++; b.times[m.ID] == 1 {
			b.confirmed = append(b.confirmed, m.ID)
		}
	}
	select {
	case b.arrived <- struct{}{}:
	default:
	}
	return nil
}

func (b *board) turn(down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = down
}

func (b *board) ids() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.confirmed)
}

// until waits for what is confirmed to satisfy the test.
func (b *board) until(t *testing.T, done func(ids []string) bool) {
	t.Helper()
	for {
		select {
		case <-b.arrived:
			if done(b.ids()) {
				return
			}
		case <-t.Context().Done():
			t.Fatalf("confirmed were only %q", b.ids())
		}
	}
}

func count(n int) func([]string) bool { return func(ids []string) bool { return len(ids) == n } }

// inOrder fails when an event came before an earlier one of its key.
func inOrder(t *testing.T, ids []string) {
	t.Helper()
	last := map[string]int{}
	for _, id := range ids {
		var key string
		var sequence int
		if _, err := fmt.Sscanf(id, "event_%1s%d", &key, &sequence); err != nil {
			t.Fatal(err)
		}
		if sequence != last[key]+1 {
			t.Errorf("%s came after %d of %s", id, last[key], key)
		}
		last[key] = sequence
	}
}

func numbered(key string, sequence int64) *eventsv1.Envelope {
	return &eventsv1.Envelope{Id: fmt.Sprintf("event_%s%03d", key, sequence), PartitionKey: key, Sequence: sequence, Type: "test"}
}

func add(t testing.TB, db *store.DB, o *Outbox, envs ...*eventsv1.Envelope) {
	t.Helper()
	must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, env := range envs {
			if err := o.Add(ctx, tx, "test."+env.GetPartitionKey(), env); err != nil {
				return err
			}
		}
		return nil
	}))
}

func open(t testing.TB, db *store.DB, to bus.Publisher, clk clock.Clock) *Outbox {
	t.Helper()
	o, err := New(db, to, slog.New(slog.DiscardHandler), clk)
	must(t, err)
	return o
}

func started(t testing.TB, db *store.DB, to bus.Publisher) *Outbox {
	t.Helper()
	o := open(t, db, to, clock.System)
	must(t, o.Start(t.Context()))
	t.Cleanup(func() { must(t, o.Stop(context.Background())) })
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEventsOfAKeyArriveInOrderWhoeverAddsThem(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opens func(testing.TB, string) *store.DB) {
		db, b := opens(t, "test"), newBoard()
		must(t, db.Migrate(t.Context(), "counters", counters))
		// Two processes, each with its own relay, that append to the same conversations.
		adders := []*Outbox{started(t, db, b)}
		if db.Engine() == store.PostgreSQL {
			adders = append(adders, started(t, opens(t, "test"), b))
		}
		const each = 40
		var wg sync.WaitGroup
		for _, o := range adders {
			for _, key := range []string{"a", "b", "c"} {
				wg.Go(func() {
					for range each {
						if err := o.db.Write(t.Context(), appendNext(o, key)); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		wg.Wait()
		b.until(t, count(3*each*len(adders)))
		inOrder(t, b.ids())
	})
}

func TestAnEventIsPublishedIfAndOnlyIfItsTransactionIsCommitted(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opens func(testing.TB, string) *store.DB) {
		db, b := opens(t, "test"), newBoard()
		o := started(t, db, b)
		refused := errors.New("refused")
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(o.Add(ctx, tx, "test.a", numbered("a", 1)), refused)
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		add(t, db, o, numbered("b", 1))
		b.until(t, count(1))
		if got := b.ids(); got[0] != "event_b001" {
			t.Errorf("published %q", got)
		}
	})
}

// A relay that remembers the highest id it has read skips rows of transactions that commit late.
func TestALateCommitIsNotSkipped(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opens func(testing.TB, string) *store.DB) {
		db, b := opens(t, "test"), newBoard()
		o := started(t, db, b)
		if db.Engine() == store.SQLite {
			add(t, db, o, numbered("b", 1), numbered("a", 1)) // writers take turns: there is no late commit
			b.until(t, count(2))
			return
		}
		var once sync.Once
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			err := o.Add(ctx, tx, "test.a", numbered("a", 1))
			once.Do(func() {
				add(t, db, o, numbered("b", 1))
				b.until(t, count(1))
			})
			return err
		}))
		b.until(t, count(2))
	})
}

func TestAfterAnUncleanStopWhatIsLeftIsPublishedAgain(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opens func(testing.TB, string) *store.DB) {
		db, b := opens(t, "test"), newBoard()
		confirmed := open(t, db, b, clock.System)
		must(t, confirmed.Start(t.Context()))
		add(t, db, confirmed, numbered("a", 1), numbered("a", 2))
		b.until(t, count(2))
		must(t, confirmed.Stop(t.Context()))
		add(t, db, confirmed, numbered("a", 3)) // committed, and the process died

		forgetful := newBoard() // a power cut took what the bus had confirmed
		started(t, db, forgetful)
		forgetful.until(t, count(3))
		inOrder(t, forgetful.ids())
	})
}

func TestACrashBetweenPublicationAndMarkPublishesAgainUnderTheSameID(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opens func(testing.TB, string) *store.DB) {
		db, b := opens(t, "test"), newBoard()
		dying := opens(t, "test")
		o := open(t, dying, publisher(func(ctx context.Context, msgs []bus.Message) error {
			err := b.Publish(ctx, msgs)
			_ = dying.Close() // before the mark
			return err
		}), clock.System)
		must(t, o.Start(t.Context()))
		add(t, dying, o, numbered("a", 1))
		b.until(t, count(1))
		must(t, o.Stop(t.Context()))

		again := started(t, db, b)
		add(t, db, again, numbered("a", 2))
		b.until(t, count(2))
		if b.times["event_a001"] < 2 {
			t.Error("the unmarked event was not published again")
		}
		inOrder(t, b.ids())
	})
}

type publisher func(ctx context.Context, msgs []bus.Message) error

func (p publisher) Publish(ctx context.Context, msgs []bus.Message) error { return p(ctx, msgs) }

// The rest is about time, in a bubble.

func TestABusThatIsDownIsAskedEverMoreSeldomAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, b := storetest.Open(t, "test"), newBoard()
		o := started(t, db, b)
		b.turn(true)
		for i := range int64(3) {
			add(t, db, o, numbered("a", i+1), numbered("b", i+1))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if n := len(b.calls); n < 24 || n > 70 {
			t.Errorf("asked %d times in two minutes", n)
		}
		if n, err := o.Pending(t.Context()); err != nil || n != 6 {
			t.Errorf("%d pending, %v", n, err)
		}
		b.turn(false)
		time.Sleep(longestPause)
		synctest.Wait()
		if len(b.ids()) != 6 {
			t.Errorf("published %q", b.ids())
		}
		inOrder(t, b.ids())
		if n, err := o.Pending(t.Context()); err != nil || n != 0 {
			t.Errorf("%d pending, %v", n, err)
		}
	})
}

func TestMoreThanMemoryHoldsIsSweptInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, b := storetest.Open(t, "test"), newBoard()
		o := started(t, db, b)
		synctest.Wait()
		b.turn(true)
		for i := range int64(3) {
			add(t, db, o, numbered("a", i+1))
		}
		synctest.Wait()
		o.fresh.miss() // as put does at the limit
		add(t, db, o, numbered("a", 4))
		b.turn(false)
		add(t, db, o, numbered("a", 5))
		time.Sleep(longestPause)
		synctest.Wait()
		if len(b.ids()) != 5 {
			t.Errorf("published %q", b.ids())
		}
		inOrder(t, b.ids())
	})
}

func TestARowIsDeletedAMinuteAfterItsConfirmation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, b := storetest.Open(t, "test"), newBoard()
		o := started(t, db, b)
		add(t, db, o, numbered("a", 1))
		for _, step := range []struct {
			after time.Duration
			rows  int
		}{{kept - time.Second, 1}, {time.Second + round, 0}} {
			time.Sleep(step.after)
			synctest.Wait()
			var n int
			must(t, db.QueryRow(t.Context(), `SELECT count(*) FROM outbox`).Scan(&n))
			if n != step.rows {
				t.Errorf("%d rows after %v, want %d", n, step.after, step.rows)
			}
		}
	})
}

func TestWhatAnotherProcessLeftIsSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, b := storetest.Open(t, "test"), newBoard()
		started(t, db, b)
		synctest.Wait()
		dead := open(t, db, b, clock.System) // never started
		add(t, db, dead, numbered("a", 1))
		time.Sleep(3 * round)
		synctest.Wait()
		if len(b.ids()) != 1 {
			t.Errorf("published %q", b.ids())
		}
	})
}

func TestStopIsIdempotentAndSafeBeforeStart(t *testing.T) {
	o := open(t, storetest.Open(t, "test"), newBoard(), clock.System)
	must(t, o.Stop(t.Context()))
	must(t, o.Start(t.Context()))
	must(t, o.Start(t.Context()))
	must(t, o.Stop(t.Context()))
	must(t, o.Stop(t.Context()))
}
