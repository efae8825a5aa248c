package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// method is one RPC as the gateway offers it.
type method struct {
	peers         grpc.ClientConnInterface
	name          string // `/package.Service/Method`
	rule          *accessv1.Access
	input, output protoreflect.MessageType
	streams       bool
	handler       http.Handler
}

// newMethod reads a method. One without an access rule, or one that streams from the client, is an error.
func (g *Gateway) newMethod(d protoreflect.MethodDescriptor) (*method, error) {
	rule, err := rpc.Rule(d)
	if err != nil {
		return nil, err
	}
	if d.IsStreamingClient() {
		return nil, fmt.Errorf("method %s streams from the client, which the gateway does not forward", d.FullName())
	}
	input, err := protoregistry.GlobalTypes.FindMessageByName(d.Input().FullName())
	if err != nil {
		return nil, fmt.Errorf("find the request of %s: %w", d.FullName(), err)
	}
	output, err := protoregistry.GlobalTypes.FindMessageByName(d.Output().FullName())
	if err != nil {
		return nil, fmt.Errorf("find the response of %s: %w", d.FullName(), err)
	}
	m := &method{
		peers:   g.node.Peers,
		name:    fmt.Sprintf("/%s/%s", d.Parent().FullName(), d.Name()),
		rule:    rule,
		input:   input,
		output:  output,
		streams: d.IsStreamingServer(),
	}
	options := []connect.HandlerOption{
		connect.WithSchema(d),
		connect.WithCodec(strictJSON{"json"}),
		connect.WithCodec(strictJSON{"json; charset=utf-8"}),
		connect.WithReadMaxBytes(g.cfg.MaxBody),
		connect.WithRequestInitializer(m.initialize),
	}
	if m.streams {
		m.handler = connect.NewServerStreamHandler(m.name, m.stream, options...)
	} else {
		m.handler = connect.NewUnaryHandler(m.name, m.unary, options...)
	}
	return m, nil
}

// initialize gives Connect's empty request the generated message that it stands for.
func (m *method) initialize(_ connect.Spec, message any) error {
	request, ok := message.(*anyMessage)
	if !ok {
		return fmt.Errorf("the request of %s is a %T", m.name, message)
	}
	request.Message = m.input.New().Interface()
	return nil
}

func (m *method) unary(ctx context.Context, r *connect.Request[anyMessage]) (*connect.Response[anyMessage], error) {
	if r.Msg.invalid != nil {
		return nil, asConnect(r.Msg.invalid)
	}
	response := m.output.New().Interface()
	if err := m.peers.Invoke(ctx, m.name, r.Msg.Message, response); err != nil {
		return nil, asConnect(err)
	}
	return connect.NewResponse(&anyMessage{Message: response}), nil
}

func (m *method) stream(ctx context.Context, r *connect.Request[anyMessage], to *connect.ServerStream[anyMessage]) error {
	if r.Msg.invalid != nil {
		return asConnect(r.Msg.invalid)
	}
	ctx, cancel := context.WithCancel(ctx) // so that the service's side ends when ours does
	defer cancel()
	from, err := m.open(ctx, r.Msg.Message)
	if err != nil {
		return asConnect(err)
	}
	for {
		response := m.output.New().Interface()
		err := from.RecvMsg(response)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return asConnect(err)
		}
		if err := to.Send(&anyMessage{Message: response}); err != nil {
			return err
		}
	}
}

func (m *method) open(ctx context.Context, request proto.Message) (grpc.ClientStream, error) {
	s, err := m.peers.NewStream(ctx, &grpc.StreamDesc{StreamName: m.name, ServerStreams: true}, m.name)
	if err != nil {
		return nil, err
	}
	if err := s.SendMsg(request); err != nil {
		return nil, err
	}
	return s, s.CloseSend()
}

// asConnect keeps the code, the message and the details of an error.
func asConnect(err error) *connect.Error {
	s := fault.Status(err)
	e := connect.NewError(connect.Code(s.Code()), errors.New(s.Message()))
	for _, packed := range s.Proto().GetDetails() {
		if d, err := connect.NewErrorDetail(packed); err == nil {
			e.AddDetail(d)
		}
	}
	return e
}
