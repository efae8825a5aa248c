package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	flooding = 8    // connections of the one who floods
	patients = 16   // others, who ask in turn
	asked    = 20   // turns a second of the others, together
	longer   = 3    // times as long as other cases: of 200 turns the 99th percentile would be the worst but one
	backlog  = 1000 // messages of the flood that have to wait before anybody asks
	// floodRate is how many more a second follow: four times what a sender is served, and no more than leaves the machine room
	// for anything else. How much can be taken in is another question: that of ingest.
	floodRate = 200
)

// fairness measures what one sender who floods costs the others.
func fairness(ctx context.Context, r *run) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	others := crowd(0, patients)
	if _, _, err := paced(ctx, others, r.to, r.answers, asked, warmUp); err != nil {
		return err
	}
	calm, late, err := paced(ctx, others, r.to, r.answers, asked, longer*r.Duration)
	if err != nil {
		return err
	}
	quiet := Result{Bench: "fairness", Case: "others, nobody floods"}.of(calm, longer*r.Duration).with("late turns", float64(late))
	if err := r.result(quiet); err != nil {
		return err
	}
	flood, err := r.flood(ctx)
	if err != nil {
		return err
	}
	busy, late, err := paced(ctx, others, r.to, r.answers, asked, longer*r.Duration)
	waiting := flood.stop() - r.answers.count(flood.phone)
	if err != nil {
		return err
	}
	if waiting < backlog {
		return fmt.Errorf("only %d messages of the flood waited at the end: nothing was measured", waiting)
	}
	loud := Result{Bench: "fairness", Case: "others, one sender floods"}.of(busy, longer*r.Duration).with("late turns", float64(late)).
		with("flood messages waiting", float64(waiting))
	loud.Reference, loud.ReferencePerS, loud.Ratio = "nobody floods (ratio of p99)", quiet.PerS, round(loud.P99/quiet.P99)
	return r.result(loud)
}

// flood is one sender who does not stop.
type flood struct {
	phone    string
	accepted atomic.Int64
	cancel   context.CancelFunc
	posting  sync.WaitGroup
}

// flood begins, and returns when a backlog waits.
func (r *run) flood(ctx context.Context) (*flood, error) {
	f := &flood{phone: unknownPhone(9999)}
	running, cancel := context.WithCancel(ctx)
	f.cancel = cancel
	to := newPoster(r.up.webhooks, flooding)
	var number atomic.Int64
	pace := time.NewTicker(time.Second / floodRate)
	for range flooding {
		f.posting.Go(func() {
			for running.Err() == nil {
				if f.accepted.Load() > 2*backlog {
					select {
					case <-pace.C:
					case <-running.Done():
						return
					}
				}
				if err := to.post(running, whatsapp(fmt.Sprintf("wamid.flood.%d", number.Add(1)), f.phone, "hello")); err == nil {
					f.accepted.Add(1)
				}
			}
		})
	}
	return f, poll(ctx, func() (bool, error) { return int(f.accepted.Load()) > 2*backlog, nil })
}

// stop answers how many messages were taken.
func (f *flood) stop() int {
	f.cancel()
	f.posting.Wait()
	return int(f.accepted.Load())
}
