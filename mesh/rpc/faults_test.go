package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
)

// fails makes both methods end alike.
func (s *service) fails(how func() error) {
	s.get = func(context.Context, *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
		return nil, how()
	}
	s.watch = func(*contextv1.WatchConversationRequest, grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
		return how()
	}
}

func TestCallersSeeTheFaultAndNeverItsCause(t *testing.T) {
	const inner = "dial 10.1.2.3: wrong passphrase"
	cases := map[string]struct {
		err     error
		code    codes.Code
		reason  string
		message string
		logged  bool // as an error
	}{
		"a fault": {
			err:  fault.New(codes.NotFound, "CONVERSATION_NOT_FOUND", "no such conversation").Because(errors.New(inner)),
			code: codes.NotFound, reason: "CONVERSATION_NOT_FOUND", message: "no such conversation",
		},
		"a fault inside another error": {
			err:  fmt.Errorf("read (%s): %w", inner, fault.New(codes.Aborted, "HANDLER_CHANGED", "somebody took over")),
			code: codes.Aborted, reason: "HANDLER_CHANGED", message: "somebody took over",
		},
		"an error that nobody wrote for callers": {
			err:  errors.New(inner),
			code: codes.Internal, reason: "INTERNAL", message: "internal error", logged: true,
		},
		"a status of a library": {
			err:  status.Error(codes.Unavailable, inner),
			code: codes.Unavailable, reason: "UNAVAILABLE", message: "temporarily unavailable",
		},
		"an unknown status of a library": {
			err:  status.Error(codes.Unknown, inner),
			code: codes.Internal, reason: "INTERNAL", message: "internal error", logged: true,
		},
		"a deadline inside the service": {
			err:  fmt.Errorf("%s: %w", inner, context.DeadlineExceeded),
			code: codes.DeadlineExceeded, reason: "DEADLINE_EXCEEDED", message: "the deadline passed",
		},
	}
	onBothPaths(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				w.service.fails(func() error { return c.err })
				w.each(t, asAssistant(t.Context()), func(t *testing.T, err error) {
					s := status.Convert(err)
					if s.Code() != c.code || fault.Reason(err) != c.reason || s.Message() != c.message {
						t.Errorf("got %v %s %q, want %v %s %q", s.Code(), fault.Reason(err), s.Message(), c.code, c.reason, c.message)
					}
					if sent := prototext.Format(s.Proto()); strings.Contains(sent, "10.1.2.3") || strings.Contains(err.Error(), "10.1.2.3") {
						t.Errorf("the cause was sent: %s", sent)
					}
				})
				if c.logged && !strings.Contains(w.log.String(), inner) {
					t.Errorf("the log does not know the cause: %s", w.log)
				}
			})
		}
	})
}

func TestPanicIsInternalAndSaysNothing(t *testing.T) {
	const words = "Why is my bill so high"
	onBothPaths(t, func(t *testing.T, w *world) {
		w.service.fails(func() error { panic(words) })
		w.each(t, asAssistant(t.Context()), func(t *testing.T, err error) {
			if fault.Code(err) != codes.Internal || fault.Reason(err) != "INTERNAL" || strings.Contains(err.Error(), words) {
				t.Errorf("got %v, want INTERNAL without the panic's words", err)
			}
		})
		if log := w.log.String(); strings.Contains(log, words) || !strings.Contains(log, "faults_test.go") {
			t.Errorf("the log should hold the stack and not the words: %s", log)
		}
		w.service.fails(func() error { return nil })
		if _, err := w.watch(asAssistant(t.Context())); err != nil {
			t.Errorf("the service did not survive: %v", err)
		}
	})
}
