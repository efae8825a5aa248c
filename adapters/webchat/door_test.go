package webchat

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
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

func TestCallsThatAreRefused(t *testing.T) {
	h := open(t)
	nobody := h.session(&webchatv1.StartSessionRequest{}).GetSessionToken()
	start := func(req *webchatv1.StartSessionRequest) error {
		_, err := ask[webchatv1.StartSessionRequest, webchatv1.StartSessionResponse](h, "StartSession", req)
		return err
	}
	wantRefusal(t, "no account", start(&webchatv1.StartSessionRequest{}), connect.CodeInvalidArgument, "FIELD_INVALID", "account")
	wantRefusal(t, "an account that is none", start(&webchatv1.StartSessionRequest{Account: "wa-main"}), connect.CodeNotFound, "ACCOUNT_NOT_FOUND", "account")
	wantRefusal(t, "a customer without a signature", start(&webchatv1.StartSessionRequest{Account: "web-main", CustomerReference: daniel}),
		connect.CodeInvalidArgument, "REQUEST_INVALID", "")
	wantRefusal(t, "a session to go on with as nobody", start(&webchatv1.StartSessionRequest{Account: "web-main", SessionToken: nobody}),
		connect.CodeInvalidArgument, "REQUEST_INVALID", "")
	wantRefusal(t, "a forged signature", start(&webchatv1.StartSessionRequest{Account: "web-main", CustomerReference: daniel, Signature: sign("guess", daniel)}),
		connect.CodeUnauthenticated, "SIGNATURE_INVALID", "signature")
	wantRefusal(t, "a session that was made up", h.say("made-up", "1", "hello"), connect.CodeUnauthenticated, "SESSION_INVALID", "session_token")
	wantRefusal(t, "no id", h.say(nobody, "", "hello"), connect.CodeInvalidArgument, "FIELD_INVALID", "client_message_id")
	wantRefusal(t, "an id with a slash", h.say(nobody, "a/b", "hello"), connect.CodeInvalidArgument, "FIELD_INVALID", "client_message_id")
	wantRefusal(t, "nothing said", h.say(nobody, "1", ""), connect.CodeInvalidArgument, "FIELD_INVALID", "text")
	wantRefusal(t, "blanks said", h.say(nobody, "1", " \n "), connect.CodeInvalidArgument, "FIELD_INVALID", "text")
	wantRefusal(t, "too much said", h.say(nobody, "1", strings.Repeat("x", maxText+1)), connect.CodeInvalidArgument, "FIELD_INVALID", "text")
	if err := h.say(nobody, "1", strings.Repeat("ñ", maxText)); err != nil {
		t.Errorf("as much as may be said: %v", err)
	}
	h.full = true
	wantRefusal(t, "what could not be kept", h.say(nobody, "2", "hello"), connect.CodeUnavailable, "NOT_KEPT", "")
	h.pass(sessionLife)
	wantRefusal(t, "yesterday's session", h.say(nobody, "3", "hello"), connect.CodeUnauthenticated, "SESSION_EXPIRED", "session_token")
}

func TestABodyThatIsNoneIsRefused(t *testing.T) {
	h := open(t)
	post := func(method, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+Path+method, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text := make([]byte, 4096)
		n, _ := resp.Body.Read(text)
		return resp.StatusCode, string(text[:n])
	}
	if status, text := post("StartSession", `{"account":"web-main","customer":"AUR-0001"}`); status != http.StatusBadRequest || !strings.Contains(text, "customer: there is no such field") {
		t.Errorf("an unknown field: %d %s", status, text)
	}
	if status, _ := post("SendMessage", `{"text":"`+strings.Repeat("x", maxRequest)+`"}`); status != http.StatusTooManyRequests {
		t.Errorf("a huge body: %d", status) // Connect's status for RESOURCE_EXHAUSTED
	}
	if status, _ := post("DropTables", `{}`); status != http.StatusNotImplemented {
		t.Errorf("a method that there is not: %d", status)
	}
}

func TestPagesOfTheCompanysOriginMayCall(t *testing.T) {
	h := open(t)
	for origin, allowed := range map[string]string{"https://aurora.example": "https://aurora.example", "https://evil.example": ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, h.url+Path+"SendMessage", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", http.MethodPost)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != allowed || resp.StatusCode != http.StatusNoContent {
			t.Errorf("%s: %d, allowed %q", origin, resp.StatusCode, got)
		}
	}
}

