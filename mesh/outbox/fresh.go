package outbox

import "sync"

// freshLimit bounds the events kept in memory. Beyond it they are left to a sweep of the table.
const freshLimit = 16_384

// fresh holds events committed by this process and not yet published, in the order of commits, so that the relay need
// not read them back.
type fresh struct {
	wake chan struct{} // holds one token when there is something to do

	mu     sync.Mutex
	events []event
	missed bool
}

func newFresh() *fresh { return &fresh{wake: make(chan struct{}, 1), missed: true} }

func (f *fresh) put(e event) {
	f.mu.Lock()
	// After a miss nothing is taken until the relay knows: a later event would overtake the missed one.
	if f.missed || len(f.events) == freshLimit {
		f.missed = true
	} else {
		f.events = append(f.events, e)
	}
	f.mu.Unlock()
	f.nudge()
}

func (f *fresh) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// take gives the first of what there is. After a miss it gives nothing and says so: the table must be swept before take is
// called again.
func (f *fresh) take(most int) (events []event, missed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.missed {
		f.events, f.missed = nil, false
		return nil, true
	}
	events = f.events[:min(most, len(f.events))]
	if f.events = f.events[len(events):]; len(f.events) == 0 {
		f.events = nil
	}
	return events, false
}

// miss leaves everything to a sweep.
func (f *fresh) miss() {
	f.mu.Lock()
	f.missed = true
	f.mu.Unlock()
	f.nudge()
}
