package sandbox

import (
	"slices"
	"sync"
	"time"
)

// maxMessages is how many messages the book holds; beyond it the vendors answer that they are down.
const maxMessages = 2_000_000

// book is what the vendors know, in memory: every message of the journal, found by id and by address.
type book struct {
	mu   sync.RWMutex
	byID map[string]*message
	byTo map[string][]*message
	all  []*message
}

func newBook() *book {
	return &book{byID: map[string]*message{}, byTo: map[string][]*message{}}
}

func (b *book) add(m *message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := addressKey(m.To)
	b.byID[m.ID] = m
	b.byTo[key] = append(b.byTo[key], m)
	b.all = append(b.all, m)
}

func (b *book) get(id string) *message {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.byID[id]
}

func (b *book) size() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.all)
}

// list gives the messages to an address, or all when it is empty, oldest first.
func (b *book) list(to string, keep func(*message) bool) []*message {
	b.mu.RLock()
	from := b.all
	if to != "" {
		from = b.byTo[addressKey(to)]
	}
	b.mu.RUnlock()
	// The slice only grows behind this view of it, and messages never change: reading needs no lock.
	var kept []*message
	for _, m := range from {
		if keep(m) {
			kept = append(kept, m)
		}
	}
	slices.SortStableFunc(kept, func(x, y *message) int { return x.Time.Compare(y.Time) })
	return kept
}

// Delivery is one message that a vendor accepted for a customer.
type Delivery struct {
	Provider string `json:"provider"`
	Account  string `json:"account"`
	To       string `json:"to"`
	// Text is what the customer reads; Raw the wire body.
	Text string    `json:"text"`
	Raw  string    `json:"raw"`
	Time time.Time `json:"time"`
}

func (b *book) deliveries(to string) []Delivery {
	out := []Delivery{}
	for _, m := range b.list(to, func(m *message) bool { return !m.Inbound }) {
		out = append(out, Delivery{
			Provider: m.Provider, Account: m.Account, To: m.To, Text: m.Text, Raw: m.Raw, Time: m.Time,
		})
	}
	return out
}
