package channel

import (
	"errors"
	"fmt"
	"time"
)

// ErrUnauthenticated means that nobody vouched for the request.
var ErrUnauthenticated = errors.New("the vendor did not vouch for this request")

// Unreadable is a webhook that was vouched for and cannot be understood.
type Unreadable struct {
	// Reason in UPPER_SNAKE_CASE.
	Reason string
	// Detail names the field or offset at fault, without content.
	Detail string
}

func (u *Unreadable) Error() string {
	return fmt.Sprintf("unreadable webhook: %s at %s", u.Reason, u.Detail)
}

// SendErrorKind says what may be done about a failed attempt.
type SendErrorKind int

const (
	// Retryable means that the vendor does not have it, and may take it later.
	Retryable SendErrorKind = iota + 1
	// Permanent means that the vendor will never take it.
	Permanent
	// RateLimited means that the vendor does not have it and asks to wait before this recipient is written to again.
	RateLimited
	// AccountLimited means the same, and that the vendor asks it for everything that the account sends.
	AccountLimited
	// Waiting means that nobody has it yet, because the recipient has to come for it: it is asked again after RetryAfter.
	Waiting
	// Unknown means that the request was written and no answer was read: the vendor may or may not have it.
	Unknown
)

func (k SendErrorKind) String() string {
	switch k {
	case Retryable:
		return "retryable"
	case Permanent:
		return "permanent"
	case RateLimited:
		return "rate limited"
	case AccountLimited:
		return "account rate limited"
	case Waiting:
		return "waiting"
	case Unknown:
		return "unknown"
	default:
		return fmt.Sprintf("kind %d", int(k))
	}
}

// SendError is why an attempt did not end well. Its text holds no address, content or secret.
type SendError struct {
	Kind SendErrorKind
	// Reason in UPPER_SNAKE_CASE: `RECIPIENT_NOT_ON_CHANNEL`.
	Reason string
	// RetryAfter is how long the vendor asks to wait; 0 when it does not say.
	RetryAfter time.Duration
	cause      error
}

// NewSendError makes one. The cause is for logs and must be clean of addresses, content and secrets: a *url.Error is not,
// give what it wraps.
func NewSendError(kind SendErrorKind, reason string, cause error) *SendError {
	return &SendError{Kind: kind, Reason: reason, cause: cause}
}

func (e *SendError) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("send: %s (%s)", e.Reason, e.Kind)
	}
	return fmt.Sprintf("send: %s (%s): %v", e.Reason, e.Kind, e.cause)
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.cause }
