package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
)

// Dial makes a connection to a service over the network. Options carry its credentials. It connects at the first call.
func Dial(target string, d Deps, opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	c := &client{newObserver(d.orNothing(), "client")}
	conn, err := grpc.NewClient(target, append([]grpc.DialOption{
		grpc.WithChainUnaryInterceptor(c.unary),
		grpc.WithChainStreamInterceptor(c.stream),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
	}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", target, err)
	}
	return conn, nil
}

// client is the calling side of both paths.
type client struct{ observer *observer }

func (c *client) unary(ctx context.Context, method string, req, resp any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	ctx, end := c.observer.begin(ctx, method, trace.SpanKindClient)
	ctx, err := introduce(ctx)
	if err == nil {
		err = invoke(ctx, method, req, resp, conn, opts...)
	}
	end(err)
	return err
}

func (c *client) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	ctx, end := c.observer.begin(ctx, method, trace.SpanKindClient)
	ctx, err := introduce(ctx)
	if err != nil {
		end(err)
		return nil, err
	}
	s, err := open(ctx, desc, conn, method, opts...)
	if err != nil {
		end(err)
		return nil, err
	}
	watched := &clientStream{ClientStream: s, end: end}
	// A stream ends when it was read to its end or when its context is: gRPC leaves no third way.
	watched.forget = context.AfterFunc(ctx, func() { watched.finish(ctx.Err()) })
	return watched, nil
}

type clientStream struct {
	grpc.ClientStream
	forget func() bool
	once   sync.Once
	end    func(error)
}

func (s *clientStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	if err != nil {
		s.forget()
		s.finish(err)
	}
	return err
}

func (s *clientStream) finish(err error) {
	if errors.Is(err, io.EOF) {
		err = nil
	}
	s.once.Do(func() { s.end(err) })
}
