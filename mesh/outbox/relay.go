package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
)

const (
	// batch is how many events are read, published or marked together.
	batch = 500
	// kept is how long a confirmed row outlives its confirmation; JetStream fsyncs well within it.
	kept = time.Minute
	// round is the time between sweeps for what others left and of what is to be deleted.
	round        = 5 * time.Second
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// relay runs until running ends; what it began it finishes while working lasts.
func (o *Outbox) relay(running, working context.Context) {
	o.fresh.miss()
	o.insist(running, "read what is left", func() error { return o.unmark(running) })
	rounds := time.NewTicker(round)
	defer rounds.Stop()
	for {
		select {
		case <-running.Done():
			return
		case <-o.fresh.wake:
			o.work(running, working)
		case <-rounds.C:
			o.insist(running, "sweep", func() error { return o.sweep(running, working, o.clock().Add(-round)) })
			o.insist(running, "delete what was published", func() error { return o.deleteOld(running) })
		}
	}
}

// work publishes what is fresh, or everything that is not published when fresh has missed something.
func (o *Outbox) work(running, working context.Context) {
	events, missed := o.fresh.take()
	if missed {
		o.insist(running, "sweep", func() error { return o.sweep(running, working, time.Time{}) })
		o.fresh.nudge() // for what came meanwhile
		return
	}
	for len(events) > 0 && running.Err() == nil {
		now := events[:min(batch, len(events))]
		events = events[len(now):]
		if o.db.Engine() == store.PostgreSQL {
			// Hooks of two transactions may run in either order, and another process may not have published the event
			// before ours: what is to come first is in the table.
			o.insist(running, "read", func() (err error) { now, err = o.unpublishedOf(running, now); return err })
		}
		o.publish(running, working, now)
	}
}

// sweep publishes what is not published and was added up to a time; the zero time means everything.
func (o *Outbox) sweep(running, working context.Context, until time.Time) error {
	for running.Err() == nil {
		events, err := o.unpublished(running, until)
		if err != nil {
			return err
		}
		o.publish(running, working, events)
		if len(events) < batch {
			return nil
		}
	}
	return running.Err()
}

// publish insists until the bus has confirmed the events and the rows say so. Of one key only one event is on its way at
// a time: were the first refused and the second taken, their order would be lost.
func (o *Outbox) publish(running, working context.Context, events []event) {
	for len(events) > 0 {
		var wave, rest []event
		under := make(map[string]bool, len(events))
		for _, e := range events {
			if under[e.key] {
				rest = append(rest, e)
				continue
			}
			under[e.key] = true
			wave = append(wave, e)
		}
		msgs := make([]bus.Message, len(wave))
		for i, e := range wave {
			msgs[i] = bus.Message{Subject: e.subject, ID: e.id, Data: e.data}
		}
		if !o.insist(running, "publish", func() error { return o.to.Publish(working, msgs) }) {
			return
		}
		if !o.insist(running, "mark what was published", func() error { return o.mark(working, wave) }) {
			return
		}
		events = rest
	}
}

// insist tries until it succeeds, with growing pauses, half of each by chance. It says no when running ended first.
func (o *Outbox) insist(running context.Context, what string, try func() error) bool {
	pause := firstPause
	for {
		err := try()
		if err == nil {
			return true
		}
		if running.Err() != nil {
			return false
		}
		o.log.WarnContext(running, "the outbox cannot "+what, slog.String("store", o.db.Name()), slog.Any("error", err))
		timer := time.NewTimer(pause/2 + rand.N(pause/2))
		select {
		case <-timer.C:
		case <-running.Done():
			timer.Stop()
			return false
		}
		pause = min(2*pause, longestPause)
	}
}
