package channels

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// purgeEvery is how often what is too old is forgotten; it is kept up to this much longer than promised.
const purgeEvery = 10 * time.Minute

// purger forgets what is too old, from time to time.
type purger struct {
	log    *slog.Logger
	purges []func(context.Context) error
	begin  sync.Once
	ctx    context.Context //nolint:containedctx // the life of the loop, which stop ends
	cancel context.CancelFunc
	loop   sync.WaitGroup
}

func newPurger(log *slog.Logger, purges ...func(context.Context) error) *purger {
	ctx, cancel := context.WithCancel(context.Background())
	return &purger{log: log, purges: purges, ctx: ctx, cancel: cancel}
}

func (p *purger) start() {
	p.begin.Do(func() { p.loop.Go(p.run) })
}

func (p *purger) stop() {
	p.cancel()
	p.loop.Wait()
}

func (p *purger) run() {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for p.ctx.Err() == nil {
		for _, purge := range p.purges {
			if err := purge(p.ctx); err != nil && !errors.Is(err, context.Canceled) {
				p.log.WarnContext(p.ctx, "channels: what is too old could not be purged", "error", err)
			}
		}
		select {
		case <-p.ctx.Done():
		case <-tick.C:
		}
	}
}
