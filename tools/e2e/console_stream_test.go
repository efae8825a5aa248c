package e2e_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// cable is between a browser and the API, and can be cut.
type cable struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newCable(t testing.TB, to string) *cable {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{listener: listener, to: to, conns: map[net.Conn]bool{}}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			work.Go(func() { c.carry(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		c.set(true)
		work.Wait()
	})
	return c
}

// carry bytes both ways until either side ends, or the cable is cut.
func (c *cable) carry(near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	if !c.hold(near, far) {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	})
	_, _ = io.Copy(far, near)
	_ = far.Close()
	back.Wait()
	c.release(near, far)
}

func (c *cable) hold(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return false
	}
	for _, conn := range conns {
		c.conns[conn] = true
	}
	return true
}

func (c *cable) release(conns ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		delete(c.conns, conn)
	}
}

// set cuts the cable, with all that is on it, or mends it.
func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for conn := range c.conns {
			_ = conn.Close()
		}
	}
}

func TestATimelineAfterABreakHasEveryLineOnce(t *testing.T) {
	t.Parallel()
	u := start(t)
	wire := newCable(t, u.api)
	p := browse(t, wire.listener.Addr().String(), desk)
	p.signIn("demo-api-key")
	p.sees(".timeline", "Nothing was said yet")
	said := 0
	say := func() {
		t.Helper()
		said++
		id := fmt.Sprintf("SMbreak%d", said)
		if status := u.postTwilio(twilioToken, twilioText(id, daniel, fmt.Sprintf("thanks %d", said))); status != http.StatusOK {
			t.Fatalf("the webhook answered %d", status)
		}
		u.reply(daniel, said)
	}
	everyLineOnce := func(when string) {
		t.Helper()
		var want []string
		for _, m := range u.timeline(daniel) {
			want = append(want, m.ID)
		}
		p.until("every line is there "+when, fmt.Sprintf(`document.querySelectorAll("[data-message-id]").length >= %d`, len(want)))
		got := evaluate[[]string](p, `[...document.querySelectorAll("[data-message-id]")].map(e => e.dataset.messageId)`)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the page has the lines %v, want %v", when, got, want)
		}
	}
	say()
	everyLineOnce("while all is well")
	p.sees(".connection", "Live")

	wire.set(true)
	p.sees(".connection", "Reconnecting")
	say()
	say()
	wire.set(false)
	everyLineOnce("after the connection was cut")
	p.sees(".connection", "Live")

	u.kill()
	p.sees(".connection", "Reconnecting")
	u.run()
	say()
	everyLineOnce("after Parley was killed and started again")
	p.sees(".connection", "Live")
	say()
	everyLineOnce("while all is well again")
}
