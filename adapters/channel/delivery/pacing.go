package delivery

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// pacer holds attempts back to what accounts and recipients may be sent. A lane books its place in the line and comes
// back when its time is there, so that nobody who came later goes before it and no worker waits.
type pacer struct {
	mu         sync.Mutex
	accounts   map[string]*rate.Limiter
	recipients map[string]*rate.Limiter
	booked     map[string]time.Time
}

func newPacer() *pacer {
	return &pacer{accounts: map[string]*rate.Limiter{}, recipients: map[string]*rate.Limiter{}, booked: map[string]time.Time{}}
}

// wait is how long the lane must still wait for its next attempt; 0 lets it go, and uses its place up.
func (p *pacer) wait(account, lane string, policy Policy, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.booked[lane]
	if !ok {
		first := limiter(p.accounts, account, policy.AccountRate, policy.AccountBurst).ReserveN(now, 1).DelayFrom(now)
		second := limiter(p.recipients, lane, policy.RecipientRate, policy.RecipientBurst).ReserveN(now, 1).DelayFrom(now)
		at = now.Add(max(first, second))
	}
	if d := at.Sub(now); d > 0 {
		p.booked[lane] = at
		return d
	}
	delete(p.booked, lane)
	return 0
}

func limiter(in map[string]*rate.Limiter, key string, r rate.Limit, burst int) *rate.Limiter {
	l := in[key]
	if l == nil {
		l = rate.NewLimiter(r, max(burst, 1))
		in[key] = l
	}
	return l
}

// forget drops recipients who could be sent a full burst again: a new limiter says the same.
func (p *pacer) forget(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for lane, l := range p.recipients {
		if _, waits := p.booked[lane]; !waits && l.TokensAt(now) >= float64(l.Burst()) {
			delete(p.recipients, lane)
		}
	}
}
