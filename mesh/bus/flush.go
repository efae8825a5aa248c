package bus

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/store"
)

// longestFlushPause bounds the pause after a write of positions that failed.
const longestFlushPause = 5 * time.Second

// flushLoop stores what is done, soon after it is. It alone writes positions, so no write overtakes another.
func (c *Consumer) flushLoop() {
	for {
		select {
		case <-c.progress.changed:
			c.flush()
			c.pause(c.cfg.Pace.Flush)
		case <-c.quiet:
			c.flush()
			return
		}
	}
}

// flush writes until it succeeds. A consumer that is stopping tries once: what was not stored is handled again.
func (c *Consumer) flush() {
	b, ok := c.progress.collect()
	if !ok {
		return
	}
	ctx := context.WithoutCancel(c.handling)
	for failures := 1; ; failures++ {
		err := c.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := c.insertParked(ctx, tx, b.parked); err != nil {
				return err
			}
			return c.savePosition(ctx, tx, b)
		})
		if err == nil {
			break
		}
		c.log.ErrorContext(ctx, "positions are not stored", "error", err)
		if !c.pause(backoff(failures, c.cfg.Pace.InPlace, 2, longestFlushPause)) {
			return
		}
	}
	c.progress.stored(b)
	c.parking.arrived(b.parked)
}
