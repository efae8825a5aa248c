package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// body of a response, which gives the connection back at its end.
type body struct {
	io.ReadCloser
	ctx        context.Context // the request's
	connection *connection     // nil once it is given back
	last       bool            // the peer closes the connection after it
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		b.end(!b.last)
	default:
		err = because(b.ctx, err)
	}
	return n, err
}

// Close drops the connection when there is more to read.
func (b *body) Close() error {
	b.end(b.ReadCloser == http.NoBody && !b.last)
	return nil
}

func (b *body) end(whole bool) {
	c := b.connection
	b.connection = nil
	switch {
	case c == nil:
	case whole:
		c.done()
	default:
		c.drop()
	}
}
