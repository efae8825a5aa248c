package rpc_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/rpc"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

func TestStopWaitsForACallThatItsCallerGaveUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &service{}, rpc.NewLocal(rpc.Deps{})
		contextv1.RegisterContextServiceServer(l, s)
		finished := false
		s.get = func(context.Context, *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
			time.Sleep(time.Minute) // deaf to its context
			finished = true
			return nil, nil
		}
		w := &world{context: contextv1.NewContextServiceClient(l)}
		ctx, cancel := context.WithTimeout(asAssistant(t.Context()), time.Second)
		defer cancel()
		if err := w.get(ctx); fault.Code(err) != codes.DeadlineExceeded {
			t.Fatal(err)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := l.Stop(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an impatient stop said %v", err)
		}
		if err := l.Stop(t.Context()); err != nil || !finished {
			t.Errorf("stopped with %v, finished %v", err, finished)
		}
		if err := w.get(asAssistant(t.Context())); fault.Code(err) != codes.Unavailable {
			t.Errorf("a call after the stop: %v", err)
		}
		if l.Ready(t.Context()) == nil {
			t.Error("ready after the stop")
		}
	})
}

func TestStopEndsStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := &service{}, rpc.NewLocal(rpc.Deps{})
		contextv1.RegisterContextServiceServer(l, s)
		s.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
			<-to.Context().Done()
			return to.Context().Err()
		}
		ended := make(chan error, 1)
		go func() {
			_, err := (&world{context: contextv1.NewContextServiceClient(l)}).watch(asAssistant(t.Context()))
			ended <- err
		}()
		synctest.Wait()
		if err := l.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-ended; fault.Code(err) != codes.Unavailable {
			t.Errorf("the stream ended with %v, want UNAVAILABLE", err)
		}
	})
}

func TestADynamicMessageIsTakenForAGeneratedOne(t *testing.T) {
	l := rpc.NewLocal(rpc.Deps{})
	contextv1.RegisterContextServiceServer(l, &service{
		get: func(_ context.Context, r *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
			return &contextv1.GetConversationResponse{Conversation: &contextv1.Conversation{Id: r.GetConversationId()}}, nil
		},
	})
	described := func(m protoreflect.ProtoMessage) *dynamicpb.Message {
		return dynamicpb.NewMessage(m.ProtoReflect().Descriptor())
	}
	request, response := described(&contextv1.GetConversationRequest{}), described(&contextv1.GetConversationResponse{})
	request.Set(request.Descriptor().Fields().ByName("conversation_id"), protoreflect.ValueOfString("conversation_1"))
	ctx := caller.With(t.Context(), caller.Service("aurora", "test"))
	if err := l.Invoke(ctx, contextv1.ContextService_GetConversation_FullMethodName, request, response); err != nil {
		t.Fatal(err)
	}
	conversation := response.Get(response.Descriptor().Fields().ByName("conversation")).Message()
	if got := conversation.Get(conversation.Descriptor().Fields().ByName("id")).String(); got != "conversation_1" {
		t.Errorf("id %q", got)
	}
	if err := l.Invoke(ctx, contextv1.ContextService_GetConversation_FullMethodName, response, request); err == nil {
		t.Error("another message was taken for the request")
	}
}

func BenchmarkCall(b *testing.B) {
	for name, open := range paths {
		b.Run(name, func(b *testing.B) {
			conn := open(b, rpc.Deps{}, func(r grpc.ServiceRegistrar) { contextv1.RegisterContextServiceServer(r, &service{}) })
			w := &world{context: contextv1.NewContextServiceClient(conn)}
			ctx := asAssistant(b.Context())
			for b.Loop() {
				if err := w.get(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
