package delivery

import (
	"maps"
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
	booked     map[string]booking // by lane
	pauses     map[string]pause   // by account
}

type booking struct {
	account string
	at      time.Time
}

// late is how long after its time a lane may still come for its place. One that does not come has nothing to send any more:
// its message expired, or its recipient opted out.
const late = time.Minute

// pause is how long an account sends nothing, because its vendor said so this many times in a row.
type pause struct {
	until time.Time
	times int
}

func newPacer() *pacer {
	return &pacer{
		accounts: map[string]*rate.Limiter{}, recipients: map[string]*rate.Limiter{},
		booked: map[string]booking{}, pauses: map[string]pause{},
	}
}

// wait is how long the lane must still wait for its next attempt; 0 lets it go, and uses its place up.
func (p *pacer) wait(account, lane string, policy Policy, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := p.pauses[account].until.Sub(now); d > 0 {
		return d
	}
	b, ok := p.booked[lane]
	if !ok {
		first := limiter(p.accounts, account, policy.AccountRate, policy.AccountBurst).ReserveN(now, 1).DelayFrom(now)
		second := limiter(p.recipients, lane, policy.RecipientRate, policy.RecipientBurst).ReserveN(now, 1).DelayFrom(now)
		b = booking{account, now.Add(max(first, second))}
	}
	if d := b.at.Sub(now); d > 0 {
		p.booked[lane] = b
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

// pause keeps the account from sending for as long as the vendor asked, and longer each time in a row that it said so. It
// answers for how long. Afterwards the lanes book anew and begin without a burst.
func (p *pacer) pause(account string, asked time.Duration, policy Policy, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.pauses[account]
	if !now.Before(next.until) {
		next.times++ // else it is the answer to an attempt that was under way when the last pause began
	}
	if until := now.Add(max(asked, policy.backoff(next.times))); until.After(next.until) {
		next.until = until
	}
	p.pauses[account] = next
	maps.DeleteFunc(p.booked, func(_ string, b booking) bool { return b.account == account })
	delete(p.accounts, account)
	l := limiter(p.accounts, account, policy.AccountRate, policy.AccountBurst)
	l.ReserveN(next.until, l.Burst())
	return next.until.Sub(now)
}

// took ends a row of pauses: the vendor took a message after the last.
func (p *pacer) took(account string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !now.Before(p.pauses[account].until) {
		delete(p.pauses, account)
	}
}

// forget drops places in the line that nobody came for, and recipients who could be sent a full burst again: a new limiter
// says the same.
func (p *pacer) forget(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.booked, func(_ string, b booking) bool { return now.Sub(b.at) > late })
	for lane, l := range p.recipients {
		if _, waits := p.booked[lane]; !waits && l.TokensAt(now) >= float64(l.Burst()) {
			delete(p.recipients, lane)
		}
	}
}
