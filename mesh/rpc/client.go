package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/parleyhq/parley/mesh/fault"
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
		err = ended(ctx, invoke(ctx, method, req, resp, conn, opts...))
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
	watched := &clientStream{ClientStream: s, asked: ctx, end: end, sendsOne: !desc.ClientStreams}
	// A stream ends when it was read to its end or when its context is: gRPC leaves no third way.
	watched.forget = context.AfterFunc(ctx, func() { watched.finish(ctx.Err()) })
	return watched, nil
}

type clientStream struct {
	grpc.ClientStream
	asked    context.Context // the stream's own ends with the stream
	sendsOne bool
	forget   func() bool
	once     sync.Once
	end      func(error)
}

// SendMsg keeps what grpc-go promises of a stream with one request: it never says io.EOF, which generated code would give
// its caller as the end of the answers. In process it does when the call was refused already; RecvMsg then says why.
func (s *clientStream) SendMsg(m any) error {
	err := s.ClientStream.SendMsg(m)
	if s.sendsOne && errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// RecvMsg observes the end of the stream.
func (s *clientStream) RecvMsg(m any) error {
	err := ended(s.asked, s.ClientStream.RecvMsg(m))
	if err != nil {
		s.forget()
		s.finish(err)
	}
	return err
}

// ended says of a call whose context has ended that it has. In process such a call may look as if it had come to its end:
// its last words, the error, are dropped with the context.
func ended(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) && ctx.Err() != nil {
		return fault.Status(ctx.Err()).Err()
	}
	return err
}

func (s *clientStream) finish(err error) {
	if errors.Is(err, io.EOF) {
		err = nil
	}
	s.once.Do(func() { s.end(err) })
}
