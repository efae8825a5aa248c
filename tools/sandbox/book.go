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
	// byFrom has what customers wrote.
	byFrom map[string][]*message
	all    []*message
	// grown is closed when there is more.
	grown chan struct{}
}

func newBook() *book {
	return &book{
		byID: map[string]*message{}, byTo: map[string][]*message{}, byFrom: map[string][]*message{}, grown: make(chan struct{}),
	}
}

func (b *book) add(m *message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := addressKey(m.To)
	b.byID[m.ID] = m
	b.byTo[key] = append(b.byTo[key], m)
	if m.Inbound {
		from := addressKey(m.From)
		b.byFrom[from] = append(b.byFrom[from], m)
	}
	b.all = append(b.all, m)
	close(b.grown)
	b.grown = make(chan struct{})
}

// end is how many messages there are, and what is closed when there are more.
func (b *book) end() (int, <-chan struct{}) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.all), b.grown
}

// after gives the messages behind the first n, and what is closed when there are more.
func (b *book) after(n int) ([]*message, <-chan struct{}) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.all[n:], b.grown
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
	// ID is the vendor's, of a web chat the line's.
	ID string `json:"id"`
	// Channel is as in Inbound.
	Channel  string `json:"channel"`
	Provider string `json:"provider"`
	Account  string `json:"account"`
	To       string `json:"to"`
	// Text is what the customer reads; Raw the wire body.
	Text string    `json:"text"`
	Raw  string    `json:"raw"`
	Time time.Time `json:"time"`
}

// deliveries to any of the addresses, which are one customer's on several channels, or all without any.
func (b *book) deliveries(to ...string) []Delivery {
	out := []Delivery{}
	for _, address := range addresses(to) {
		for _, m := range b.list(address, func(m *message) bool { return !m.Inbound }) {
			out = append(out, m.delivery())
		}
	}
	slices.SortStableFunc(out, func(x, y Delivery) int { return x.Time.Compare(y.Time) })
	return out
}

// addresses are those asked for, each once; the empty one is everybody's.
func addresses(to []string) []string {
	seen := map[string]bool{}
	var each []string
	for _, address := range to {
		if key := addressKey(address); !seen[key] {
			seen[key] = true
			each = append(each, address)
		}
	}
	if len(each) == 0 || seen[""] {
		return []string{""}
	}
	return each
}

func channelOf(provider string) string {
	for channel, p := range providers {
		if p == provider {
			return channel
		}
	}
	return ""
}

func (m *message) delivery() Delivery {
	return Delivery{
		ID: m.ID, Channel: channelOf(m.Provider), Provider: m.Provider, Account: m.Account,
		To: m.To, Text: m.Text, Raw: m.Raw, Time: m.Time,
	}
}
