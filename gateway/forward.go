package gateway

import (
	"context"
	"errors"
	"io"

	"github.com/parleyhq/parley/mesh/edge"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// method is one RPC as the gateway offers it.
type method struct {
	*edge.Method
	peers grpc.ClientConnInterface
	rule  *accessv1.Access
}

// newMethod reads a method. One without an access rule, or one that streams from the client, is an error.
func (g *Gateway) newMethod(d protoreflect.MethodDescriptor) (*method, error) {
	rule, err := rpc.Rule(d)
	if err != nil {
		return nil, err
	}
	m := &method{peers: g.node.Peers, rule: rule}
	m.Method, err = edge.NewMethod(d, g.cfg.MaxBody, m.unary, m.stream)
	return m, err
}

func (m *method) unary(ctx context.Context, request proto.Message) (proto.Message, error) {
	response := m.Output.New().Interface()
	return response, m.peers.Invoke(ctx, m.Name, request, response)
}

func (m *method) stream(ctx context.Context, request proto.Message, send func(proto.Message) error) error {
	ctx, cancel := context.WithCancel(ctx) // so that the service's side ends when ours does
	defer cancel()
	from, err := m.open(ctx, request)
	if err != nil {
		return err
	}
	for {
		response := m.Output.New().Interface()
		err := from.RecvMsg(response)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := send(response); err != nil {
			return err
		}
	}
}

func (m *method) open(ctx context.Context, request proto.Message) (grpc.ClientStream, error) {
	s, err := m.peers.NewStream(ctx, &grpc.StreamDesc{StreamName: m.Name, ServerStreams: true}, m.Name)
	if err != nil {
		return nil, err
	}
	if err := s.SendMsg(request); err != nil {
		return nil, err
	}
	return s, s.CloseSend()
}
