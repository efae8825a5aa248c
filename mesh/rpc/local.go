package rpc

import (
	"context"
	"fmt"
	"sync"

	"github.com/fullstorydev/grpchan"
	"github.com/fullstorydev/grpchan/inprocgrpc"
	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Local is the services of one process and the connection to them. Services are registered before the first call.
//
// It is a role of the process, too: added before the services, it stops after them and waits for what they still answer.
type Local struct {
	grpc.ClientConnInterface
	grpc.ServiceRegistrar
	layers *layers
	ending context.Context // of the streams
	end    context.CancelFunc

	mu      sync.Mutex
	running int
	stopped bool
	idle    chan struct{} // closed when stopped and nothing runs
}

// NewLocal makes one without services.
func NewLocal(d Deps) *Local {
	d = d.orNothing()
	l := &Local{layers: newLayers(d), idle: make(chan struct{})}
	l.ending, l.end = context.WithCancel(context.Background())
	channel := (&inprocgrpc.Channel{}).
		WithCloner(cloner{}).
		WithServerUnaryInterceptor(l.unary).
		WithServerStreamInterceptor(l.stream)
	c := &client{newObserver(d, "client")}
	l.ServiceRegistrar = channel
	l.ClientConnInterface = grpchan.InterceptClientConn(channel, c.unary, c.stream)
	return l
}

// Name of the role.
func (l *Local) Name() string { return "rpc" }

// Start has nothing to do.
func (l *Local) Start(context.Context) error { return nil }

// Ready says whether calls are taken.
func (l *Local) Ready(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return errStopped()
	}
	return nil
}

// Stop refuses new calls with UNAVAILABLE, ends streams and waits until the calls under way have returned. A call that
// its caller gave up on is waited for, too.
func (l *Local) Stop(ctx context.Context) error {
	l.mu.Lock()
	if !l.stopped {
		l.stopped = true
		l.end()
		l.closeWhenIdle()
	}
	running := l.running
	l.mu.Unlock()
	select {
	case <-l.idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for %d calls to return: %w", running, ctx.Err())
	}
}

func errStopped() error { return fault.New(codes.Unavailable, "STOPPING", "stopping") }

func (l *Local) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	_ = deepen(len(info.FullMethod))
	if !l.enter() {
		return nil, fault.Status(errStopped()).Err()
	}
	defer l.leave()
	return l.layers.unary(ctx, req, info, next)
}

func (l *Local) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if !l.enter() {
		return fault.Status(errStopped()).Err()
	}
	defer l.leave()
	ctx, cancel := context.WithCancel(ss.Context())
	defer cancel()
	defer context.AfterFunc(l.ending, cancel)()
	err := l.layers.stream(srv, &endingStream{ss, ctx}, info, next)
	if l.ending.Err() != nil && fault.Code(err) == codes.Canceled {
		return fault.Status(errStopped()).Err()
	}
	return err
}

// endingStream is a stream whose context ends with the Local, too.
type endingStream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context ends with the stream or with the Local.
func (s *endingStream) Context() context.Context { return s.ctx }

func (l *Local) enter() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return false
	}
	l.running++
	return true
}

func (l *Local) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running--
	l.closeWhenIdle()
}

// closeWhenIdle is called under the mutex, once after each change.
func (l *Local) closeWhenIdle() {
	if l.stopped && l.running == 0 {
		close(l.idle)
	}
}
