package webchat

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

// house is a door on a real port, and what stands behind it.
type house struct {
	*testing.T
	url     string
	adapter *Adapter
	door    *Door
	*behind
}

// behind is the inbox, the timeline of one customer, and who that is.
type behind struct {
	contextv1.ContextServiceClient
	identityv1.IdentityServiceClient

	mu       sync.Mutex
	now      time.Time
	full     bool
	accepted []channel.Event
	messages []*contextv1.Message
	failed   map[string]bool
	// holders of handles, by value.
	holders map[string]*identityv1.Customer
}

func (b *behind) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *behind) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *behind) Accept(_ context.Context, a channel.Adapter, header http.Header, body []byte) error {
	events, err := a.Parse(body, header)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.full {
		return errors.New("the disk is full")
	}
	b.accepted = append(b.accepted, events...)
	return err
}

func (b *behind) Failed(_ context.Context, id string) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed[id], nil
}

func (b *behind) ListMessages(_ context.Context, req *contextv1.ListMessagesRequest, _ ...grpc.CallOption) (*contextv1.ListMessagesResponse, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	resp := &contextv1.ListMessagesResponse{}
	after := place{time: req.GetAfterTime().AsTime(), id: req.GetAfterMessageId()}
	for _, m := range b.messages {
		if m.GetCustomerId() == req.GetCustomerId() && after.before(m.GetCreateTime().AsTime(), m.GetId()) {
			if len(resp.GetMessages()) == int(req.GetPageSize()) {
				resp.NextPageToken = "more"
				break
			}
			resp.Messages = append(resp.Messages, m)
		}
	}
	return resp, nil
}

func (b *behind) ResolveCustomer(_ context.Context, req *identityv1.ResolveCustomerRequest, _ ...grpc.CallOption) (*identityv1.ResolveCustomerResponse, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.holders[req.GetHandle().GetValue()]; c != nil {
		return &identityv1.ResolveCustomerResponse{Customer: c}, nil
	}
	return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "no such customer")
}

// tell appends one of our lines to the chat.
func (b *behind) tell(id, customer, visitor, text string) *contextv1.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := &contextv1.Message{
		Id: id, CustomerId: customer, Address: visitor, Text: text, Author: contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT,
		Direction: contextv1.Direction_DIRECTION_OUTBOUND, CreateTime: timestamppb.New(b.now.Add(time.Duration(len(b.messages)) * time.Microsecond)),
		Delivery: &contextv1.Delivery{State: contextv1.DeliveryState_DELIVERY_STATE_PENDING},
	}
	b.messages = append(b.messages, m)
	return m
}

func (b *behind) settle(m *contextv1.Message, d *contextv1.Delivery) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.messages {
		if b.messages[i] == m {
			b.messages[i] = proto.CloneOf(m)
			b.messages[i].Delivery = d
		}
	}
}

func open(t *testing.T) *house {
	t.Helper()
	b := &behind{now: time.Now().Truncate(time.Microsecond), failed: map[string]bool{}, holders: map[string]*identityv1.Customer{}}
	a, err := New(account(), Deps{Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDoor(DoorConfig{
		Adapters: []*Adapter{a}, Inbox: b, Deliveries: b, Context: b, Identity: b, Seal: page.New(sealtest.New(t)), Clock: b.clock,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(d)
	t.Cleanup(func() {
		d.Close()
		server.Close()
	})
	return &house{T: t, url: server.URL, adapter: a, door: d, behind: b}
}

func ask[Request, Response any](h *house, method string, req *Request) (*Response, error) {
	resp, err := connect.NewClient[Request, Response](http.DefaultClient, h.url+Path+method, connect.WithProtoJSON()).
		CallUnary(h.Context(), connect.NewRequest(req))
	if err != nil {
		return nil, err
	}
	return resp.Msg, nil
}

func (h *house) session(req *webchatv1.StartSessionRequest) *webchatv1.StartSessionResponse {
	h.Helper()
	req.Account = "web-main"
	started, err := ask[webchatv1.StartSessionRequest, webchatv1.StartSessionResponse](h, "StartSession", req)
	if err != nil {
		h.Fatal(err)
	}
	return started
}

func (h *house) say(session, id, text string) error {
	_, err := ask[webchatv1.SendMessageRequest, webchatv1.SendMessageResponse](h, "SendMessage",
		&webchatv1.SendMessageRequest{SessionToken: session, ClientMessageId: id, Text: text})
	return err
}

type stream = connect.ServerStreamForClient[webchatv1.StreamMessagesResponse]

func (h *house) stream(session, resumeToken string) *stream {
	h.Helper()
	s, err := connect.NewClient[webchatv1.StreamMessagesRequest, webchatv1.StreamMessagesResponse](http.DefaultClient, h.url+Path+"StreamMessages").
		CallServerStream(h.Context(), connect.NewRequest(&webchatv1.StreamMessagesRequest{SessionToken: session, ResumeToken: resumeToken}))
	if err != nil {
		h.Fatal(err)
	}
	return s
}

// next is the text of the next line, and the token behind it.
func (h *house) next(s *stream) (text, token string) {
	h.Helper()
	for s.Receive() {
		if l := s.Msg().GetLine(); l != nil {
			return l.GetText(), s.Msg().GetResumeToken()
		}
	}
	h.Fatalf("the stream ended: %v", s.Err())
	return "", ""
}

func sign(secret, reference string) string { return hex.EncodeToString(mac(secret, reference)) }

func signedAs(reference string) *webchatv1.StartSessionRequest {
	return &webchatv1.StartSessionRequest{CustomerReference: reference, Signature: sign(secret, reference)}
}

// wantRefusal holds an error to its code, its reason and the field that it names.
func wantRefusal(t *testing.T, what string, err error, code connect.Code, reason, field string) {
	t.Helper()
	var refused *connect.Error
	if !errors.As(err, &refused) || refused.Code() != code {
		t.Errorf("%s: %v, want %v", what, err, code)
		return
	}
	for _, d := range refused.Details() {
		v, err := d.Value()
		if info, ok := v.(*errdetails.ErrorInfo); err == nil && ok {
			if info.GetReason() != reason || info.GetMetadata()["field"] != field {
				t.Errorf("%s: %v, want %s about %q", what, info, reason, field)
			}
			return
		}
	}
	t.Errorf("%s: no reason is given: %v", what, err)
}

// somebody is a customer with handles of these kinds.
func somebody(id string, kinds ...identityv1.HandleKind) *identityv1.Customer {
	c := &identityv1.Customer{Id: id}
	for _, k := range kinds {
		c.Handles = append(c.Handles, &identityv1.LinkedHandle{Handle: &identityv1.Handle{Kind: k}})
	}
	return c
}

const visitors, references = identityv1.HandleKind_HANDLE_KIND_VISITOR_ID, identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE
