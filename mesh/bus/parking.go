package bus

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/store"
)

// parkedAtOnce is how many parked partition keys are worked off at the same time.
const parkedAtOnce = 16

// parking knows which partition keys are parked: their events, and those that follow, are in the table bus_parked until
// they are done. It holds keys and times only.
type parking struct {
	wake chan struct{} // capacity 1: the schedule changed

	mu       sync.Mutex
	keys     map[string]*parkedKey
	schedule schedule
}

// parkedKey is scheduled, or being worked off, or waits for events that are on their way into the table.
type parkedKey struct {
	coming    int    // events that are not in the table yet
	arrivals  uint64 // events that came into it
	scheduled bool   // or being worked off
}

// follow says whether the key is parked, so that its next event has to be parked behind the others.
func (p *parking) follow(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.keys[key]
	if k == nil {
		return false
	}
	k.coming++
	return true
}

// open parks the key, with a first event on its way.
func (p *parking) open(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[key] = &parkedKey{coming: 1}
}

// arrived takes note of events that are in the table now.
func (p *parking) arrived(events []parkedEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range events {
		key := e.env.GetPartitionKey()
		k := p.keys[key]
		k.coming--
		k.arrivals++
		if !k.scheduled {
			k.scheduled = true
			heap.Push(&p.schedule, appointment{key: key, due: e.due})
		}
	}
	p.signal()
}

// again schedules a key that was worked off as far as it went.
func (p *parking) again(key string, due time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	heap.Push(&p.schedule, appointment{key: key, due: due})
	p.signal()
}

// arrivals is how many events of the key came into the table.
func (p *parking) arrivals(key string) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys[key].arrivals
}

// leave ends the work on a key whose rows were all gone when it had so many arrivals. It is not parked any more, unless
// events are still coming: they schedule it anew. False when some came meanwhile: look again.
func (p *parking) leave(key string, arrivals uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := p.keys[key]
	if k.arrivals != arrivals {
		return false
	}
	k.scheduled = false
	if k.coming == 0 {
		delete(p.keys, key)
	}
	return true
}

// next is a key that is due, or how long until one is. With nothing scheduled that is an hour: wake tells of changes.
func (p *parking) next(now time.Time) (key string, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.schedule) == 0 {
		return "", time.Hour
	}
	first := p.schedule[0]
	if first.due.After(now) {
		return "", first.due.Sub(now)
	}
	heap.Pop(&p.schedule)
	return first.key, 0
}

func (p *parking) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// workOffParked starts a worker for each key when it is due.
func (c *Consumer) workOffParked() {
	room := make(chan struct{}, parkedAtOnce)
	for !c.isStopping() {
		key, wait := c.parking.next(c.cfg.Clock())
		if wait > 0 {
			c.awaitSchedule(wait)
			continue
		}
		select {
		case room <- struct{}{}:
		case <-c.running.Done():
			return
		}
		c.workers.Go(func() {
			defer func() { <-room }()
			c.workOffKey(key)
		})
	}
}

func (c *Consumer) awaitSchedule(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.parking.wake:
	case <-c.running.Done():
	}
}

// workOffKey handles the key's events in order until there are none or one fails again.
func (c *Consumer) workOffKey(key string) {
	ctx := context.WithoutCancel(c.handling)
	for !c.isStopping() {
		arrivals := c.parking.arrivals(key)
		e, err := c.firstParked(ctx, key)
		if errors.Is(err, store.ErrNoRows) {
			if c.parking.leave(key, arrivals) {
				return
			}
			continue
		}
		if err != nil {
			c.log.ErrorContext(ctx, "parked events cannot be read", "partition_key", key, "error", err)
			c.parking.again(key, c.nextAttempt(1))
			return
		}
		if due := c.workOff(ctx, e); !due.IsZero() {
			c.parking.again(key, due)
			return
		}
	}
}

// workOff handles one parked event. It answers when to come back, or the zero time when the event is done with.
func (c *Consumer) workOff(ctx context.Context, e parkedEvent) (due time.Time) {
	if e.due.After(c.cfg.Clock()) {
		return e.due
	}
	outcome := outcomeDone
	err := e.cause() // of giving up, which failed before
	if !c.exhausted(e) {
		err = c.attempt(e.env)
		if err != nil && c.handling.Err() != nil {
			return e.due // the consumer was stopped in the middle: that was no failure
		}
		e.failed(err)
	}
	if err != nil {
		e.due = c.nextAttempt(e.failures())
		if !c.exhausted(e) {
			c.logFailure(e, err)
			return c.postpone(ctx, e)
		}
		outcome = outcomeGaveUp
		c.log.ErrorContext(ctx, "an event failed too often", "event", e.env.GetId(), "partition_key", e.env.GetPartitionKey(),
			"attempts", e.failures(), "error", err)
		if err := c.giveUp(e.env, err); err != nil {
			c.log.ErrorContext(ctx, "giving up failed, too", "event", e.env.GetId(), "error", err)
			return c.postpone(ctx, e)
		}
	}
	if err := c.deleteParked(ctx, e); err != nil {
		c.log.ErrorContext(ctx, "a parked event is done and cannot be deleted", "event", e.env.GetId(), "error", err)
		return c.nextAttempt(1)
	}
	c.count(outcome)
	return time.Time{}
}

// postpone stores the failure and answers when the event is due. If that cannot be stored, the attempt is not counted.
func (c *Consumer) postpone(ctx context.Context, e parkedEvent) time.Time {
	if err := c.updateParked(ctx, e); err != nil {
		c.log.ErrorContext(ctx, "a failed attempt is not stored", "event", e.env.GetId(), "error", err)
	}
	return e.due
}

// appointment is when a key is to be worked off.
type appointment struct {
	key string
	due time.Time
}

// schedule is a heap (container/heap), the first due on top.
type schedule []appointment

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due.Before(s[j].due) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(x any)        { *s = append(*s, x.(appointment)) }
func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}
