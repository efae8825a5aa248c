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
	// An address may begin so many chats as nobody at once, and then one a second: an office does not do more. All of an account's
	// visitors together may begin so many, and then a hundred a second.
	startsAtOnce = 60
	startEvery   = time.Second
	allAtOnce    = 1000
	allEvery     = 10 * time.Millisecond
	// mostPaced visitors, or addresses, are remembered, in two halves of which the older is let go when the younger is full.
	mostPaced = 100_000
	// streamsOfOne is how many streams a visitor may have open: tabs of a browser. streamsOfAddress is how
	// many all of one address may, streamsOfAll bounds an account.
	streamsOfOne     = 8
	streamsOfAddress = 400
	streamsOfAll     = 50_000
)

// pacer holds each of many to a pace: so many at once, and then one every so long.
type pacer struct {
	atOnce int
	every  time.Duration

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

func newPacer(atOnce int, every time.Duration) *pacer {
	return &pacer{atOnce: atOnce, every: every, young: map[string]*rate.Limiter{}}
}

// allow says whether whoever it is may do it once more now.
func (p *pacer) allow(who string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.young[who]
	if l == nil {
		if len(p.young) >= mostPaced/2 {
			p.old, p.young = p.young, map[string]*rate.Limiter{}
		}
		if l = p.old[who]; l == nil {
			l = rate.NewLimiter(rate.Every(p.every), p.atOnce)
		}
		p.young[who] = l
	}
	return l.AllowN(now, 1)
}
