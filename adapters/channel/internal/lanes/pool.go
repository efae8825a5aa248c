package lanes

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
)

// Limits that a zero Config gets.
const (
	DefaultWorkers  = 64
	DefaultMaxLanes = 10_000
	DefaultMinRetry = 100 * time.Millisecond
	DefaultMaxRetry = 30 * time.Second
)

// Config of a pool of lanes. P is what Wake may hand to a lane that had nothing to do, to spare it the first look into the
// table.
type Config[P any] struct {
	// Turn does a bounded piece of the key's work. handed is the zero P when the work is to be looked up. It runs for one
	// key at a time, and the context ends when a stop has waited long enough.
	Turn func(ctx context.Context, key string, handed P) Next
	// Keys lists keys that have work in the table, ascending, after the given one, at most limit of them.
	Keys func(ctx context.Context, after string, limit int) ([]string, error)
	// Observe is told before each turn how many other turns began since the lane wanted this one. May be nil.
	Observe func(key string, waited int)

	Workers, MaxLanes  int
	MinRetry, MaxRetry time.Duration
	Log                *slog.Logger
}

type lane[P any] struct {
	key      string
	handed   P
	running  bool
	again    bool // woken while it ran
	sleeping *time.Timer
	failures int
	readyAt  int // value of Pool.turns when it became ready
}

// Pool is lanes and the workers that serve them in turn. Make one with New.
type Pool[P any] struct {
	cfg    Config[P]
	ctx    context.Context //nolint:containedctx // the life of the workers, which Stop ends
	cancel context.CancelFunc

	mu       sync.Mutex
	wake     *sync.Cond
	lanes    map[string]*lane[P]
	ready    []*lane[P]
	turns    int
	cold     bool // the table may hold keys that have no lane
	missed   bool // a key was refused since the table was last read from its beginning
	started  bool
	stopping bool
	refill   chan struct{}
	running  sync.WaitGroup
}

// New makes a pool; nothing runs before Start.
func New[P any](cfg Config[P]) *Pool[P] {
	cfg.Workers = orDefault(cfg.Workers, DefaultWorkers)
	cfg.MaxLanes = orDefault(cfg.MaxLanes, DefaultMaxLanes)
	cfg.MinRetry = orDefault(cfg.MinRetry, DefaultMinRetry)
	cfg.MaxRetry = orDefault(cfg.MaxRetry, DefaultMaxRetry)
	ctx, cancel := context.WithCancel(context.Background())
	p := &Pool[P]{
		cfg: cfg, ctx: ctx, cancel: cancel, cold: true,
		lanes: map[string]*lane[P]{}, refill: make(chan struct{}, 1),
	}
	p.wake = sync.NewCond(&p.mu)
	return p
}

func orDefault[T comparable](v, byDefault T) T {
	var zero T
	if v == zero {
		return byDefault
	}
	return v
}

// Start begins to work off what the table holds. Its error is nil.
func (p *Pool[P]) Start(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started || p.stopping {
		return nil
	}
	p.started = true
	p.running.Go(p.keepFull)
	for range p.cfg.Workers {
		p.running.Go(p.work)
	}
	return nil
}

// Stop takes no new turn and waits for those that run; when the context ends first, it cancels them. Idempotent.
func (p *Pool[P]) Stop(ctx context.Context) error {
	p.mu.Lock()
	if !p.stopping {
		p.stopping = true
		close(p.refill)
		for _, l := range p.lanes {
			if l.sleeping != nil {
				l.sleeping.Stop()
			}
		}
		p.wake.Broadcast()
	}
	p.mu.Unlock()

	stopCancelling := context.AfterFunc(ctx, p.cancel)
	p.running.Wait()
	p.cancel()
	if !stopCancelling() {
		return ctx.Err()
	}
	return nil
}

// Wake says that the key has work, committed to the table. The work may be handed over too; it is used only if the lane
// was idle, so that order stands. A lane that sleeps sleeps on.
func (p *Pool[P]) Wake(key string, handed P) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cold {
		var lookUp P // older rows of the key may stand in the table, unseen
		handed = lookUp
	}
	p.add(key, handed)
}

// WakeAfter is Wake with patience: a lane that had nothing to do sleeps first, since more is about to come.
func (p *Pool[P]) WakeAfter(key string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.lanes[key] == nil && len(p.lanes) < p.cfg.MaxLanes && !p.stopping
	if !idle {
		var lookUp P
		p.add(key, lookUp)
		return
	}
	l := &lane[P]{key: key}
	p.lanes[key] = l
	p.sleepFor(l, d)
}

// Kick is Wake that also ends a lane's sleep: what it slept for has come.
func (p *Pool[P]) Kick(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lanes[key]; l != nil && l.sleeping != nil {
		p.rouse(l)
		return
	}
	var lookUp P
	p.add(key, lookUp)
}

