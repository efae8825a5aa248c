// Package exchange makes one HTTP call to a vendor and says what is known of it afterwards. The question that decides
// whether a message may be sent again is not whether the call failed, but whether the vendor may have the request.
package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/egress"
)

// maxAnswer bounds how much of an answer is read, in bytes. Vendors' answers to one message are a few hundred.
const maxAnswer = 4 << 20

// maxWait bounds how long a vendor may make us wait.
const maxWait = time.Hour

// Answer is what the vendor said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Do makes the call. Redirects are answers, not followed: credentials go to the address that was configured and nowhere
// else. The error is Retryable when the vendor cannot have got the request, because no connection came about; Unknown when it may
// have.
func Do(client *http.Client, req *http.Request) (*Answer, error) {
	if err := req.Context().Err(); err != nil {
		return nil, channel.NewSendError(channel.Retryable, "ENDED_BEFORE_THE_CALL", err)
	}
	var asked, connected atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}
	once := *client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := once.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		if asked.Load() && !connected.Load() {
			return nil, channel.NewSendError(channel.Retryable, "VENDOR_UNREACHABLE", clean(err))
		}
		return nil, channel.NewSendError(channel.Unknown, "NO_ANSWER", clean(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, channel.NewSendError(channel.Unknown, "ANSWER_CUT_OFF", clean(err))
	}
	if len(body) > maxAnswer {
		return nil, channel.NewSendError(channel.Unknown, "ANSWER_TOO_LARGE", nil)
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// OK says whether the vendor did what was asked.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Refusal is the error for an answer whose body explains nothing: by the meaning of its HTTP status alone. A server's
// failure leaves open what it had done before it failed. Too many requests are too many of whoever asks, which is the
// account.
func (a *Answer) Refusal() *channel.SendError {
	var e *channel.SendError
	switch {
	case a.Status == http.StatusTooManyRequests:
		e = channel.NewSendError(channel.AccountLimited, "RATE_LIMITED", nil)
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		e = channel.NewSendError(channel.Retryable, "CREDENTIALS_REFUSED", nil)
	case a.Status >= 500 || a.Status == http.StatusRequestTimeout:
		e = channel.NewSendError(channel.Unknown, "VENDOR_FAILED", nil)
	default:
		e = channel.NewSendError(channel.Permanent, "VENDOR_REFUSED", nil)
	}
	e.RetryAfter = a.RetryAfter()
	return e
}

// RetryAfter is the wait that the vendor asks for in seconds (RFC 9110, 10.2.3), at most an hour; 0 when it asks for
// none. No vendor here sends the form with a date.
func (a *Answer) RetryAfter() time.Duration {
	n, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || n <= 0 {
		return 0
	}
	return time.Duration(min(n, int(maxWait/time.Second))) * time.Second
}

// clean keeps of an error what may be logged: which step broke, and how. The errors of net/http quote addresses, and now
// and then what they read.
func clean(err error) error {
	known := []error{
		context.DeadlineExceeded, context.Canceled, egress.ErrRefused, egress.ErrBodyTooLarge, io.ErrUnexpectedEOF, io.EOF,
	}
	for _, k := range known {
		if errors.Is(err, k) {
			return k
		}
	}
	step := "exchange"
	var op *net.OpError
	if errors.As(err, &op) {
		step = op.Op
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return fmt.Errorf("%s: %w", step, errno)
	}
	return errors.New(step + " broke")
}
