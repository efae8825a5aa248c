package bench

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// sustained lets each customer ask as soon as it is answered, and gives the turns that ended in the time.
func (r *run) sustained(ctx context.Context, customers []*customer, duration time.Duration) (latencies, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var took latencies
	until := time.Now().Add(duration)
	var asking sync.WaitGroup
	for _, c := range customers {
		asking.Go(func() {
			for time.Now().Before(until) && ctx.Err() == nil {
				d, err := c.turn(ctx, r.to, r.answers)
				if err != nil {
					cancel(err)
					return
				}
				if time.Now().Before(until) {
					mu.Lock()
					took = append(took, d)
					mu.Unlock()
				}
			}
		})
	}
	asking.Wait()
	return took, context.Cause(ctx)
}

// paced starts turns at a rate, whatever became of those before: waiting for an answer must not slow the asking. A turn for
// which no customer is free is counted as late.
func (r *run) paced(ctx context.Context, customers []*customer, perS int, duration time.Duration) (took latencies, late int, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	free := make(chan *customer, len(customers))
	for _, c := range customers {
		free <- c
	}
	var mu sync.Mutex
	var asking sync.WaitGroup
	ticks := time.NewTicker(time.Second / time.Duration(perS))
	defer ticks.Stop()
	for range int(duration.Seconds() * float64(perS)) {
		<-ticks.C
		var c *customer
		select {
		case c = <-free:
		default:
			late++
			continue
		}
		asking.Go(func() {
			d, err := c.turn(ctx, r.to, r.answers)
			if err != nil {
				cancel(err)
				return
			}
			free <- c
			mu.Lock()
			took = append(took, d)
			mu.Unlock()
		})
	}
	asking.Wait()
	return took, late, context.Cause(ctx)
}

// rounds of reference and platform in turn, so that a slow moment of the machine meets both. Short ones are taken more often,
// and the middle one counts: most are spared a hiccup of the machine.
const rounds, retakes = 6, 12

// measured is what one of two sides did.
type measured struct {
	took   latencies
	within time.Duration
}

// forget what was measured so far.
func (m *measured) forget() { *m = measured{} }

// spread so many pieces over goroutines, each of which takes the next when it has done one.
func (m *measured) spread(pieces, goroutines int, do func(i int) error) error {
	took, failed := make(latencies, pieces), make([]error, goroutines)
	var next atomic.Int64
	var doing sync.WaitGroup
	began := time.Now()
	for g := range goroutines {
		doing.Go(func() {
			for i := int(next.Add(1)) - 1; i < pieces && failed[g] == nil; i = int(next.Add(1)) - 1 {
				one := time.Now()
				failed[g] = do(i)
				took[i] = time.Since(one)
			}
		})
	}
	doing.Wait()
	m.took, m.within = append(m.took, took...), m.within+time.Since(began)
	return errors.Join(failed...)
}
