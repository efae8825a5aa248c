package exchange_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/internal/exchange"
)

// TestWhatIsKnownAfterAFailure: only a call for which no connection came about may be made again.
func TestWhatIsKnownAfterAFailure(t *testing.T) {
	hangUp := func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	}
	cases := []struct {
		name   string
		vendor func(w http.ResponseWriter, r *http.Request, giveUp context.CancelFunc)
		want   channel.SendErrorKind
		reason string
	}{
		{"the vendor hangs up without an answer", func(w http.ResponseWriter, _ *http.Request, _ context.CancelFunc) { hangUp(w) }, channel.Unknown, "NO_ANSWER"},
		{"our time is up before the answer", func(_ http.ResponseWriter, r *http.Request, giveUp context.CancelFunc) {
			_, _ = io.ReadAll(r.Body)
			giveUp()
			<-r.Context().Done()
		}, channel.Unknown, "NO_ANSWER"},
		{"the answer breaks off", func(w http.ResponseWriter, _ *http.Request, _ context.CancelFunc) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			hangUp(w)
		}, channel.Unknown, "ANSWER_CUT_OFF"},
		{"the answer has no end", func(w http.ResponseWriter, _ *http.Request, _ context.CancelFunc) {
			_, _ = io.WriteString(w, strings.Repeat("x", 5<<20))
		}, channel.Unknown, "ANSWER_TOO_LARGE"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, giveUp := context.WithCancel(t.Context())
			defer giveUp()
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.vendor(w, r, giveUp) }))
			defer vendor.Close()
			_, err := exchange.Do(http.DefaultClient, request(ctx, t, vendor.URL))
			check(t, err, c.want, c.reason)
		})
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	_ = listener.Close()
	_, err = exchange.Do(http.DefaultClient, request(t.Context(), t, address))
	check(t, err, channel.Retryable, "VENDOR_UNREACHABLE")
}

func TestGivenUpBeforeConnecting(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, err := exchange.Do(http.DefaultClient, request(ctx, t, "http://127.0.0.1:1"))
	check(t, err, channel.Retryable, "ENDED_BEFORE_THE_CALL")
}

// TestAForeignTransport: a client that does not report its connections is taken to have sent the request.
func TestAForeignTransport(t *testing.T) {
	client := &http.Client{Transport: broken{}}
	_, err := exchange.Do(client, request(t.Context(), t, "http://vendor.example/secret"))
	check(t, err, channel.Unknown, "NO_ANSWER")
}

type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("could not call /secret")
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the request went elsewhere, credentials and all")
	}))
	defer elsewhere.Close()
	vendor := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer vendor.Close()
	answer, err := exchange.Do(http.DefaultClient, request(t.Context(), t, vendor.URL))
	if err != nil || answer.OK() || answer.Refusal().Kind != channel.Permanent {
		t.Errorf("got %+v, %v", answer, err)
	}
}

func TestRefusalByStatus(t *testing.T) {
	cases := []struct {
		status     int
		retryAfter string
		want       channel.SendErrorKind
		wait       time.Duration
	}{
		{400, "", channel.Permanent, 0},
		{401, "", channel.Retryable, 0},
		{408, "", channel.Unknown, 0},
		{429, "", channel.AccountLimited, 0},
		{429, "3", channel.AccountLimited, 3 * time.Second},
		{429, "-3", channel.AccountLimited, 0},
		{429, "soon", channel.AccountLimited, 0},
		{429, "9999999999", channel.AccountLimited, time.Hour},
		{500, "", channel.Unknown, 0},
		{503, "5", channel.Unknown, 5 * time.Second},
	}
	for _, c := range cases {
		a := exchange.Answer{Status: c.status, Header: http.Header{"Retry-After": {c.retryAfter}}}
		if e := a.Refusal(); e.Kind != c.want || e.RetryAfter != c.wait {
			t.Errorf("%d with Retry-After %q: %v after %v", c.status, c.retryAfter, e.Kind, e.RetryAfter)
		}
	}
}

func request(ctx context.Context, t *testing.T, address string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("secret"))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func check(t *testing.T, err error, want channel.SendErrorKind, reason string) {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) || e.Kind != want || e.Reason != reason {
		t.Fatalf("got %v, want %v %s", err, want, reason)
	}
	if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error tells too much: %v", err)
	}
}
