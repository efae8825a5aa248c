package sqlstore

import "sync"

// watchers of a conversation, or of a whole tenant, are woken by commits. Each holds at most one token, so waking never blocks.
type watchers struct {
	mu      sync.Mutex
	waiting map[string]map[chan struct{}]struct{}
}

func (w *watchers) add(of string) (<-chan struct{}, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = map[string]map[chan struct{}]struct{}{}
	}
	if w.waiting[of] == nil {
		w.waiting[of] = map[chan struct{}]struct{}{}
	}
	token := make(chan struct{}, 1)
	w.waiting[of][token] = struct{}{}
	return token, func() { w.remove(of, token) }
}

func (w *watchers) remove(of string, token chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting[of], token)
	if len(w.waiting[of]) == 0 {
		delete(w.waiting, of)
	}
}

func (w *watchers) wake(of string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for token := range w.waiting[of] {
		select {
		case token <- struct{}{}:
		default:
		}
	}
}

// wholeTenant is what watchers of all its conversations wait for; no conversation has such an id.
func wholeTenant(tenant string) string { return "tenant/" + tenant }
