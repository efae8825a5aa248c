package sandbox

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// post is one attempt at a webhook.
type post struct {
	after time.Duration
	body  string
}

// fakeParley answers webhooks without a network, in a bubble's time.
type fakeParley struct {
	start  time.Time
	posts  []post
	answer func(attempt int) (int, error)
}

func (f *fakeParley) do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	f.posts = append(f.posts, post{time.Since(f.start), string(body)})
	status, err := f.answer(len(f.posts))
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// bubbled gives a server whose webhooks go to f.
func bubbled(t *testing.T, dir string, seed uint64, f *fakeParley) *server {
	t.Helper()
	if f.start.IsZero() {
		f.start = time.Now()
	}
	s, err := newServer(Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Now: time.Now}, f.do, func() {})
	if err != nil {
		t.Fatal(err)
	}
	s.use(demoSetup("http://127.0.0.1:8081", seed))
	return s
}

func (s *server) say(t *testing.T, channel, text string) InboundResult {
	t.Helper()
	m, err := s.newInbound(Inbound{Channel: channel, From: daniel, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.receive(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (s *server) mustClose(t *testing.T) {
	t.Helper()
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

var errRefused = &net.OpError{Op: "dial", Err: errors.New("connection refused")}

func TestWhatsAppPostsAgainEverMoreRarelyUntilAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeParley{answer: func(attempt int) (int, error) {
			switch attempt {
			case 1:
				return 0, errRefused
			case 2, 3, 4:
				return http.StatusServiceUnavailable, nil
			default:
				return http.StatusOK, nil
			}
		}}
		s := bubbled(t, t.TempDir(), 0, f)
		defer s.mustClose(t)
		if got := s.say(t, "whatsapp", "hello"); got.Status != 0 || got.Error == "" {
			t.Errorf("%+v", got)
		}
		time.Sleep(giveUpAfter)
		synctest.Wait()
		var at []time.Duration
		for _, p := range f.posts {
			at = append(at, p.after)
			if p.body != f.posts[0].body {
				t.Error("a redelivery differs from the first")
			}
		}
		want := []time.Duration{0, 250, 750, 1750, 3750}
		if len(at) != len(want) {
			t.Fatalf("posted at %v", at)
		}
		for i := range want {
			if at[i] != want[i]*time.Millisecond {
				t.Errorf("posted at %v", at)
			}
		}
		if left := s.courier.pending.Load(); left != 0 {
			t.Errorf("%d webhooks are pending", left)
		}
	})
}

func TestWhatsAppGivesUpInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeParley{answer: func(int) (int, error) { return http.StatusInternalServerError, nil }}
		s := bubbled(t, t.TempDir(), 0, f)
		defer s.mustClose(t)
		s.say(t, "whatsapp", "hello")
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if last := f.posts[len(f.posts)-1].after; last >= giveUpAfter || len(f.posts) < 15 {
			t.Errorf("%d posts, the last after %v", len(f.posts), last)
		}
		if left := s.courier.pending.Load(); left != 0 {
			t.Errorf("%d webhooks are pending", left)
		}
	})
}

func TestTwilioTriesOnceMoreOnlyWhenItCannotConnect(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		err    error
		seed   uint64
		posts  int
	}{
		{"no connection", 0, errRefused, 0, 2},
		{"an error page", 500, nil, 0, 1},
		{"a connection that broke", 0, io.ErrUnexpectedEOF, 0, 1},
		{"an error page, with faults", 500, nil, 42, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fakeParley{answer: func(attempt int) (int, error) {
					if attempt == 10 {
						return http.StatusOK, nil
					}
					return tt.status, tt.err
				}}
				s := bubbled(t, t.TempDir(), tt.seed, f)
				defer s.mustClose(t)
				s.say(t, "sms", "hello")
				time.Sleep(giveUpAfter)
				synctest.Wait()
				if len(f.posts) != tt.posts {
					t.Errorf("%d posts, want %d", len(f.posts), tt.posts)
				}
			})
		})
	}
}

func TestWhatWasNotAcknowledgedIsPostedAgainByTheNextProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		down := &fakeParley{answer: func(int) (int, error) { return 0, errRefused }}
		first := bubbled(t, dir, 0, down)
		if err := demoSetup("http://127.0.0.1:8081", 0).save(dir); err != nil {
			t.Fatal(err)
		}
		first.say(t, "whatsapp", "hello")
		first.mustClose(t)

		up := &fakeParley{answer: func(int) (int, error) { return http.StatusOK, nil }}
		second := bubbled(t, dir, 0, up)
		time.Sleep(time.Minute)
		synctest.Wait()
		second.mustClose(t)
		if len(up.posts) != 1 || up.posts[0].body != down.posts[0].body {
			t.Errorf("posted %v", up.posts)
		}

		third := bubbled(t, dir, 0, up)
		time.Sleep(time.Minute)
		synctest.Wait()
		third.mustClose(t)
		if len(up.posts) != 1 {
			t.Errorf("an acknowledged webhook was posted again")
		}
	})
}

func TestStatusesKeepTheirOrderWithoutFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeParley{}
		f.answer = func(attempt int) (int, error) {
			if attempt == 1 {
				time.Sleep(time.Second) // the others are due meanwhile
			}
			return http.StatusOK, nil
		}
		s := bubbled(t, t.TempDir(), 0, f)
		defer s.mustClose(t)
		m := &message{ID: "wamid.1", Provider: WhatsApp, Account: "wa-main", To: daniel, Time: time.Now()}
		plan(m, nil)
		if err := s.accept(m); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		var got []string
		for _, p := range f.posts {
			for _, state := range states(WhatsApp) {
				if strings.Contains(p.body, `"status":"`+state+`"`) {
					got = append(got, state)
				}
			}
		}
		if strings.Join(got, " ") != "sent delivered read" {
			t.Errorf("posted %v", got)
		}
	})
}