func TestNobodyTalksFasterThanPeople(t *testing.T) {
	h := open(t)
	one, other := h.session(&webchatv1.StartSessionRequest{}).GetSessionToken(), h.session(&webchatv1.StartSessionRequest{}).GetSessionToken()
	for range linesAtOnce {
		if err := h.say(one, "1", "hello"); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, "the eleventh line at once", h.say(one, "2", "hello"), connect.CodeResourceExhausted, "TOO_FAST", "")
	if err := h.say(other, "1", "hello"); err != nil {
		t.Errorf("another visitor waits, too: %v", err)
	}
	h.pass(lineEvery)
	if err := h.say(one, "2", "hello"); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestALineIsTheSameHoweverOftenItIsSent(t *testing.T) {
	h := open(t)
	started := h.session(signedAs(daniel))
	for range 2 {
		if err := h.say(started.GetSessionToken(), "1", "hello"); err != nil {
			t.Fatal(err)
		}
		h.pass(time.Second)
	}
	first, second := h.accepted[0], h.accepted[1]
	if first.Kind != second.Kind || first.ExternalID != second.ExternalID || first.Discriminator != second.Discriminator || first.Sender != started.GetVisitorId() {
		t.Errorf("the inbox has %+v and %+v", first, second)
	}
}

func TestAStreamGoesOnBehindItsToken(t *testing.T) {
	h := open(t)
	started := h.session(signedAs(daniel))
	h.holders[daniel] = &identityv1.Customer{Id: "customer_1"}
	h.tell("message_1", "customer_1", started.GetVisitorId(), "one")
	h.tell("message_2", "customer_1", another, "another visitor's")
	h.tell("message_3", "customer_1", started.GetVisitorId(), "three")
	s := h.stream(started.GetSessionToken(), "")
	text, token := h.next(s)
	if text != "one" {
		t.Errorf("the first line is %q", text)
	}
	_ = s.Close()
	s = h.stream(started.GetSessionToken(), token)
	if text, token = h.next(s); text != "three" {
		t.Errorf("behind the first line stands %q", text)
	}
	h.tell("message_4", "customer_1", started.GetVisitorId(), "four")
	h.adapter.presence.ask(started.GetVisitorId(), "message_4")
	if text, _ = h.next(s); text != "four" {
		t.Errorf("what was posted then is %q", text)
	}
	_ = s.Close()
	// The token proves what the visitor has.
	_ = h.stream(started.GetSessionToken(), token).Receive()
	if got, _ := h.adapter.presence.ask(started.GetVisitorId(), "message_3"); got != taken {
		t.Errorf("a line before the token is %d", got)
	}
}

func TestATokenProvesHoweverMuchWasSaid(t *testing.T) {
	h := open(t)
	started := h.session(signedAs(daniel))
	h.holders[daniel] = &identityv1.Customer{Id: "customer_1"}
	var last *contextv1.Message
	for i := range pageSize + 1 {
		last = h.tell(fmt.Sprintf("message_%03d", i), "customer_1", started.GetVisitorId(), "a line")
	}
	s, err := readSession(h.door.cfg.Seal, started.GetSessionToken(), h.clock())
	if err != nil {
		t.Fatal(err)
	}
	if !h.stream(started.GetSessionToken(), placeOf(last).token(h.door.cfg.Seal, s)).Receive() {
		t.Fatal("the stream ended")
	}
	if got, _ := h.adapter.presence.ask(started.GetVisitorId(), last.GetId()); got != taken {
		t.Errorf("the last line before the token is %d", got)
	}
}

func TestALineThatReachedTheCustomerElsewhereIsNotShown(t *testing.T) {
	h := open(t)
	started := h.session(signedAs(daniel))
	h.holders[daniel] = &identityv1.Customer{Id: "customer_1"}
	undecided := h.tell("message_1", "customer_1", started.GetVisitorId(), "sent elsewhere")
	h.failed["message_1"] = true // and the conversation does not know yet
	nowhere := h.tell("message_2", "customer_1", started.GetVisitorId(), "reached nobody")
	h.settle(nowhere, &contextv1.Delivery{State: contextv1.DeliveryState_DELIVERY_STATE_FAILED, FailureReason: ReasonGone})
	s := h.stream(started.GetSessionToken(), "")
	if !s.Receive() || s.Msg().GetLine() != nil {
		t.Fatalf("before it is decided the stream says %v", s.Msg())
	}
	h.settle(undecided, &contextv1.Delivery{State: contextv1.DeliveryState_DELIVERY_STATE_FAILED, FailureReason: ReasonElsewhere})
	if text, _ := h.next(s); text != "reached nobody" {
		t.Errorf("shown is %q", text)
	}
}

func TestWhoSignsInGoesOnWithTheChat(t *testing.T) {
	for _, c := range []struct {
		name   string
		holder *identityv1.Customer // of the visitor's handle
		goesOn bool
	}{
		{"who said nothing yet", nil, true},
		{"whom nobody knew", somebody("customer_2", visitors), true},
		{"who signed in before, as the same", somebody("customer_1", references, visitors), true},
		{"who signed in before, as somebody else", somebody("customer_3", references, visitors), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			before := h.session(&webchatv1.StartSessionRequest{})
			h.holders[daniel] = somebody("customer_1", references)
			if c.holder != nil {
				h.holders[before.GetVisitorId()] = c.holder
			}
			request := signedAs(daniel)
			request.SessionToken = before.GetSessionToken()
			after := h.session(request)
			if !after.GetSignedIn() || after.GetVisitorId() == before.GetVisitorId() {
				t.Errorf("signed in as %v", after)
			}
			if (len(h.accepted) == 1) != c.goesOn {
				t.Fatalf("the inbox has %v", h.accepted)
			}
			if c.goesOn && (h.accepted[0].Kind != channel.KindSignIn || h.accepted[0].Sender != before.GetVisitorId()) {
				t.Errorf("the inbox has %+v", h.accepted[0])
			}
		})
	}
	t.Run("who is signed in already begins anew", func(t *testing.T) {
		h := open(t)
		request := signedAs("AUR-0002")
		request.SessionToken = h.session(signedAs(daniel)).GetSessionToken()
		if h.session(request); len(h.accepted) != 0 {
			t.Errorf("the inbox has %v", h.accepted)
		}
	})
}

func TestAChatIsNotOpenedTooOften(t *testing.T) {
	h := open(t)
	token := h.session(&webchatv1.StartSessionRequest{}).GetSessionToken()
	for range streamsOfOne {
		if s := h.stream(token, ""); !s.Receive() {
			t.Fatal(s.Err())
		}
	}
	s := h.stream(token, "")
	if s.Receive() {
		t.Error("a ninth stream is open")
	}
	wantRefusal(t, "a ninth stream", s.Err(), connect.CodeResourceExhausted, "TOO_MANY_STREAMS", "")
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
