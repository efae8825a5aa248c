package wire

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"syscall"
	"time"
)

// connection carries one request at a time.
type connection struct {
	net.Conn
	in   *bufio.Reader
	out  *bufio.Writer
	keep func(*connection)
	// unwatch ends the watch over the request's context; false says that it interrupts, or did.
	unwatch func() bool
}

func newConnection(c net.Conn, keep func(*connection)) *connection {
	return &connection{Conn: c, in: bufio.NewReader(c), out: bufio.NewWriter(c), keep: keep}
}

func (c *connection) exchange(r *http.Request) (*http.Response, error) {
	if err := r.Write(c.out); err != nil {
		return nil, err
	}
	if err := c.out.Flush(); err != nil {
		return nil, err
	}
	for {
		response, err := http.ReadResponse(c.in, r)
		if err != nil || response.StatusCode >= http.StatusOK {
			return response, err
		} // else it is on its way: RFC 9110, 15.2
	}
}

// interrupt ends what is being written or read.
func (c *connection) interrupt() { _ = c.SetDeadline(time.Unix(1, 0)) }

// stands looks without waiting whether the peer has closed an idle connection, or says what nobody asked for.
func (c *connection) stands() bool {
	socket, ok := c.Conn.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	waiting := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:])
		waiting = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err == nil && waiting
}

// done keeps the connection for the next request, unless this one's caller gave up meanwhile or the peer said more than that.
func (c *connection) done() {
	if !c.unwatch() || c.in.Buffered() > 0 {
		_ = c.Close()
		return
	}
	c.keep(c)
}

func (c *connection) drop() {
	c.unwatch()
	_ = c.Close()
}
