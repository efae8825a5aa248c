package rpc

import (
	"fmt"
	"reflect"

	"google.golang.org/protobuf/proto"
)

// cloner copies messages between the two sides of a call in process, so that neither sees what the other changes later.
type cloner struct{}

// Copy merges when both are of one Go type, which costs no encoding. It encodes when they are two types of one message:
// a generated and a dynamic one, say.
func (cloner) Copy(out, in any) error {
	to, from := message(out), message(in)
	if to == nil || from == nil {
		return fmt.Errorf("copy a %T into a %T: not protobuf messages", in, out)
	}
	if want, got := to.ProtoReflect().Descriptor().FullName(), from.ProtoReflect().Descriptor().FullName(); want != got {
		return fmt.Errorf("copy a %s into a %s: different messages", got, want)
	}
	if reflect.TypeOf(to) == reflect.TypeOf(from) && to.ProtoReflect().Descriptor() == from.ProtoReflect().Descriptor() {
		proto.Reset(to)
		proto.Merge(to, from)
		return nil
	}
	encoded, err := proto.Marshal(from)
	if err != nil {
		return fmt.Errorf("encode a %T: %w", in, err)
	}
	if err := proto.Unmarshal(encoded, to); err != nil {
		return fmt.Errorf("decode into a %T: %w", out, err)
	}
	return nil
}

// Clone makes a copy of the same type.
func (cloner) Clone(in any) (any, error) {
	m := message(in)
	if m == nil {
		return nil, fmt.Errorf("clone a %T: not a protobuf message", in)
	}
	return proto.Clone(m), nil
}
