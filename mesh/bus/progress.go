package bus

import (
	"sync"
	"time"

	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// inFlight is how many events a consumer holds in memory. Beyond that reading waits, whoever's lane is the slow one.
const inFlight = 16 << 10

// event on its way through a consumer.
type event struct {
	at   point
	lane int
	raw  []byte
	env  *eventsv1.Envelope
	done bool // guarded by progress.mu
}

// progress knows what is done. Events are taken in stream order and done in any; the floor is the last before which
// everything is done.
type progress struct {
	changed chan struct{} // capacity 1: there is something to store
	slots   chan struct{} // one is held by each event in memory

	mu      sync.Mutex
	window  []*event // from the first that is not done
	floor   point
	highest point
	durable durable
	dirty   map[int]uint64 // lanes that moved since the last batch, and where to
	moved   bool           // the floor or the durable point did
	parked  []parkedEvent  // since the last batch
}

// batch is what goes into one write: together, so that no event is passed over that is neither done nor parked.
type batch struct {
	floor, highest, durable point
	lanes                   map[int]uint64
	parked                  []parkedEvent
}

func newProgress(from position) *progress {
	return &progress{
		changed: make(chan struct{}, 1),
		slots:   make(chan struct{}, inFlight),
		floor:   from.floor,
		highest: from.highest,
		durable: durable{safe: from.durable, candidate: from.durable, stored: from.floor},
		dirty:   map[int]uint64{},
	}
}

// take enters an event that is to be handled. The caller holds a slot for it.
func (p *progress) take(e *event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.window = append(p.window, e)
}

// pass goes over an event that is not for this role, or that its lane has behind it. That is not worth a write of its
// own: it is stored with the next event that is done, or when the bus looks after its positions.
func (p *progress) pass(at point) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.window = append(p.window, &event{at: at, done: true})
	p.advance()
}

// settle records that the event's effect is there.
func (p *progress) settle(e *event) {
	p.finish(e, nil)
	<-p.slots
}

// park records that the event goes to the parked ones. Its slot is held until it is stored there.
func (p *progress) park(parked parkedEvent) { p.finish(parked.event, &parked) }

func (p *progress) finish(e *event, parked *parkedEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.done = true
	p.dirty[e.lane] = e.at.seq
	if e.at.seq > p.highest.seq {
		p.highest = e.at
	}
	if parked != nil {
		p.parked = append(p.parked, *parked)
	}
	p.advance()
	p.signal()
}

// advance moves the floor over what is done.
func (p *progress) advance() {
	for len(p.window) > 0 && p.window[0].done {
		p.floor, p.moved = p.window[0].at, true
		p.window[0] = nil
		p.window = p.window[1:]
	}
	if p.floor.seq > p.highest.seq {
		p.highest = p.floor
	}
}

func (p *progress) signal() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// collect everything that is to be stored; false when nothing is.
func (p *progress) collect() (batch, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.moved && len(p.dirty) == 0 {
		return batch{}, false
	}
	b := batch{floor: p.floor, highest: p.highest, durable: p.durable.safe, lanes: map[int]uint64{}, parked: p.parked}
	for lane, seq := range p.dirty {
		if seq > p.floor.seq {
			b.lanes[lane] = seq
		}
	}
	clear(p.dirty)
	p.moved, p.parked = false, nil
	return b, true
}

// stored lets go of what the batch held.
func (p *progress) stored(b batch) {
	p.mu.Lock()
	p.durable.stored = b.floor
	p.mu.Unlock()
	for range b.parked {
		<-p.slots
	}
}

// promote moves the durable point on when it is time, and tells it.
func (p *progress) promote(now time.Time) point {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.durable.promote(now) {
		p.moved = true
	}
	if p.moved {
		p.signal()
	}
	return p.durable.safe
}

func (p *progress) done() point {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.floor
}

// oldest is when the first event that is not done was stored in the stream; the zero time when all are done.
func (p *progress) oldest() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.window) == 0 {
		return time.Time{}
	}
	return time.Unix(0, p.window[0].at.time)
}
