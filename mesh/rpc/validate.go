package rpc

import (
	"errors"
	"fmt"

	"buf.build/go/protovalidate"
	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func (l *layers) validate(req any) error { return Validate(l.validator, message(req)) }

// Validate holds a request against the rules in its proto. The error names the first field that breaks one, or the rule
// when it is about the whole message. The messages of rules hold no values.
func Validate(v protovalidate.Validator, req proto.Message) error {
	err := v.Validate(req)
	if err == nil {
		return nil
	}
	var broken *protovalidate.ValidationError
	if !errors.As(err, &broken) || len(broken.Violations) == 0 {
		return fmt.Errorf("validate a %T: %w", req, err)
	}
	first := broken.Violations[0].Proto
	text := first.GetMessage()
	if text == "" {
		text = "does not keep the rule " + first.GetRuleId()
	}
	if field := protovalidate.FieldPathString(first.GetField()); field != "" {
		return fault.Invalid(field, "FIELD_INVALID", "%s", text).With("rule", first.GetRuleId())
	}
	return fault.New(codes.InvalidArgument, "REQUEST_INVALID", "%s", text).With("rule", first.GetRuleId())
}
