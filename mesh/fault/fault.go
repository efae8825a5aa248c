// Package fault is how an error crosses a wire: a gRPC code, a reason that programs can test, a message that is safe for
// the caller to read, and a cause that stays in the log.
//
// See AIP-193 for the shape: ErrorInfo{reason, domain: "parley", metadata} travels in the status details.
package fault

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Domain of every ErrorInfo that Parley sends.
const Domain = "parley"

// Error is an error with a public face. Make one with New or Invalid.
type Error struct {
	code     codes.Code
	reason   string
	message  string
	metadata map[string]string
	cause    error
}

// New makes an error. The reason is UPPER_SNAKE_CASE; the message must be safe for the caller: no content, no secrets.
func New(code codes.Code, reason, format string, args ...any) *Error {
	return &Error{code: code, reason: reason, message: fmt.Sprintf(format, args...)}
}

// Invalid is INVALID_ARGUMENT about one field of a request, named as in the proto (`handle.value`).
func Invalid(field, reason, format string, args ...any) *Error {
	e := New(codes.InvalidArgument, reason, format, args...)
	e.message = field + ": " + e.message
	return e.With("field", field)
}

// With returns a copy that carries one more metadata entry.
func (e *Error) With(key, value string) *Error {
	c := *e
	c.metadata = maps.Clone(e.metadata)
	if c.metadata == nil {
		c.metadata = map[string]string{}
	}
	c.metadata[key] = value
	return &c
}

// Because returns a copy that keeps its cause. The cause is logged and never sent.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error says everything, cause included: it is for logs. Callers see Message.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.message
	}
	return e.message + ": " + e.cause.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// Message is the sentence that the caller may read.
func (e *Error) Message() string { return e.message }

// GRPCStatus is what goes over the wire.
func (e *Error) GRPCStatus() *status.Status {
	s := status.New(e.code, e.message)
	detailed, err := s.WithDetails(&errdetails.ErrorInfo{Reason: e.reason, Domain: Domain, Metadata: e.metadata})
	if err != nil {
		return s
	}
	return detailed
}

// Status turns any error into what the caller may see. An error that is neither a fault nor a status is INTERNAL with a
// message that says nothing; a context's end is CANCELED or DEADLINE_EXCEEDED.
func Status(err error) *status.Status {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return f.GRPCStatus()
	}
	if errors.Is(err, context.Canceled) {
		return status.New(codes.Canceled, "the call was canceled")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return status.New(codes.DeadlineExceeded, "the deadline passed")
	}
	var s interface{ GRPCStatus() *status.Status }
	if errors.As(err, &s) {
		return s.GRPCStatus()
	}
	return New(codes.Internal, "INTERNAL", "internal error").GRPCStatus()
}

// Code of any error; OK for nil.
func Code(err error) codes.Code {
	if err == nil {
		return codes.OK
	}
	return Status(err).Code()
}

// Reason of an error made here or received from another service; empty when it has none.
func Reason(err error) string {
	if info := Info(err); info != nil {
		return info.GetReason()
	}
	return ""
}

// Info is the ErrorInfo of an error, or nil.
func Info(err error) *errdetails.ErrorInfo {
	if err == nil {
		return nil
	}
	for _, d := range Status(err).Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok && info.GetDomain() == Domain {
			return info
		}
	}
	return nil
}

// Passing says whether the same call may succeed later without anything being changed.
func Passing(err error) bool {
	switch Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Canceled:
		return true
	default:
		return false
	}
}
