package webchat

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// A visitor may say so many lines at once, and then one a second: more than people do.
	linesAtOnce = 10
	lineEvery   = time.Second
	// mostPaced visitors are remembered, in two halves of which the older is let go when the younger is full.
	mostPaced = 100_000
	// streamsOfOne is how many streams a visitor may have open: tabs of a browser. streamsOfAll bounds an account.
	streamsOfOne = 8
	streamsOfAll = 50_000
)

// pacer holds visitors to a pace.
type pacer struct {
	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func newPacer() *pacer { return &pacer{young: map[string]*rate.Limiter{}} }

// allow says whether the visitor may say one more line now.
func (p *pacer) allow(visitor string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.young[visitor]
	if l == nil {
		if len(p.young) >= mostPaced/2 {
			p.old, p.young = p.young, map[string]*rate.Limiter{}
		}
		if l = p.old[visitor]; l == nil {
			l = rate.NewLimiter(rate.Every(lineEvery), linesAtOnce)
		}
		p.young[visitor] = l
	}
	return l.AllowN(now, 1)
}
