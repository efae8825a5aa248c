package customer

import "github.com/parleyhq/parley/mesh/typeid"

// VisitorPrefix of the TypeIDs by which visitors of a web site are known.
const VisitorPrefix = "visitor"

func newVisitorID(value string) (Handle, error) {
	if typeid.Check("value", VisitorPrefix, value) != nil {
		return Handle{}, ErrHandleInvalid
	}
	return Handle{Kind: VisitorID, Value: value, Key: value}, nil
}
