package delivery

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
	"github.com/parleyhq/parley/mesh/telemetry"
)

// turn works on a lane's oldest open delivery, and on no other: a recipient gets messages in their order, and has at most
// one attempt unresolved.
func (r *Runner) turn(ctx context.Context, adapter channel.Adapter, lane string) lanes.Next {
	d, err := r.store.Head(ctx, adapter.Account().Name, lane)
	if errors.Is(err, ErrNone) {
		return lanes.Done()
	}
	if err != nil {
		return r.retry(ctx, err)
	}
	if wait := d.NextTime.Sub(r.clock()); wait > 0 {
		return lanes.Sleep(wait)
	}
	ctx = telemetry.Extract(ctx, d.Trace)
	var wait time.Duration
	switch d.Phase {
	case Pending:
		wait, err = r.attempt(ctx, adapter, d)
	case Sending:
		// Nobody else works in this lane: whoever began this attempt was killed, or could not say how it ended.
		err = r.doubt(ctx, d, "INTERRUPTED")
	case Unsure:
		err = r.reconcile(ctx, adapter, d)
	case Settled:
	}
	if err != nil {
		return r.retry(ctx, err)
	}
	if wait > 0 {
		return lanes.Sleep(wait)
	}
	return lanes.Again()
}

func (r *Runner) retry(ctx context.Context, err error) lanes.Next {
	r.log.WarnContext(ctx, "delivery: a lane will try again", "error", err)
	return lanes.Retry()
}

// backoff doubles with each try.
func (p Policy) backoff(tries int) time.Duration {
	d := p.MaxRetry
	if shift := max(tries-1, 0); shift < 20 {
		d = min(d, p.MinRetry<<shift)
	}
	return spread(d)
}

// spread draws from the upper half, so that what failed together does not come back together.
func spread(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }
