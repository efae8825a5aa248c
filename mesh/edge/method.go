package edge

import (
	"context"
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Method is one RPC as the outside sees it. It is an http.Handler for the path that is its Name.
type Method struct {
	http.Handler
	// Name is `/package.Service/Method`.
	Name string
	// Streams says that the answers are many.
	Streams bool
	// Output is the type of the answers.
	Output protoreflect.MessageType
}

// Unary answers a request.
type Unary func(ctx context.Context, request proto.Message) (proto.Message, error)

// Stream answers a request by sending until it returns.
type Stream func(ctx context.Context, request proto.Message, send func(proto.Message) error) error

// NewMethod offers a method, which is answered by the one of the two that fits it. A request is at most maxBody bytes. A method
// that streams from the client is an error.
func NewMethod(d protoreflect.MethodDescriptor, maxBody int, unary Unary, stream Stream) (*Method, error) {
	if d.IsStreamingClient() {
		return nil, fmt.Errorf("method %s streams from the client, which is not offered", d.FullName())
	}
	input, err := protoregistry.GlobalTypes.FindMessageByName(d.Input().FullName())
	if err != nil {
		return nil, fmt.Errorf("find the request of %s: %w", d.FullName(), err)
	}
	output, err := protoregistry.GlobalTypes.FindMessageByName(d.Output().FullName())
	if err != nil {
		return nil, fmt.Errorf("find the response of %s: %w", d.FullName(), err)
	}
	m := &Method{Name: fmt.Sprintf("/%s/%s", d.Parent().FullName(), d.Name()), Streams: d.IsStreamingServer(), Output: output}
	options := []connect.HandlerOption{
		connect.WithSchema(d),
		connect.WithCodec(strictJSON{"json"}),
		connect.WithCodec(strictJSON{"json; charset=utf-8"}),
		connect.WithReadMaxBytes(maxBody),
		connect.WithRequestInitializer(initializer(m.Name, input)),
	}
	if m.Streams {
		m.Handler = connect.NewServerStreamHandler(m.Name, stream.serve, options...)
	} else {
		m.Handler = connect.NewUnaryHandler(m.Name, unary.serve, options...)
	}
	return m, nil
}

// initializer gives Connect's empty request the generated message that it stands for.
func initializer(name string, input protoreflect.MessageType) func(connect.Spec, any) error {
	return func(_ connect.Spec, message any) error {
		request, ok := message.(*anyMessage)
		if !ok {
			return fmt.Errorf("the request of %s is a %T", name, message)
		}
		request.Message = input.New().Interface()
		return nil
	}
}

func (u Unary) serve(ctx context.Context, r *connect.Request[anyMessage]) (*connect.Response[anyMessage], error) {
	if r.Msg.invalid != nil {
		return nil, Error(r.Msg.invalid)
	}
	response, err := u(ctx, r.Msg.Message)
	if err != nil {
		return nil, Error(err)
	}
	return connect.NewResponse(&anyMessage{Message: response}), nil
}

func (s Stream) serve(ctx context.Context, r *connect.Request[anyMessage], to *connect.ServerStream[anyMessage]) error {
	if r.Msg.invalid != nil {
		return Error(r.Msg.invalid)
	}
	broken := false
	err := s(ctx, r.Msg.Message, func(response proto.Message) error {
		err := to.Send(&anyMessage{Message: response})
		broken = broken || err != nil
		return err
	})
	if err == nil || broken {
		return err // Connect's own, when nobody hears it any more
	}
	return Error(err)
}
