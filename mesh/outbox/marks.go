package outbox

import "sync"

// marks writes down, beside the publication, what the bus has confirmed: publication need not wait for the disk, and what
// was confirmed while the disk was busy shares the next write. A crash in between publishes again, under the same ids.
type marks struct {
	mu      sync.Mutex
	changed *sync.Cond
	due     []event
	writing bool
	closed  bool
}

func newMarks() *marks {
	m := &marks{}
	m.changed = sync.NewCond(&m.mu)
	return m
}

// run writes until close, and what is due then.
func (m *marks) run(write func([]event)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		for len(m.due) == 0 {
			if m.closed {
				return
			}
			m.changed.Wait()
		}
		now := m.due[:min(batch, len(m.due))]
		m.due = m.due[len(now):]
		m.writing = true
		m.mu.Unlock()
		write(now)
		m.mu.Lock()
		m.writing = false
		m.changed.Broadcast()
	}
}

// add waits when too many are due: the disk sets the pace then.
func (m *marks) add(events []event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.due) >= freshLimit {
		m.changed.Wait()
	}
	m.due = append(m.due, events...)
	m.changed.Broadcast()
}

// settle waits until the table says all that is known here.
func (m *marks) settle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.due) > 0 || m.writing {
		m.changed.Wait()
	}
}

func (m *marks) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.changed.Broadcast()
}
