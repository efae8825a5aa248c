// Package wake tells those who wait for a thing to change, within one process, that it may have. What another process changed
// nobody is woken for: who must see that too looks again after a while, as Watch does.
package wake

import (
	"context"
	"sync"
	"time"
)

// Watchers of things, by what they watch. The zero value has none.
type Watchers[Of comparable] struct {
	mu      sync.Mutex
	waiting map[Of]map[chan struct{}]struct{}
}

// Add a watcher. It holds at most one token: who is woken twice before it looks is woken once.
func (w *Watchers[Of]) Add(of Of) (changed <-chan struct{}, stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = map[Of]map[chan struct{}]struct{}{}
	}
	if w.waiting[of] == nil {
		w.waiting[of] = map[chan struct{}]struct{}{}
	}
	token := make(chan struct{}, 1)
	w.waiting[of][token] = struct{}{}
	return token, func() { w.remove(of, token) }
}

func (w *Watchers[Of]) remove(of Of, token chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting[of], token)
	if len(w.waiting[of]) == 0 {
		delete(w.waiting, of)
	}
}

// Wake whoever watches it. It never blocks.
func (w *Watchers[Of]) Wake(of Of) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for token := range w.waiting[of] {
		select {
		case token <- struct{}{}:
		default:
		}
	}
}

// Watch looks, and again whenever it is woken and at the latest after the interval, until the context ends or look fails.
func Watch(ctx context.Context, changed <-chan struct{}, interval time.Duration, look func(context.Context) error) error {
	again := time.NewTicker(interval)
	defer again.Stop()
	for {
		if err := look(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-again.C:
		}
	}
}
