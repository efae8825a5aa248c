package rpc

import (
	"context"
	"log/slog"

	"buf.build/go/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// maxMessage bounds a message on the network, in bytes.
const maxMessage = 4 << 20

// NewServer makes a server for the network. Options may add what the layers do not know, such as credentials.
func NewServer(d Deps, opts ...grpc.ServerOption) *grpc.Server {
	l := newLayers(d.orNothing())
	return grpc.NewServer(append([]grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.ChainUnaryInterceptor(l.unary),
		grpc.ChainStreamInterceptor(l.stream),
	}, opts...)...)
}

// layers are what every call to a server passes.
type layers struct {
	log       *slog.Logger
	observer  *observer
	rules     *rules
	validator protovalidate.Validator
}

func newLayers(d Deps) *layers {
	return &layers{
		log:       d.Log,
		observer:  newObserver(d, "server"),
		rules:     &rules{},
		validator: d.Validator,
	}
}

// run is the order of the layers, the same for one message and for a stream of them.
func (l *layers) run(ctx context.Context, method string, handle func(context.Context) error) error {
	return l.observer.serve(ctx, method, func(ctx context.Context) error {
		return l.face(ctx, method, l.survive(ctx, method, func() error {
			ctx, err := identify(ctx)
			if err != nil {
				return err
			}
			if err := l.rules.allow(ctx, method); err != nil {
				return err
			}
			return handle(ctx)
		}))
	})
}

func (l *layers) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	var resp any
	err := l.run(ctx, info.FullMethod, func(ctx context.Context) error {
		err := l.validate(req)
		if err == nil {
			resp, err = next(ctx, req)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

func (l *layers) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	return l.run(ss.Context(), info.FullMethod, func(ctx context.Context) error {
		return next(srv, &serverStream{ss, ctx, l})
	})
}

// serverStream validates what comes in and knows the caller.
type serverStream struct {
	grpc.ServerStream
	ctx    context.Context
	layers *layers
}

// Context knows the caller.
func (s *serverStream) Context() context.Context { return s.ctx }

// RecvMsg validates what came.
func (s *serverStream) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	return s.layers.validate(m)
}

// message is a request as protobuf; gRPC hands over nothing else.
func message(m any) proto.Message {
	p, _ := m.(proto.Message)
	return p
}
