package gateway_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/grpcreflect"
	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// h2c is a client of HTTP/2 without TLS.
func h2c() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: &http.Transport{
		Protocols:       protocols,
		DialContext:     new(net.Dialer).DialContext,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13},
	}}
}

// clients are the other ways in than plain JSON.
var clients = map[string]struct {
	http    *http.Client
	options []connect.ClientOption
}{
	"Connect, binary":          {http.DefaultClient, nil},
	"Connect, JSON":            {http.DefaultClient, []connect.ClientOption{connect.WithProtoJSON()}},
	"Connect, compressed":      {http.DefaultClient, []connect.ClientOption{connect.WithSendGzip()}},
	"Connect, HTTP/2":          {h2c(), nil},
	"gRPC-Web, HTTP/1.1":       {http.DefaultClient, []connect.ClientOption{connect.WithGRPCWeb()}},
	"gRPC-Web, HTTP/2":         {h2c(), []connect.ClientOption{connect.WithGRPCWeb()}},
	"gRPC-Web, HTTP/1.1, JSON": {http.DefaultClient, []connect.ClientOption{connect.WithGRPCWeb(), connect.WithProtoJSON()}},
	"gRPC":                     {h2c(), []connect.ClientOption{connect.WithGRPC()}},
	"gRPC, JSON":               {h2c(), []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}},
}

func withKey[T any](m *T) *connect.Request[T] {
	r := connect.NewRequest(m)
	r.Header().Set("Authorization", "Bearer "+demoKey)
	return r
}

func TestEveryProtocolCallsAndIsRefused(t *testing.T) {
	h := open(t)
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			list := connect.NewClient[contextv1.ListMessagesRequest, contextv1.ListMessagesResponse](c.http, h.url+listMessages, c.options...)
			got, err := list.CallUnary(t.Context(), withKey(&contextv1.ListMessagesRequest{CustomerId: customer}))
			if err != nil || got.Msg.GetMessages()[0].GetSequence() != 7 {
				t.Fatalf("%v, %v", got, err)
			}
			_, err = list.CallUnary(t.Context(), withKey(&contextv1.ListMessagesRequest{CustomerId: "x"}))
			if connect.CodeOf(err) != connect.CodeInvalidArgument || reason(err) != "ID_INVALID" {
				t.Errorf("a bad id: %v", err)
			}
			_, err = list.CallUnary(t.Context(), connect.NewRequest(&contextv1.ListMessagesRequest{}))
			if connect.CodeOf(err) != connect.CodeUnauthenticated || reason(err) != "KEY_INVALID" {
				t.Errorf("no key: %v", err)
			}
		})
	}
}

func TestEveryProtocolStreams(t *testing.T) {
	h := open(t)
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			read := func(after int64) (sequences []int64, err error) {
				watch := connect.NewClient[contextv1.WatchConversationRequest, contextv1.WatchConversationResponse](c.http, h.url+watch, c.options...)
				s, err := watch.CallServerStream(t.Context(), withKey(&contextv1.WatchConversationRequest{ConversationId: "c", AfterSequence: after}))
				if err != nil {
					return nil, err
				}
				for s.Receive() {
					sequences = append(sequences, s.Msg().GetMessage().GetSequence())
				}
				return sequences, errors.Join(s.Err(), s.Close())
			}
			if got, err := read(0); err != nil || !slices.Equal(got, []int64{1, 2, 3}) {
				t.Errorf("got %v, %v", got, err)
			}
			if got, err := read(99); reason(err) != "CONVERSATION_NOT_FOUND" || len(got) != 3 {
				t.Errorf("got %v, %v; want all that came before the fault, then the fault", got, err)
			}
			if _, err := read(-1); reason(err) != "FIELD_INVALID" {
				t.Errorf("an invalid request: %v", err)
			}
		})
	}
}

// reason of the ErrorInfo that came with a Connect error.
func reason(err error) string {
	var e *connect.Error
	if !errors.As(err, &e) {
		return ""
	}
	for _, d := range e.Details() {
		if v, err := d.Value(); err == nil {
			if info, ok := v.(*errdetails.ErrorInfo); ok {
				return info.GetReason()
			}
		}
	}
	return ""
}

func grpcClient(t *testing.T, h *house) (context.Context, contextv1.ContextServiceClient) {
	t.Helper()
	conn, err := grpc.NewClient(h.addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+demoKey), contextv1.NewContextServiceClient(conn)
}

