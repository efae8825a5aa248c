package webchat

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

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
