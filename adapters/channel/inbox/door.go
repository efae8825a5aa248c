package inbox

import (
	"context"
	"sync"
	"time"
)

const (
	// crowd is how many at the door make what was taken wait.
	crowd = 48
	// few at the door end the crowd, unless it stands there again within calmFor: they are let in many at a time, and the next come.
	few     = 16
	calmFor = 25 * time.Millisecond
	// courtesy is the longest that a turn waits, so that a lasting crowd slows the lanes down but stops none.
	courtesy = time.Second
)

// door is where those stand who sent something and have no answer yet. A turn and all that follows from it takes thirty times
// the work of taking something in, and can wait: what it is about is on the disk. A vendor cannot: it counts as lost what is not
// answered within seconds, sends it again, and calls nobody who fails it often. So turns begin when there is no crowd.
type door struct {
	mu     sync.Mutex
	inside int
	calm   chan struct{} // closed when the crowd is gone; nil while there is none
	still  *time.Timer   // calls off the crowd; nil while it stands
}

func (d *door) enter() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside++; d.inside < crowd {
		return
	}
	if d.calm == nil {
		d.calm = make(chan struct{})
	}
	if d.still != nil {
		d.still.Stop()
		d.still = nil
	}
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside--; d.inside >= few || d.calm == nil || d.still != nil {
		return
	}
	var still *time.Timer
	still = time.AfterFunc(calmFor, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.still == still {
			close(d.calm)
			d.calm, d.still = nil, nil
		}
	})
	d.still = still
}

// yield returns when there is no crowd, or out of courtesy.
func (d *door) yield(ctx context.Context) {
	d.mu.Lock()
	calm := d.calm
	d.mu.Unlock()
	if calm == nil {
		return
	}
	enough := time.NewTimer(courtesy)
	defer enough.Stop()
	select {
	case <-calm:
	case <-enough.C:
	case <-ctx.Done():
	}
}
