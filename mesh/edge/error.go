package edge

import (
	"errors"

	"connectrpc.com/connect"
	"github.com/parleyhq/parley/mesh/fault"
)

// Error keeps the code, the message and the details of an error.
func Error(err error) *connect.Error {
	s := fault.Status(err)
	e := connect.NewError(connect.Code(s.Code()), errors.New(s.Message()))
	for _, packed := range s.Proto().GetDetails() {
		if d, err := connect.NewErrorDetail(packed); err == nil {
			e.AddDetail(d)
		}
	}
	return e
}
