package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	flooding = 8    // connections of the one who floods
	patients = 16   // others, who ask in turn
	asked    = 20   // turns a second of the others, together
	backlog  = 1000 // messages of the flood that have to wait before anybody asks
	// floodRate is how many more a second follow: far more than a sender is served, and no more than leaves the machine room
	// for anything else. How much can be taken in is another question: that of ingest.
	floodRate = 200
)

// fairness measures what one sender who floods costs the others. It is quiet and loud in turn, so that a slow moment of the
// machine meets both, and each round has a platform of its own, since a flood is worked off long after.
func fairness(ctx context.Context, r *run) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	var quiet, loud asking
	for range retakes {
		if err := r.startAnew(ctx); err != nil {
			return err
		}
		if err := r.beforeAndDuring(ctx, &quiet, &loud); err != nil {
			return err
		}
	}
	calm, busy := quiet.result("others, nobody floods"), loud.result("others, one sender floods").with("flood messages waiting", float64(loud.waiting))
	busy.Reference, busy.ReferencePerS, busy.Ratio = "nobody floods (ratio of p99)", calm.PerS, round(busy.P99/calm.P99)
	return errors.Join(r.result(calm), r.result(busy))
}

// startAnew has the platform run with nothing stored.
func (r *run) startAnew(ctx context.Context) error {
	if err := errors.Join(r.stop(), os.RemoveAll(r.data())); err != nil {
		return err
	}
	return r.restart(ctx)
}

// beforeAndDuring a flood the others ask.
func (r *run) beforeAndDuring(ctx context.Context, quiet, loud *asking) error {
	others := crowd(0, patients)
	if _, _, err := r.paced(ctx, others, asked, warmUp); err != nil {
		return err
	}
	if err := quiet.ask(ctx, r, others); err != nil {
		return err
	}
	flood, err := r.flood(ctx)
	if err != nil {
		return err
	}
	err = loud.ask(ctx, r, others)
	loud.waiting = flood.stop() - r.answers.count(flood.phone)
	if err == nil && loud.waiting < backlog {
		err = fmt.Errorf("only %d messages of the flood waited at the end: nothing was measured", loud.waiting)
	}
	return err
}

// asking of the others, round by round.
type asking struct {
	rounds        []measured
	late, waiting int
}

func (a *asking) ask(ctx context.Context, r *run, others []*customer) error {
	took, late, err := r.paced(ctx, others, asked, r.Duration/2)
	a.rounds, a.late = append(a.rounds, measured{took, r.Duration / 2}), a.late+late
	return err
}

func (a *asking) result(name string) Result {
	return Result{Bench: "fairness", Case: name}.ofMiddle(a.rounds).with("late turns", float64(a.late))
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
