package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
)

const (
	// batch is how many events are read, published or marked together.
	batch = 500
	// turn is how many events of a key are read together where they are read back from the table.
	turn = 16
	// kept is how long a confirmed row outlives its confirmation; JetStream fsyncs well within it.
	kept = time.Minute
	// round is the time between sweeps for what others left and of what is to be deleted.
	round        = 5 * time.Second
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// relay runs until running ends; what it began it finishes while working lasts.
type relay struct {
	*Outbox
	running, working context.Context //nolint:containedctx // the life of the relay, which Stop ends
	line             *line
	marks            *marks
}

func (o *Outbox) relay(running, working context.Context) {
	r := &relay{Outbox: o, running: running, working: working, line: newLine(), marks: newMarks()}
	var marking sync.WaitGroup
	marking.Go(func() {
		r.marks.run(func(events []event) {
			r.insist("mark what was published", func() error { return o.mark(working, events) })
		})
	})
	r.run()
	r.marks.close()
	marking.Wait()
}

func (r *relay) run() {
	r.fresh.miss()
	r.insist("read what is left", func() error { return r.unmark(r.running) })
	rounds := time.NewTicker(round)
	defer rounds.Stop()
	for {
		select {
		case <-r.running.Done():
			return
		case <-r.fresh.wake:
			r.work()
		case <-rounds.C:
			if r.fromTable() || r.line.size == 0 { // what is old is others', or ours that waits in line
				r.insist("sweep", func() error { return r.sweep(r.clock().Add(-round)) })
			}
			r.insist("delete what was published", func() error { return r.deleteOld(r.running) })
		}
	}
}

// work lets what is fresh stand in line and publishes what is first there, or everything that is not published when
// fresh has missed something.
func (r *relay) work() {
	events, missed := r.fresh.take(freshLimit - r.line.size)
	if missed {
		r.line = newLine() // it is in the table, too
		r.insist("sweep", func() error { return r.sweep(time.Time{}) })
		r.fresh.nudge() // for what came meanwhile
		return
	}
	fromTable := r.fromTable()
	for _, e := range events {
		if !fromTable || !r.line.has(e.key) {
			r.line.add(e)
		}
	}
	switch now := r.line.next(batch); {
	case len(now) == 0:
	case fromTable:
		r.publishFromTable(now)
	default:
		r.publish(now)
	}
	if r.line.size > 0 {
		r.fresh.nudge()
	}
}

// fromTable is whether others add to the table, too: then it alone knows what comes first.
func (r *relay) fromTable() bool { return r.db.Engine() == store.PostgreSQL }

// publishFromTable publishes the first events of the keys of these as the table has them: hooks of two transactions may
// run in either order, and another process may not have published an event that comes before ours.
func (r *relay) publishFromTable(of []event) {
	var events []event
	if !r.insist("read", func() (err error) {
		r.marks.settle()
		events, err = r.unpublishedOf(r.running, of)
		return err
	}) {
		return
	}
	r.publish(events)
	read := map[string]int{}
	for _, e := range events {
		if read[e.key]++; read[e.key] == turn {
			r.line.add(e) // for the key: it may have more
		}
	}
}

// sweep publishes what is not published and was added up to a time; the zero time means everything.
func (r *relay) sweep(until time.Time) error {
	for r.running.Err() == nil {
		r.marks.settle()
		events, err := r.unpublished(r.running, until)
		if err != nil {
			return err
		}
		r.publish(events)
		if len(events) < batch {
			return nil
		}
	}
	return r.running.Err()
}

// publish insists until the bus has confirmed the events. Of one key only one event is on its way at a time: were the
// first refused and the second taken, their order would be lost.
func (r *relay) publish(events []event) {
	order := newLine()
	for _, e := range events {
		order.add(e)
	}
	for order.size > 0 {
		wave := order.next(batch)
		msgs := make([]bus.Message, len(wave))
		for i, e := range wave {
			msgs[i] = bus.Message{Subject: e.subject, ID: e.id, Data: e.data}
		}
		if !r.insist("publish", func() error { return r.to.Publish(r.working, msgs) }) {
			return
		}
		r.marks.add(wave)
	}
}

// insist tries until it succeeds, with growing pauses, half of each by chance. It says no when running ended first.
func (r *relay) insist(what string, try func() error) bool {
	pause := firstPause
	for {
		err := try()
		if err == nil {
			return true
		}
		if r.running.Err() != nil {
			return false
		}
		r.log.WarnContext(r.running, "the outbox cannot "+what, slog.String("store", r.db.Name()), slog.Any("error", err))
		timer := time.NewTimer(pause/2 + rand.N(pause/2))
		select {
		case <-timer.C:
		case <-r.running.Done():
			timer.Stop()
			return false
		}
		pause = min(2*pause, longestPause)
	}
}
