package sandbox

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxPending webhooks are waiting to be posted; beyond it vendors accept nothing more.
	maxPending = 300_000
	// maxPosting webhooks are on the wire at the same time.
	maxPosting = 32
	// postTimeout of one webhook. Twilio waits 15 seconds, Meta less.
	postTimeout = 10 * time.Second
)

// How a webhook that was not acknowledged is posted again.
//
// Meta: at once, then ever more rarely, for up to seven days; here for fifteen minutes.
// https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks#webhook-delivery-failure
//
// Twilio: once more, and only when no connection could be made (`rc=1`, `rp=ct`).
// https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
//
// A page of the web site: for as long as it is open, which here is fifteen minutes, unless what it says is refused.
//
// Mail: after 4yz, and when nobody answers, again and again for days (RFC 5321, 4.5.4.1); here for fifteen minutes. 5yz is final.
//
// With faults Twilio's are treated as Meta's, so that a killed Parley is told in the end.
const (
	firstBackoff = 250 * time.Millisecond
	maxBackoff   = 5 * time.Second
	giveUpAfter  = 15 * time.Minute
)

// poster posts a webhook and follows no redirects, as both vendors do.
type poster func(*http.Request) (*http.Response, error)

// errand is one step of a message on its way.
type errand struct {
	message *message
	step    int
	due     time.Time
	// tried attempts so far.
	tried int
	// then is let go when this one was tried for the first time.
	then *errand
}

// courier posts webhooks when they are due, until they are acknowledged or nobody would try any more.
type courier struct {
	server  *server
	post    poster
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	slots   chan struct{}
	pending atomic.Int64

	mu    sync.Mutex
	queue errands
	wake  chan struct{}
}

func newCourier(s *server, post poster) *courier {
	c := &courier{server: s, post: post, slots: make(chan struct{}, maxPosting), wake: make(chan struct{}, 1)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.running.Go(c.run)
	return c
}

// stop returns when nothing is on the wire. What was not acknowledged is posted again by the next process.
func (c *courier) stop() {
	c.cancel()
	c.running.Wait()
}

func (c *courier) full() bool { return c.pending.Load() >= maxPending }

// schedule takes on the steps of a message that are not in done.
func (c *courier) schedule(m *message, done map[string]bool) {
	if m.Provider == Twilio && !m.Inbound && m.Callback == "" {
		return // nobody asked to be told
	}
	var waiting *errand
	for i := len(m.Steps) - 1; i >= 0; i-- {
		if done[stepName(m.ID, i)] {
			continue
		}
		c.pending.Add(1)
		e := &errand{message: m, step: i, due: m.Steps[i].Due, then: waiting}
		if m.Ordered {
			waiting = e
			continue
		}
		c.enqueue(e)
	}
	c.enqueue(waiting)
}

// now makes the first attempt at an inbound message's webhook while the caller waits for what it comes to.
func (c *courier) now(ctx context.Context, m *message) InboundResult {
	c.pending.Add(1)
	e := &errand{message: m}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		c.enqueue(e)
		return InboundResult{ID: m.ID, Error: ctx.Err().Error()}
	case <-c.ctx.Done():
		return InboundResult{ID: m.ID, Error: "the sandbox is stopping"}
	}
	status, err := c.attempt(e) // a vendor goes on when whoever watches goes away
	result := InboundResult{ID: m.ID, Status: status}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}

func (c *courier) enqueue(e *errand) {
	if e == nil {
		return
	}
	c.mu.Lock()
	heap.Push(&c.queue, e)
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run starts what is due, as many at a time as there are slots.
func (c *courier) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		e, wait := c.next()
		if e == nil {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-c.wake:
			case <-c.ctx.Done():
				return
			}
			continue
		}
		select {
		case c.slots <- struct{}{}:
		case <-c.ctx.Done():
			return
		}
		c.running.Go(func() {
			defer func() { <-c.slots }()
			c.attempt(e) //nolint:errcheck // what it came to is the errand's
		})
	}
}

// next is an errand that is due, or how long until one is.
func (c *courier) next() (*errand, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return nil, time.Hour
	}
	if wait := c.queue[0].due.Sub(c.server.now()); wait > 0 {
		return nil, wait
	}
	return heap.Pop(&c.queue).(*errand), 0
}

// attempt posts once and sees to what follows. It answers the status, or 0 and why there is none.
func (c *courier) attempt(e *errand) (int, error) {
	status, err := c.deliver(e)
	if c.ctx.Err() != nil {
		return status, err // the journal still holds it
	}
	e.tried++
	then := e.then
	e.then = nil
	defer c.enqueue(then)
	if status/100 == 2 {
		c.finish(e)
		return status, nil
	}
	delay, again := c.again(e, status, err)
	if !again {
		c.server.log.Warn("a webhook was given up", "account", e.message.Account, "id", e.message.ID, "attempts", e.tried,
			"status", status, "error", err)
		c.finish(e)
		return status, err
	}
	e.due = c.server.now().Add(delay)
	c.enqueue(e)
	return status, err
}

func (c *courier) finish(e *errand) {
	c.pending.Add(-1)
	if err := c.server.journal.note(record{Done: stepName(e.message.ID, e.step)}); err != nil {
		c.server.log.Error("a finished webhook was not noted", "error", err)
	}
}

func (c *courier) deliver(e *errand) (int, error) {
	ctx, cancel := context.WithTimeout(c.ctx, postTimeout)
	defer cancel()
	switch e.message.Provider {
	case Email:
		return c.server.bring(ctx, e.message)
	case Webchat:
		return c.server.visitors.say(ctx, e.message)
	}
	request, err := c.server.webhook(ctx, e.message, e.step)
	if err != nil {
		return 0, fmt.Errorf("make a webhook: %w", err)
	}
	response, err := c.post(request)
	if err != nil {
		return 0, fmt.Errorf("post a webhook: %w", err)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, maxBody)) //nolint:errcheck // only to use the connection again
	return response.StatusCode, nil
}

// again says whether the vendor would post once more, and after how long.
func (c *courier) again(e *errand, status int, err error) (time.Duration, bool) {
	if e.message.Provider == Email && status/100 == 5 {
		return 0, false // the MX tells the author that it will never arrive
	}
	if e.message.Provider == Webchat && status == http.StatusBadRequest {
		return 0, false // the page says that this cannot be said
	}
	if e.message.Provider == Twilio && c.server.setup().faults == nil {
		return 0, e.tried == 1 && isConnectFailure(err)
	}
	delay := min(firstBackoff<<min(e.tried-1, 16), maxBackoff)
	return delay, c.server.now().Add(delay).Sub(e.message.Time) < giveUpAfter
}

func isConnectFailure(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// errands by when they are due.
type errands []*errand

func (q errands) Len() int           { return len(q) }
func (q errands) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q errands) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is for container/heap.
func (q *errands) Push(e any) { *q = append(*q, e.(*errand)) }

// Pop is for container/heap.
func (q *errands) Pop() any {
	old := *q
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return e
}
