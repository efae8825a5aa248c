package bus

import (
	"errors"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
)

// lane holds the events of some partition keys, in order. Its queue is bounded by progress.slots; a goroutine works it
// off and ends when it is empty.
type lane struct {
	mu      sync.Mutex
	queue   []*event
	running bool
}

func (c *Consumer) enqueue(e *event) {
	l := &c.lanes[e.lane]
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, e)
	if !l.running {
		l.running = true
		c.workers.Go(func() { c.runLane(l) })
	}
}

func (c *Consumer) runLane(l *lane) {
	for {
		e := l.next()
		if e == nil || c.isStopping() || !c.handleInLane(e) {
			return
		}
	}
}

func (l *lane) next() *event {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.queue, l.running = nil, false
		return nil
	}
	e := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	return e
}

// errStopped means that the event was left for the next start.
var errStopped = errors.New("the consumer is stopping")

// handleInLane sees the event done or parked; false when the consumer stopped before.
func (c *Consumer) handleInLane(e *event) bool {
	key := e.env.GetPartitionKey()
	if c.parking.follow(key) {
		c.progress.park(parkedEvent{event: e})
		return true
	}
	err := c.tryInPlace(e)
	if errors.Is(err, errStopped) {
		return false
	}
	if err == nil {
		c.count(outcomeDone)
		c.progress.settle(e)
		return true
	}
	parked := parkedEvent{event: e, due: c.nextAttempt(1)}
	parked.failed(err)
	c.logFailure(parked, err)
	c.count(outcomeParked)
	c.parking.open(key)
	c.progress.park(parked)
	return true
}

// tryInPlace runs the handler until it succeeds, fails lastingly, or has had its tries.
func (c *Consumer) tryInPlace(e *event) error {
	for try := 1; ; try++ {
		err := c.attempt(e.env)
		if c.handling.Err() != nil && err != nil {
			return errStopped
		}
		if err == nil || !fault.Passing(err) || try >= c.cfg.Pace.Tries {
			return err
		}
		if !c.pause(backoff(try, c.cfg.Pace.InPlace, 2, time.Second)) {
			return errStopped
		}
	}
}
