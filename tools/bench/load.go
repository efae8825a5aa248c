package bench

import (
	"context"
	"sync"
	"time"
)

// sustained lets each customer ask as soon as it is answered, and gives the turns that ended in the time.
func sustained(ctx context.Context, customers []*customer, to *poster, answers *mailboxes, duration time.Duration) (latencies, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var took latencies
	until := time.Now().Add(duration)
	var asking sync.WaitGroup
	for _, c := range customers {
		asking.Go(func() {
			for time.Now().Before(until) && ctx.Err() == nil {
				d, err := c.turn(ctx, to, answers)
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
func paced(ctx context.Context, customers []*customer, to *poster, answers *mailboxes, perS int, duration time.Duration) (took latencies, late int, err error) {
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
			d, err := c.turn(ctx, to, answers)
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
