package email

import (
	"io"
	"net"
	"sync"
	"time"
)

// turnstile lets so many connections in at once, half of them at most from hosts that nobody knows, so that strangers cannot
// keep the operator's own MX out. Whoever comes beyond that is told to come again.
type turnstile struct {
	net.Listener
	most  int
	known func(host string) bool

	mu        sync.Mutex
	in        int
	strangers int
}

// Accept implements net.Listener.
func (t *turnstile) Accept() (net.Conn, error) {
	for {
		conn, err := t.Listener.Accept()
		if err != nil {
			return nil, err
		}
		stranger := !t.known(hostOf(conn))
		if t.enter(stranger) {
			return &passed{Conn: conn, leave: sync.OnceFunc(func() { t.leave(stranger) })}, nil
		}
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(conn, "421 4.3.2 Too many connections, try again later\r\n") // it need not be heard
		_ = conn.Close()
	}
}

func (t *turnstile) enter(stranger bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.in >= t.most || stranger && t.strangers >= (t.most+1)/2 {
		return false
	}
	t.in++
	if stranger {
		t.strangers++
	}
	return true
}

func (t *turnstile) leave(stranger bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.in--
	if stranger {
		t.strangers--
	}
}

// passed is a connection that was let in.
type passed struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (p *passed) Close() error {
	p.leave()
	return p.Conn.Close()
}

// hostOf is the IP address at the other end.
func hostOf(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}
