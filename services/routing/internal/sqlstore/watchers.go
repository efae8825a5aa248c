package sqlstore

import "sync"

// watched is an agent.
type watched struct{ tenant, agent string }

// watchers are woken by commits. Each holds at most one token, so waking never blocks.
type watchers struct {
	mu      sync.Mutex
	byAgent map[watched]map[chan struct{}]struct{}
}

func (w *watchers) add(who watched) (<-chan struct{}, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byAgent == nil {
		w.byAgent = map[watched]map[chan struct{}]struct{}{}
	}
	if w.byAgent[who] == nil {
		w.byAgent[who] = map[chan struct{}]struct{}{}
	}
	token := make(chan struct{}, 1)
	w.byAgent[who][token] = struct{}{}
	return token, func() { w.remove(who, token) }
}

func (w *watchers) remove(who watched, token chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byAgent[who], token)
	if len(w.byAgent[who]) == 0 {
		delete(w.byAgent, who)
	}
}

func (w *watchers) wake(who watched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for token := range w.byAgent[who] {
		select {
		case token <- struct{}{}:
		default:
		}
	}
}
