package webchat

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/grpc/codes"
)

// begin a chat from an address.
func (h *house) begin(address string, req *webchatv1.StartSessionRequest) error {
	h.Helper()
	req.Account = "web-main"
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	r.RemoteAddr = address + ":50000"
	_, err := h.door.startSession(h.door.from(h.Context(), r), req)
	return err
}

func TestChatsBeginAtThePaceOfPeople(t *testing.T) {
	nobody := func() *webchatv1.StartSessionRequest { return &webchatv1.StartSessionRequest{} }
	fromOne := func(h *house) error { return h.begin("198.51.100.1", nobody()) }
	for _, c := range []struct {
		name   string
		before int // chats from one address
		all    int // chats from as many others
		then   func(h *house) error
		want   codes.Code
	}{
		{"an office begins many at once", startsAtOnce - 1, 0, fromOne, codes.OK},
		{"a machine begins one more", startsAtOnce, 0, fromOne, codes.ResourceExhausted},
		{"it waits a second", startsAtOnce, 0, func(h *house) error { h.pass(time.Second); return fromOne(h) }, codes.OK},
		{"another address is not kept from it", startsAtOnce, 0, func(h *house) error { return h.begin("198.51.100.2", nobody()) }, codes.OK},
		{"who is signed in is not kept from it", startsAtOnce, 0, func(h *house) error { return h.begin("198.51.100.1", signedAs(daniel)) }, codes.OK},
		{"many machines begin one each", 0, allAtOnce, fromOne, codes.ResourceExhausted},
		{"many machines begin one each, and wait", 0, allAtOnce, func(h *house) error { h.pass(time.Second); return fromOne(h) }, codes.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			for range c.before {
				if err := fromOne(h); err != nil {
					t.Fatal(err)
				}
			}
			for i := range c.all {
				if err := h.begin(fmt.Sprintf("203.0.%d.%d", i/256, i%256), nobody()); err != nil {
					t.Fatal(err)
				}
			}
			err := c.then(h)
			if fault.Code(err) != c.want || err != nil && fault.Reason(err) != "TOO_MANY_SESSIONS" {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestFromWhichAddressAVisitorComes(t *testing.T) {
	h := open(t) // its proxies are 127.0.0.1 and 192.0.2.*
	for _, c := range []struct{ name, remote, forwarded, want string }{
		{"without a proxy", "198.51.100.1:1", "", "198.51.100.1/32"},
		{"without a proxy, as another", "198.51.100.1:1", "203.0.113.7", "198.51.100.1/32"},
		{"behind a proxy", "127.0.0.1:1", "198.51.100.1", "198.51.100.1/32"},
		{"behind two proxies", "127.0.0.1:1", "198.51.100.1, 192.0.2.9", "198.51.100.1/32"},
		{"behind a proxy, as another", "127.0.0.1:1", "203.0.113.7, 198.51.100.1", "198.51.100.1/32"},
		{"behind a proxy that says nothing", "127.0.0.1:1", "", "127.0.0.1/32"},
		{"a household of IPv6", "[2001:db8:1:2:3:4:5:6]:1", "", "2001:db8:1:2::/64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
			r.RemoteAddr = c.remote
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if got := addressOf(h.door.from(t.Context(), r)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestOneAddressDoesNotShutTheChat(t *testing.T) {
	p := newPresence(time.Now, time.Minute)
	var last *seat
	for i := range streamsOfAddress {
		if last = p.sit([]string{fmt.Sprint("visitor_", i)}, "198.51.100.1"); last == nil {
			t.Fatalf("stream %d is refused", i+1)
		}
	}
	if p.sit([]string{another}, "198.51.100.1") != nil {
		t.Error("one address opens ever more streams")
	}
	if p.sit([]string{aVisitor}, "198.51.100.2") == nil {
		t.Error("another address is kept out")
	}
	p.leave(last)
	if p.sit([]string{another}, "198.51.100.1") == nil {
		t.Error("a place that is free again is not given")
	}
}
