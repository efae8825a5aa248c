package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Transport is an http.RoundTripper that keeps connections. It opens as many as there are requests under way. The zero value
// keeps none.
type Transport struct {
	// MaxIdle connections to each address are kept for requests to come.
	MaxIdle int

	mu   sync.Mutex
	idle map[string][]*connection // the last used is the last
}

// RoundTrip sends the request and answers once the head of the response is there. The connection is used again when the body
// was read to its end. A request that was sent is never sent again.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "http" {
		closeBody(r)
		return nil, fmt.Errorf("wire: %q is not spoken, only http", r.URL.Scheme)
	}
	c, err := t.connect(r.Context(), net.JoinHostPort(r.URL.Hostname(), cmp.Or(r.URL.Port(), "80")))
	if err != nil {
		closeBody(r)
		return nil, err
	}
	c.unwatch = context.AfterFunc(r.Context(), c.interrupt)
	response, err := c.exchange(r)
	if err != nil {
		c.drop()
		return nil, because(r.Context(), err)
	}
	response.Body = &body{ReadCloser: response.Body, ctx: r.Context(), connection: c, last: response.Close}
	return response, nil
}

// connect takes a kept connection that still stands, or opens one.
func (t *Transport) connect(ctx context.Context, address string) (*connection, error) {
	deadline, _ := ctx.Deadline() // zero is none
	for {
		c := t.kept(address)
		if c == nil {
			break
		}
		if c.SetDeadline(deadline) == nil && c.stands() {
			return c, nil
		}
		c.drop()
	}
	opened, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	c := newConnection(opened, func(c *connection) { t.keep(address, c) })
	if err := c.SetDeadline(deadline); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (t *Transport) kept(address string) *connection {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.idle[address]
	if len(all) == 0 {
		return nil
	}
	last := len(all) - 1
	c := all[last]
	all[last] = nil
	t.idle[address] = all[:last]
	return c
}

func (t *Transport) keep(address string, c *connection) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.idle[address]) >= t.MaxIdle {
		c.drop()
		return
	}
	if t.idle == nil {
		t.idle = map[string][]*connection{}
	}
	t.idle[address] = append(t.idle[address], c)
}

// CloseIdleConnections is for http.Client.
func (t *Transport) CloseIdleConnections() {
	t.mu.Lock()
	idle := t.idle
	t.idle = nil
	t.mu.Unlock()
	for _, all := range idle {
		for _, c := range all {
			c.drop()
		}
	}
}

// because says that the caller gave up, when that is why it failed.
func because(ctx context.Context, err error) error {
	if gaveUp := context.Cause(ctx); gaveUp != nil {
		return gaveUp
	}
	if deadline, set := ctx.Deadline(); set && !time.Now().Before(deadline) {
		return context.DeadlineExceeded // the connection's clock was first
	}
	return err
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}
