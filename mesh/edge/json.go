package edge

import (
	"fmt"
	"regexp"

	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// anyMessage lets Connect carry messages whose types are known only at run time. The message inside is a generated one.
type anyMessage struct {
	proto.Message
	// invalid is why the JSON could not be decoded. It is kept until the handler runs, which can answer with details.
	invalid error
}

// strictJSON refuses what it does not know. It answers to two names, for Connect tells them apart.
type strictJSON struct{ name string }

// Name is the encoding, as in the content type.
func (c strictJSON) Name() string { return c.name }

// Marshal encodes a response.
func (strictJSON) Marshal(m any) ([]byte, error) {
	p, ok := m.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("encode a %T: not a protobuf message", m)
	}
	return protojson.Marshal(p)
}

// Unmarshal decodes a request. What is wrong with it is kept in it.
func (strictJSON) Unmarshal(data []byte, m any) error {
	into, ok := m.(*anyMessage)
	if !ok {
		return fmt.Errorf("decode a %T: not a request", m)
	}
	if err := protojson.Unmarshal(data, into.Message); err != nil {
		into.invalid = invalidJSON(err)
	}
	return nil
}

// What protojson says is not given on, for it repeats values; what it says about which field is.
var (
	unknownField = regexp.MustCompile(`unknown field "([^"]{1,100})"`)
	invalidValue = regexp.MustCompile(`invalid value for \w+ field (\w{1,100})`)
	position     = regexp.MustCompile(`\(line (\d+:\d+)\)`)
)

func invalidJSON(err error) error {
	if found := unknownField.FindStringSubmatch(err.Error()); found != nil {
		return fault.Invalid(found[1], "FIELD_UNKNOWN", "there is no such field")
	}
	if found := invalidValue.FindStringSubmatch(err.Error()); found != nil {
		return fault.Invalid(found[1], "FIELD_INVALID", "the value is not one of this field's type")
	}
	invalid := fault.New(codes.InvalidArgument, "JSON_INVALID", "the body is not the JSON of this request")
	if found := position.FindStringSubmatch(err.Error()); found != nil {
		invalid = invalid.With("position", found[1])
	}
	return invalid
}
