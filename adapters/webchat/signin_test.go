package webchat

import (
	"testing"
	"time"

	"connectrpc.com/connect"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

// TestThePageThatWasLeftOpen has the session of a visitor who was nobody, after what happened to who they are.
func TestThePageThatWasLeftOpen(t *testing.T) {
	for _, c := range []struct {
		name   string
		become func(h *house, visitor string)
		over   bool
	}{
		{"nothing was said with it", func(*house, string) {}, false},
		{"nobody has signed in", func(h *house, visitor string) { h.holders[visitor] = somebody("customer_2", visitors) }, false},
		{"the visitor has signed in", func(h *house, visitor string) { h.holders[visitor] = somebody("customer_1", references, visitors) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			left := h.session(&webchatv1.StartSessionRequest{})
			stream := h.stream(left.GetSessionToken(), "")
			if !stream.Receive() {
				t.Fatal(stream.Err())
			}
			h.mu.Lock()
			c.become(h, left.GetVisitorId())
			h.mu.Unlock()
			if !c.over {
				if err := h.say(left.GetSessionToken(), "1", "hello"); err != nil {
					t.Error(err)
				}
				return
			}
			wantRefusal(t, "a line", h.say(left.GetSessionToken(), "1", "hello"), connect.CodeUnauthenticated, "SESSION_EXPIRED", "session_token")
			h.tell("message_1", "customer_1", left.GetVisitorId(), "Your case is decided")
			h.adapter.presence.ask(left.GetVisitorId(), "message_1")
			if stream.Receive() {
				t.Errorf("the open stream says %v", stream.Msg())
			}
			wantRefusal(t, "the open stream", stream.Err(), connect.CodeUnauthenticated, "SESSION_EXPIRED", "session_token")
			anew := h.stream(left.GetSessionToken(), "")
			if anew.Receive() {
				t.Errorf("a new stream says %v", anew.Msg())
			}
			wantRefusal(t, "a new stream", anew.Err(), connect.CodeUnauthenticated, "SESSION_EXPIRED", "session_token")
		})
	}
}

func TestTwoWhoSignInFromOnePageDoNotReadEachOther(t *testing.T) {
	h := open(t)
	page := h.session(&webchatv1.StartSessionRequest{})
	signIn := func(reference string) string {
		request := signedAs(reference)
		request.SessionToken = page.GetSessionToken()
		return h.session(request).GetSessionToken()
	}
	daniels, marias := signIn(daniel), signIn("AUR-0002")
	// Daniel was first, so what was said on the page is his.
	h.holders[daniel] = somebody("customer_1", references, visitors)
	h.holders[page.GetVisitorId()] = h.holders[daniel]
	h.holders["AUR-0002"] = somebody("customer_2", references)
	h.tell("message_1", "customer_1", page.GetVisitorId(), "Daniel's")
	h.tell("message_2", "customer_2", page.GetVisitorId(), "Maria's")
	h.pass(2 * time.Second)
	for _, c := range []struct{ name, session, want string }{
		{"Daniel", daniels, "Daniel's"},
		{"Maria", marias, "Maria's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if text, _ := h.next(h.stream(c.session, "")); text != c.want {
				t.Errorf("the first line is %q, want %q", text, c.want)
			}
		})
	}
}
