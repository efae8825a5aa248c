package rpc

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/grpc/codes"
)

// The inbox drops what fails for good and keeps what may pass.
func TestEventIsGivenUpOnlyForWhatIsWrongWithIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		err     error
		passing bool
	}{
		{"the store is down", errors.New("connection refused"), true},
		{"identity failed inside", fault.New(codes.Internal, "INTERNAL", "internal error"), true},
		{"identity is down", fault.New(codes.Unavailable, "STOPPING", "stopping"), true},
		{"the caller went away", context.Canceled, true},
		{"others change the same message", fmt.Errorf("writing: %w", conversation.ErrContended), true},
		{"there is no such message", fmt.Errorf("writing: %w", conversation.ErrMessageNotFound), false},
		{"the customer was erased", conversation.ErrCustomerErased, false},
		{"the handle is none", fault.Invalid("handle.value", "HANDLE_INVALID", "not a handle"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := toEventFault(c.err)
			if fault.Passing(err) != c.passing {
				t.Errorf("passing: %t, want %t", !c.passing, c.passing)
			}
			if !errors.Is(err, c.err) {
				t.Errorf("%v lost its cause", err)
			}
		})
	}
}
