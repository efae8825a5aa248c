package rpc_test

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// seen hands the context of each call to the test.
func (s *service) seen() <-chan context.Context {
	contexts := make(chan context.Context, 1)
	s.get = func(ctx context.Context, _ *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
		contexts <- ctx
		return &contextv1.GetConversationResponse{}, nil
	}
	s.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
		contexts <- to.Context()
		return nil
	}
	return contexts
}

func TestCallerTraceAndDeadlineCross(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		contexts := w.service.seen()
		sent := caller.OnBehalfOf(caller.Service("aurora", "assistant"), "customer_1", accessv1.Assurance_ASSURANCE_STRONG)
		ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "message")
		defer span.End()
		ctx, cancel := context.WithTimeout(caller.With(ctx, sent), time.Hour)
		defer cancel()
		if err := w.get(ctx); err != nil {
			t.Fatal(err)
		}
		got := <-contexts
		if !proto.Equal(caller.From(got), sent) {
			t.Errorf("caller %v, want %v", caller.From(got), sent)
		}
		inside := trace.SpanContextFromContext(got)
		if inside.TraceID() != span.SpanContext().TraceID() || inside.SpanID() == span.SpanContext().SpanID() {
			t.Errorf("span %v does not continue %v", inside, span.SpanContext())
		}
		want, _ := ctx.Deadline()
		if deadline, ok := got.Deadline(); !ok || deadline.Sub(want).Abs() > time.Minute {
			t.Errorf("deadline %v, want about %v", deadline, want)
		}
	})
}

func TestStreamKnowsItsCaller(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		contexts := w.service.seen()
		if _, err := w.watch(asAssistant(t.Context())); err != nil {
			t.Fatal(err)
		}
		if got := caller.From(<-contexts).GetPrincipal(); got != "service:assistant" {
			t.Errorf("principal %q", got)
		}
	})
}

func TestCancellationCrosses(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		entered, left := make(chan struct{}, 1), make(chan error, 1)
		wait := func(ctx context.Context) error {
			entered <- struct{}{}
			<-ctx.Done()
			left <- ctx.Err()
			return ctx.Err()
		}
		w.service.get = func(ctx context.Context, _ *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
			return nil, wait(ctx)
		}
		w.service.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
			return wait(to.Context())
		}
		for name, call := range map[string]func(context.Context) error{
			"unary":  w.get,
			"stream": func(ctx context.Context) error { _, err := w.watch(ctx); return err },
		} {
			t.Run(name, func(t *testing.T) {
				ctx, cancel := context.WithCancel(asAssistant(t.Context()))
				answered := make(chan error, 1)
				go func() { answered <- call(ctx) }()
				<-entered
				cancel()
				if err := <-answered; fault.Code(err) != codes.Canceled {
					t.Errorf("the caller got %v, want CANCELED", err)
				}
				if err := <-left; err == nil {
					t.Error("the service's context did not end")
				}
			})
		}
	})
}

func TestStreamArrivesInOrderAndEndsWithItsFault(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		const messages = 500
		w.service.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
			m := &contextv1.WatchConversationResponse{Message: &contextv1.Message{}}
			for i := range messages {
				m.Message.Sequence = int64(i) // the same message, changed: what was sent must not change with it
				if err := to.Send(m); err != nil {
					return err
				}
			}
			return fault.New(codes.FailedPrecondition, "CONVERSATION_CLOSED", "closed")
		}
		s, err := w.context.WatchConversation(asAssistant(t.Context()), &contextv1.WatchConversationRequest{ConversationId: "c"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range messages {
			m, err := s.Recv()
			if err != nil || m.GetMessage().GetSequence() != int64(i) {
				t.Fatalf("message %d: %v, %v", i, m, err)
			}
		}
		if _, err := s.Recv(); fault.Reason(err) != "CONVERSATION_CLOSED" {
			t.Errorf("the stream ended with %v", err)
		}
	})
}

func TestNeitherSideSeesWhatTheOtherChangesLater(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		var kept *contextv1.GetConversationRequest
		answer := &contextv1.GetConversationResponse{Conversation: &contextv1.Conversation{Id: "conversation_1"}}
		w.service.get = func(_ context.Context, r *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
			kept = r
			return answer, nil
		}
		request := &contextv1.GetConversationRequest{ConversationId: "conversation_1"}
		got, err := w.context.GetConversation(asAssistant(t.Context()), request)
		if err != nil {
			t.Fatal(err)
		}
		request.ConversationId, answer.Conversation.Id = "changed", "changed"
		if kept.GetConversationId() != "conversation_1" || got.GetConversation().GetId() != "conversation_1" {
			t.Errorf("shared: the service has %v, the caller has %v", kept, got)
		}
	})
}