// add makes a lane or marks the one there is. It says whether there was room.
func (p *Pool[P]) add(key string, handed P) bool {
	if p.stopping {
		return false
	}
	if l := p.lanes[key]; l != nil {
		// What was handed over and has not begun is not all there is any more: the turn looks everything up.
		var lookUp P
		l.handed, l.again = lookUp, true
		return true
	}
	if len(p.lanes) >= p.cfg.MaxLanes {
		p.cold, p.missed = true, true
		return false
	}
	l := &lane[P]{key: key, handed: handed}
	p.lanes[key] = l
	p.enqueue(l)
	return true
}

func (p *Pool[P]) enqueue(l *lane[P]) {
	l.readyAt = p.turns
	p.ready = append(p.ready, l)
	p.wake.Signal()
}

func (p *Pool[P]) rouse(l *lane[P]) {
	if p.stopping {
		return
	}
	l.sleeping.Stop()
	l.sleeping = nil
	p.enqueue(l)
}

func (p *Pool[P]) work() {
	for l := p.next(); l != nil; l = p.next() {
		handed := p.begin(l)
		p.end(l, p.turn(l.key, handed))
	}
}

// turn contains a panic to the lane whose work it was.
func (p *Pool[P]) turn(key string, handed P) (next Next) {
	defer func() {
		if r := recover(); r != nil {
			p.cfg.Log.ErrorContext(p.ctx, "a lane's turn panicked", "panic", fault.Thrown(r), "stack", string(debug.Stack()))
			next = Retry()
		}
	}()
	return p.cfg.Turn(p.ctx, key, handed)
}

// next waits for a lane that is ready; nil when the pool stops.
func (p *Pool[P]) next() *lane[P] {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.ready) == 0 && !p.stopping {
		p.wake.Wait()
	}
	if p.stopping {
		return nil
	}
	l := p.ready[0]
	p.ready[0] = nil
	p.ready = p.ready[1:]
	return l
}

func (p *Pool[P]) begin(l *lane[P]) P {
	p.mu.Lock()
	waited := p.turns - l.readyAt
	p.turns++
	l.running, l.again = true, false
	handed := l.handed
	var none P
	l.handed = none
	p.mu.Unlock()
	if p.cfg.Observe != nil {
		p.cfg.Observe(l.key, waited)
	}
	return handed
}

func (p *Pool[P]) end(l *lane[P], next Next) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.running = false
	if next.kind == retry {
		l.failures++
		next.after = p.backoff(l.failures)
	} else {
		l.failures = 0
	}
	switch {
	case p.stopping:
	case next.kind == done && !l.again:
		delete(p.lanes, l.key)
		p.wantRefill()
	case next.after > 0 && (next.kind != sleep || !l.again):
		p.sleepFor(l, next.after)
	default:
		p.enqueue(l)
	}
}

func (p *Pool[P]) sleepFor(l *lane[P], d time.Duration) {
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if l.sleeping == timer {
			p.rouse(l)
		}
	})
	l.sleeping = timer
}

// backoff grows by two and is drawn from its upper half, so that lanes that failed together do not come back together.
func (p *Pool[P]) backoff(failures int) time.Duration {
	d := p.cfg.MaxRetry
	if shift := failures - 1; shift < 20 {
		d = min(d, p.cfg.MinRetry<<shift)
	}
	return d/2 + rand.N(d/2+1)
}

// Len is how many lanes have work.
func (p *Pool[P]) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lanes)
}

func (p *Pool[P]) wantRefill() {
	if p.stopping || !p.missed || len(p.lanes) > p.cfg.MaxLanes/2 {
		return
	}
	select {
	case p.refill <- struct{}{}:
	default:
	}
}

// keepFull reads the table at the start, and again whenever keys were refused and there is room.
func (p *Pool[P]) keepFull() {
	p.fill()
	for range p.refill {
		p.fill()
	}
}

// fill wakes the keys of the table until there is no room or no key left; then what is handed over can be trusted.
func (p *Pool[P]) fill() {
	p.mu.Lock()
	p.missed = false
	p.mu.Unlock()
	const pageSize = 500
	after, failures := "", 0
	for {
		keys, err := p.cfg.Keys(p.ctx, after, pageSize)
		if err != nil {
			if failures++; !p.pause(failures, err) {
				return
			}
			continue
		}
		if !p.addAll(keys) {
			return
		}
		if len(keys) < pageSize {
			break
		}
		after = keys[len(keys)-1]
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cold = p.missed
	p.wantRefill()
}

func (p *Pool[P]) addAll(keys []string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, key := range keys {
		var lookUp P
		if !p.add(key, lookUp) {
			return false
		}
	}
	return true
}

// pause waits before the table is read again; false when the pool stops.
func (p *Pool[P]) pause(failures int, err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	p.cfg.Log.WarnContext(p.ctx, "lanes: the table could not be read, trying again", "error", err)
	p.mu.Lock()
	wait := p.backoff(failures)
	stopping := p.stopping
	p.mu.Unlock()
	if stopping {
		return false
	}
	select {
	case <-p.ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}
