package bus

import (
	"fmt"

	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
)

// TypeOf is the type of an event as envelopes and filters say it: the full name of its payload.
func TypeOf(payload proto.Message) string {
	return string(payload.ProtoReflect().Descriptor().FullName())
}

// Unpack the payload of an event, which must be of that type.
func Unpack(env *eventsv1.Envelope, into proto.Message) error {
	if err := env.GetPayload().UnmarshalTo(into); err != nil {
		return fmt.Errorf("read event %s as %s: %w", env.GetId(), TypeOf(into), err)
	}
	return nil
}
