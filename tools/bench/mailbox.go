package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/parleyhq/parley/tools/sandbox"
)

// mailboxes hold, for each customer, when vendors accepted the answers to them.
type mailboxes struct {
	mu   sync.Mutex
	got  map[string][]time.Time
	more map[string]chan struct{} // closed when a customer got one more
}

// follow fills the mailboxes from now on, until the context ends.
func follow(ctx context.Context, vendors *sandbox.Client) (*mailboxes, error) {
	m := &mailboxes{got: map[string][]time.Time{}, more: map[string]chan struct{}{}}
	ready, failed := make(chan struct{}), make(chan error, 1)
	go func() { failed <- vendors.Follow(ctx, func() { close(ready) }, m.put) }()
	select {
	case <-ready:
		return m, nil
	case err := <-failed:
		return nil, err
	}
}

func (m *mailboxes) put(d sandbox.Delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.got[d.To] = append(m.got[d.To], d.Time)
	if more := m.more[d.To]; more != nil {
		close(more)
		delete(m.more, d.To)
	}
}

// patience is how long an answer may take before the measurement is given up.
const patience = time.Minute

// await is when the customer's nth answer, from 1, was accepted.
func (m *mailboxes) await(ctx context.Context, customer string, n int) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		m.mu.Lock()
		if got := m.got[customer]; len(got) >= n {
			m.mu.Unlock()
			return got[n-1], nil
		}
		more := m.more[customer]
		if more == nil {
			more = make(chan struct{})
			m.more[customer] = more
		}
		m.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return time.Time{}, fmt.Errorf("no answer %d came: %w", n, ctx.Err())
		}
	}
}

// count of the answers to a customer.
func (m *mailboxes) count(customer string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.got[customer])
}

// total of all answers.
func (m *mailboxes) total() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, got := range m.got {
		n += len(got)
	}
	return n
}
