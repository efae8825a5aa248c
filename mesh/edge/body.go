package edge

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// ReadWithin gives a slow sender no more than this time. Once the body was read the connection is free of the limit,
// which would end a stream of answers.
func ReadWithin(w http.ResponseWriter, body io.ReadCloser, limit time.Duration) io.ReadCloser {
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return body // a recorder of a test: it has no slow senders
	}
	return &limitedBody{body, control}
}

type limitedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		_ = b.control.SetReadDeadline(time.Time{}) // it could be set
	}
	return n, err
}
