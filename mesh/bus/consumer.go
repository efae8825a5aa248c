package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Consumer hands the events of a stream to one role, in order per partition key. Its parts:
//
//	fetch.go     reads the stream and deals the events out to lanes
//	lane.go      runs the handler, one event of a lane at a time
//	progress.go  knows what is done; flush.go stores it, together with what was parked
//	parking.go   works parked events off, in order per partition key
type Consumer struct {
	bus      *Bus
	cfg      ConsumerConfig
	log      *slog.Logger
	wanted   map[string]bool
	start    position // where the last run came to
	progress *progress
	parking  *parking
	lanes    []lane

	running  context.Context // of reading and of pauses; ends with Stop
	halt     context.CancelFunc
	handling context.Context // of handlers; ends when Stop loses its patience
	hurry    context.CancelFunc

	fetcher, workers, flusher sync.WaitGroup
	quiet                     chan struct{} // no handler runs any more
	stopped                   chan struct{}
	state                     atomic.Int32
}

const (
	stateNew int32 = iota
	stateStarted
	stateStopped
)

// NewConsumer registers the role, which from then on holds back trimming, and finds out where it was.
func (b *Bus) NewConsumer(ctx context.Context, cfg ConsumerConfig) (*Consumer, error) {
	c, err := b.newConsumer(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("consumer %s of %s: %w", cfg.Role, cfg.Stream, err)
	}
	return c, nil
}

func (b *Bus) newConsumer(ctx context.Context, cfg ConsumerConfig) (*Consumer, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Consumer{
		bus: b, cfg: cfg,
		log:    b.log.With("role", cfg.Role, "stream", cfg.Stream),
		wanted: map[string]bool{},
		lanes:  make([]lane, cfg.Lanes),
		quiet:  make(chan struct{}), stopped: make(chan struct{}),
	}
	for _, eventType := range cfg.Filter {
		c.wanted[eventType] = true
	}
	c.running, c.halt = context.WithCancel(context.WithoutCancel(ctx))
	c.handling, c.hurry = context.WithCancel(context.WithoutCancel(ctx))
	if err := b.register(ctx, cfg.Stream, cfg.Role); err != nil {
		return nil, err
	}
	if c.start, err = c.resume(ctx); err != nil {
		return nil, err
	}
	c.progress = newProgress(c.start)
	if c.parking, err = c.loadParking(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// Start begins to read. The context bounds the start only.
func (c *Consumer) Start(_ context.Context) error {
	if !c.state.CompareAndSwap(stateNew, stateStarted) {
		return errors.New("start consumer " + c.cfg.Role + ": it was started or stopped before")
	}
	c.bus.attach(c)
	c.fetcher.Go(c.fetch)
	c.workers.Go(c.workOffParked)
	c.flusher.Go(c.flushLoop)
	return nil
}

// Stop ends it: handlers that run come to their end, the rest is left for the next start, positions are stored. When the
// context ends first, the handlers' context ends too and Stop returns its error without waiting longer; a further Stop
// waits again. Idempotent, and safe before Start.
func (c *Consumer) Stop(ctx context.Context) error {
	c.halt()
	switch {
	case c.state.CompareAndSwap(stateNew, stateStopped):
		close(c.stopped)
	case c.state.CompareAndSwap(stateStarted, stateStopped):
		c.bus.detach(c)
		go c.windUp()
	}
	select {
	case <-c.stopped:
		return nil
	case <-ctx.Done():
		c.hurry()
		return fmt.Errorf("stop consumer %s: handlers still run: %w", c.cfg.Role, ctx.Err())
	}
}

// windUp waits for the parts in the order in which they feed each other. Stop waits for it.
func (c *Consumer) windUp() {
	c.fetcher.Wait()
	c.workers.Wait()
	close(c.quiet)
	c.flusher.Wait()
	c.hurry()
	close(c.stopped)
}

// Lag is how many events of the stream, others' included, came after the last before which everything is done or parked.
func (c *Consumer) Lag(ctx context.Context) (int64, error) {
	s, err := c.bus.js.Stream(ctx, c.cfg.Stream)
	if err != nil {
		return 0, fmt.Errorf("lag of %s: %w", c.cfg.Role, err)
	}
	last := s.CachedInfo().State.LastSeq
	return int64(last) - int64(min(c.progress.done().seq, last)), nil
}

// pause waits, jittered down to half; false when the consumer is stopping.
func (c *Consumer) pause(d time.Duration) bool {
	timer := time.NewTimer(jittered(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.running.Done():
		return false
	}
}

func (c *Consumer) isStopping() bool { return c.running.Err() != nil }