func TestTheGRPCOfGoCalls(t *testing.T) {
	ctx, client := grpcClient(t, open(t))
	got, err := client.ListMessages(ctx, &contextv1.ListMessagesRequest{CustomerId: customer})
	if err != nil || got.GetMessages()[0].GetText() != "Why?" {
		t.Errorf("%v, %v", got, err)
	}
	_, err = client.ListMessages(ctx, &contextv1.ListMessagesRequest{CustomerId: "x"})
	if fault.Code(err) != codes.InvalidArgument || fault.Info(err).GetMetadata()["field"] != "customer_id" {
		t.Errorf("a bad id: %v", err)
	}
	if _, err := client.ListMessages(t.Context(), &contextv1.ListMessagesRequest{}); fault.Code(err) != codes.Unauthenticated {
		t.Errorf("no key: %v", err)
	}
}

func TestAStreamIsFlushedAsItComesAndEndsWithItsReader(t *testing.T) {
	h := open(t)
	next, ended := make(chan struct{}), make(chan error, 1)
	h.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
		for i := int64(1); ; i++ {
			select {
			case <-next: // only when the reader has the one before
				if err := to.Send(&contextv1.WatchConversationResponse{Message: &contextv1.Message{Sequence: i}}); err != nil {
					ended <- err // the reader left while the last was still being sent
					return err
				}
			case <-to.Context().Done():
				ended <- to.Context().Err()
				return to.Context().Err()
			}
		}
	}
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			watch := connect.NewClient[contextv1.WatchConversationRequest, contextv1.WatchConversationResponse](c.http, h.url+watch, c.options...)
			go func() { next <- struct{}{} }() // gRPC answers with its first message
			s, err := watch.CallServerStream(ctx, withKey(&contextv1.WatchConversationRequest{ConversationId: "c"}))
			if err != nil {
				t.Fatal(err)
			}
			for i := int64(1); i <= 3; i++ {
				if !s.Receive() || s.Msg().GetMessage().GetSequence() != i {
					t.Fatalf("message %d did not come: %v", i, s.Err())
				}
				if i < 3 {
					next <- struct{}{}
				}
			}
			cancel()
			_ = s.Close()
			if err := <-ended; err == nil {
				t.Error("the service went on")
			}
		})
	}
}

func TestAnImpatientCallerEndsTheCall(t *testing.T) {
	h := open(t)
	ended := make(chan error, 1)
	h.list = func(ctx context.Context, _ *contextv1.ListMessagesRequest) (*contextv1.ListMessagesResponse, error) {
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	}
	ctx, client := grpcClient(t, h)
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := client.ListMessages(ctx, &contextv1.ListMessagesRequest{CustomerId: customer}); fault.Code(err) != codes.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if err := <-ended; err == nil {
		t.Error("the service went on")
	}
}

func TestAStopEndsStreams(t *testing.T) {
	h := open(t)
	entered := make(chan struct{})
	h.watch = func(_ *contextv1.WatchConversationRequest, to grpc.ServerStreamingServer[contextv1.WatchConversationResponse]) error {
		close(entered)
		<-to.Context().Done()
		return to.Context().Err()
	}
	ctx, client := grpcClient(t, h)
	s, err := client.WatchConversation(ctx, &contextv1.WatchConversationRequest{ConversationId: "c"})
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := h.gateway.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := s.Recv(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestReflectionShowsTheServicesAndWhatTheyAreMadeOf(t *testing.T) {
	h := open(t)
	s := grpcreflect.NewClient(h2c(), h.url, connect.WithGRPC()).NewStream(t.Context())
	defer func() { _, _ = s.Close() }()
	services, err := s.ListServices()
	if err != nil || !slices.Contains(services, protoreflect.FullName("parley.context.v1.ContextService")) {
		t.Fatalf("%v, %v", services, err)
	}
	files, err := s.FileContainingSymbol("parley.context.v1.ContextService")
	if err != nil {
		t.Fatal(err)
	}
	if got := files[0].GetName(); got != "parley/context/v1/context_service.proto" {
		t.Errorf("the service is declared in %s", got)
	}
	for _, name := range []string{"buf/validate/validate.proto", "google/rpc/status.proto", "parley/access/v1/access.proto"} {
		if _, err := s.FileByFilename(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
