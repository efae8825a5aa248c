package sandbox

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

// site is Parley as browsers see it: it answers every line, and numbers sessions and lines.
type site struct {
	mu      sync.Mutex
	started []*webchatv1.StartSessionRequest
	said    []*webchatv1.SendMessageRequest
	resumed []string
	expired map[string]bool
	answers chan *webchatv1.Line
}

func (s *site) serve(t *testing.T) string {
	t.Helper()
	const path = "/parley.webchat.v1.WebchatService/"
	mux := http.NewServeMux()
	mux.Handle(path+"StartSession", connect.NewUnaryHandler(path+"StartSession", s.start))
	mux.Handle(path+"SendMessage", connect.NewUnaryHandler(path+"SendMessage", s.send))
	mux.Handle(path+"StreamMessages", connect.NewServerStreamHandler(path+"StreamMessages", s.stream))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func (s *site) start(_ context.Context, r *connect.Request[webchatv1.StartSessionRequest]) (*connect.Response[webchatv1.StartSessionResponse], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = append(s.started, r.Msg)
	return connect.NewResponse(&webchatv1.StartSessionResponse{SessionToken: "session-" + string(rune('0'+len(s.started)))}), nil
}

func (s *site) send(_ context.Context, r *connect.Request[webchatv1.SendMessageRequest]) (*connect.Response[webchatv1.SendMessageResponse], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expired[r.Msg.GetSessionToken()] {
		return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("the session is over"))
	}
	s.said = append(s.said, r.Msg)
	s.answers <- &webchatv1.Line{Id: r.Msg.GetClientMessageId(), Author: webchatv1.Line_AUTHOR_VISITOR, Text: r.Msg.GetText()}
	s.answers <- &webchatv1.Line{Id: "answer to " + r.Msg.GetText(), Author: webchatv1.Line_AUTHOR_ASSISTANT, Text: "you said " + r.Msg.GetText()}
	return connect.NewResponse(&webchatv1.SendMessageResponse{}), nil
}

func (s *site) stream(ctx context.Context, r *connect.Request[webchatv1.StreamMessagesRequest], to *connect.ServerStream[webchatv1.StreamMessagesResponse]) error {
	s.mu.Lock()
	s.resumed = append(s.resumed, r.Msg.GetResumeToken())
	s.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return nil
		case l := <-s.answers:
			if err := to.Send(&webchatv1.StreamMessagesResponse{Line: l, ResumeToken: "behind " + l.GetId()}); err != nil {
				return err
			}
		}
	}
}

func chatSetup(url string) Setup {
	return Setup{WebhooksURL: url, Accounts: []Account{{Name: "web-main", Provider: Webchat, Address: "https://aurora.example", SigningSecret: "site-secret"}}}
}

func TestAVisitorChatsSignsInLeavesAndComesBack(t *testing.T) {
	parley := &site{expired: map[string]bool{}, answers: make(chan *webchatv1.Line, 100)}
	setup := chatSetup(parley.serve(t))
	v := startVendor(t, t.TempDir(), &setup)
	say := func(text, customer string) {
		t.Helper()
		said, err := v.Inbound(t.Context(), Inbound{Channel: "web", From: "daniel", Customer: customer, Text: text})
		if err != nil || said.Status != http.StatusOK {
			t.Fatalf("%+v, %v", said, err)
		}
	}
	received := func(n int) []Delivery {
		t.Helper()
		look, tooLong := time.NewTicker(5*time.Millisecond), time.After(patience)
		defer look.Stop()
		for {
			got, err := v.Deliveries(t.Context(), "daniel")
			if err == nil && len(got) >= n {
				return got
			}
			select {
			case <-look.C:
			case <-tooLong:
				t.Fatalf("the browser has %v, %v", got, err)
			}
		}
	}
	say("one", "")
	received(1)
	say("two", "AUR-0001")
	received(2)
	if err := v.Leave(t.Context(), "daniel"); err != nil {
		t.Fatal(err)
	}
	if err := v.Leave(t.Context(), "daniel"); err == nil {
		t.Error("a page that is closed was closed")
	}
	parley.mu.Lock()
	parley.expired["session-2"] = true
	parley.mu.Unlock()
	say("three", "")
	got := received(3)
	if d := got[1]; d.Channel != "web" || d.Provider != Webchat || d.Account != "web-main" || d.Text != "you said two" || d.ID != "answer to two" {
		t.Errorf("received %+v", d)
	}

	parley.mu.Lock()
	defer parley.mu.Unlock()
	if first := parley.started[0]; first.GetAccount() != "web-main" || first.GetSignature() != "" {
		t.Errorf("the first session is %v", first)
	}
	if second := parley.started[1]; second.GetCustomerReference() != "AUR-0001" || second.GetSessionToken() != "session-1" ||
		second.GetSignature() != signVisitor("site-secret", "AUR-0001") {
		t.Errorf("the second session is %v", second)
	}
	if len(parley.started) != 3 || parley.said[2].GetSessionToken() != "session-3" {
		t.Errorf("after the session was over it said %v", parley.said[2])
	}
	if parley.resumed[1] != "behind answer to one" {
		t.Errorf("the streams resumed at %q", parley.resumed)
	}
}

func TestOneCustomersMessagesOfSeveralChannelsAreListedTogether(t *testing.T) {
	b := newBook()
	for i, to := range []string{"+12125550101", "daniel", "+12125550102", "daniel"} {
		b.add(&message{ID: string(rune('a' + i)), Provider: map[bool]string{true: Webchat, false: Twilio}[to == "daniel"], To: to})
	}
	for want, asked := range map[int][]string{4: {}, 3: {"+12125550101", "daniel", "12125550101"}, 2: {"Daniel"}} {
		if got := b.deliveries(asked...); len(got) != want {
			t.Errorf("%q lists %d messages, want %d", asked, len(got), want)
		}
	}
}
