package sqlstore

import "sync"

// watchers are woken by commits. Each holds at most one token, so waking never blocks.
type watchers struct {
	mu             sync.Mutex
	byConversation map[string]map[chan struct{}]struct{}
}

func (w *watchers) add(conversationID string) (<-chan struct{}, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byConversation == nil {
		w.byConversation = map[string]map[chan struct{}]struct{}{}
	}
	if w.byConversation[conversationID] == nil {
		w.byConversation[conversationID] = map[chan struct{}]struct{}{}
	}
	token := make(chan struct{}, 1)
	w.byConversation[conversationID][token] = struct{}{}
	return token, func() { w.remove(conversationID, token) }
}

func (w *watchers) remove(conversationID string, token chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byConversation[conversationID], token)
	if len(w.byConversation[conversationID]) == 0 {
		delete(w.byConversation, conversationID)
	}
}

func (w *watchers) wake(conversationID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for token := range w.byConversation[conversationID] {
		select {
		case token <- struct{}{}:
		default:
		}
	}
}
