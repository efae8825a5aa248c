package webchat

import (
	"maps"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
)

const (
	// settle is how long a stream must outlive a line that was written to it, more than a network needs to carry it: what a
	// connection carried that broke at once may have got nowhere.
	settle = 300 * time.Millisecond
	// askAgain bounds how late it is noticed that a line was taken.
	askAgain = 2 * time.Second
	// eagerFor is how long a line may take from the inbox into the conversation and be seen there at once.
	eagerFor = 3 * time.Second
	// keepLine is how long after anybody cared about a line it is remembered; longer than a line is waited for.
	keepLine = 2 * time.Hour
)

// answer to whether a visitor has a line.
type answer int

const (
	away answer = iota
	taken
	gone
)

// presence knows who is here, and which lines they have. It is all in memory: after a restart nobody is here, nothing was
// taken, and visitors have their time anew; the resume tokens with which they come back tell what they have.
type presence struct {
	clock     clock.Clock
	goneAfter time.Duration

	mu    sync.Mutex
	seats map[string]map[*seat]struct{} // by visitor
	count int
	from  map[string]int   // how many of them by address
	lines map[string]*line // by message id
	// absent are visitors who are not here, since when they left or, if they never came, were first waited for.
	absent map[string]time.Time
	swept  time.Time
}

// seat is a stream that is open.
type seat struct {
	visitors []string
	address  string
	// wake holds a token when there may be something new.
	wake chan struct{}
	left time.Time // zero while it is open
	// eager until then: the visitor said something, which will stand in the conversation at any moment.
	eager time.Time
}

// line is one of ours, on its way to a visitor.
type line struct {
	// since is when it was first asked about, or when the stream broke that had it last.
	since   time.Time
	touched time.Time
	// offered to a stream at this time, which may be writing it still.
	offered time.Time
	// written to the seat at this time.
	seat    *seat
	written time.Time
	// seen: a resume token proved it.
	seen bool
	// gone is the end of it here.
	gone bool
}

func newPresence(clk clock.Clock, goneAfter time.Duration) *presence {
	return &presence{clock: clk, goneAfter: goneAfter, seats: map[string]map[*seat]struct{}{}, from: map[string]int{}, lines: map[string]*line{}, absent: map[string]time.Time{}}
}

// sit takes a seat for the visitors' lines; nil when the first of them, the address, or all have as many as they may.
func (p *presence) sit(visitors []string, address string) *seat {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seats[visitors[0]]) >= streamsOfOne || p.from[address] >= streamsOfAddress || p.count >= streamsOfAll {
		return nil
	}
	s := &seat{visitors: visitors, address: address, wake: make(chan struct{}, 1)}
	for _, v := range visitors {
		if p.seats[v] == nil {
			p.seats[v] = map[*seat]struct{}{}
		}
		p.seats[v][s] = struct{}{}
		delete(p.absent, v)
	}
	p.count++
	p.from[address]++
	return s
}

func (p *presence) leave(s *seat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.left = p.clock()
	for _, v := range s.visitors {
		if delete(p.seats[v], s); len(p.seats[v]) == 0 {
			delete(p.seats, v)
			p.absent[v] = s.left
		}
	}
	p.count--
	if p.from[s.address]--; p.from[s.address] == 0 {
		delete(p.from, s.address)
	}
}

// expect has the visitor's streams look often for a line that was just said. Who says something is not gone.
func (p *presence) expect(visitor string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.absent, visitor)
	for s := range p.seats[visitor] {
		s.eager = p.clock().Add(eagerFor)
	}
	p.rouse(visitor)
}

// eager says whether the seat's stream should look often.
func (p *presence) eager(s *seat) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.clock().Before(s.eager)
}

// rouse has the visitor's streams look for what is new. It is called under the mutex.
func (p *presence) rouse(visitor string) {
	for s := range p.seats[visitor] {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// ask says whether the visitor has the line, and if not yet, when to ask again.
func (p *presence) ask(visitor, messageID string) (answer, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rouse(visitor)
	now := p.clock()
	_, known := p.lines[messageID]
	l := p.line(messageID, now)
	if since, ok := p.absent[visitor]; ok && !known {
		l.since = since // further lines wait no longer than the first
	} else if !ok && len(p.seats[visitor]) == 0 {
		p.absent[visitor] = l.since
	}
	if l.seat != nil && !l.seat.left.IsZero() && l.seat.left.Sub(l.written) < settle {
		l.since, l.seat = l.seat.left, nil // it broke with the line on its way
	}
	deadline := l.since.Add(p.goneAfter)
	if writing := l.offered.Add(settle); writing.After(deadline) {
		deadline = writing
	}
	switch {
	case l.seen || l.seat != nil && now.Sub(l.written) >= settle:
		return taken, 0
	case l.seat != nil:
		return away, l.written.Add(settle).Sub(now)
	case l.gone || !now.Before(deadline):
		l.gone = true
		return gone, 0
	default:
		return away, min(askAgain, deadline.Sub(now))
	}
}

// offer says whether the line may be written to a stream, as it is then: false for one whose visitor has gone.
func (p *presence) offer(messageID string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	l := p.line(messageID, now)
	if l.gone {
		return false
	}
	l.offered = now
	return true
}

// wrote notes that the line was written to the seat.
func (p *presence) wrote(s *seat, messageID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lines[messageID]; l != nil && (l.seat == nil || !l.seat.left.IsZero()) {
		l.seat, l.written = s, p.clock()
	}
}

// prove notes that the visitor has the line for certain.
func (p *presence) prove(messageID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line(messageID, p.clock()).seen = true
}

// line is what is known of a message; of what nobody cared about for long nothing is.
func (p *presence) line(messageID string, now time.Time) *line {
	if now.Sub(p.swept) > keepLine {
		p.swept = now
		maps.DeleteFunc(p.lines, func(_ string, l *line) bool { return now.Sub(l.touched) > keepLine })
		maps.DeleteFunc(p.absent, func(_ string, since time.Time) bool { return now.Sub(since) > keepLine })
	}
	l := p.lines[messageID]
	if l == nil {
		l = &line{since: now}
		p.lines[messageID] = l
	}
	l.touched = now
	return l
}
