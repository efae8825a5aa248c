package rpc

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"unicode"

	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// face turns an error into what the caller may see, and logs what is kept back.
func (l *layers) face(ctx context.Context, method string, err error) error {
	if err == nil {
		return nil
	}
	shown := public(fault.Status(err))
	if known, idErr := identify(ctx); idErr == nil {
		ctx = known // for the record's tenant
	}
	switch {
	case shown.Code() == codes.Internal:
		l.log.ErrorContext(ctx, "call failed", "method", method, "error", err)
	case errors.Unwrap(err) != nil:
		l.log.DebugContext(ctx, "call refused", "method", method, "code", shown.Code(), "error", err)
	}
	return shown.Err()
}

// public makes sure that a status carries an ErrorInfo of ours. One without was not written for callers: a library made
// it, and what it says of the inside, addresses for instance, is not passed on.
func public(s *status.Status) *status.Status {
	for _, d := range s.Details() {
		if info, ok := d.(*errdetails.ErrorInfo); ok && info.GetDomain() == fault.Domain {
			return s
		}
	}
	code, text := s.Code(), s.Message()
	switch code {
	case codes.Unknown, codes.Internal, codes.DataLoss:
		code, text = codes.Internal, "internal error"
	case codes.Unavailable:
		text = "temporarily unavailable"
	default: // its own words are about the call
	}
	return fault.New(code, reasonOf(code), "%s", text).GRPCStatus()
}

// reasonOf a code is its name, as in google.rpc.Code.
func reasonOf(code codes.Code) string {
	if code == codes.Canceled {
		return "CANCELLED"
	}
	var b strings.Builder
	for i, r := range code.String() {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// survive turns a panic into an error.
func (l *layers) survive(ctx context.Context, method string, handle func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			l.log.ErrorContext(ctx, "panic", "method", method, "panic", fault.Thrown(p), "stack", string(debug.Stack()))
			err = fault.New(codes.Internal, "INTERNAL", "internal error")
		}
	}()
	return handle()
}
