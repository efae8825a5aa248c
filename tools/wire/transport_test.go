package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted is a server that counts its connections.
func counted(t testing.TB, handler http.HandlerFunc) (server *httptest.Server, opened *atomic.Int64) {
	t.Helper()
	opened = new(atomic.Int64)
	server = httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return server, opened
}

func request(t testing.TB, ctx context.Context, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func echo(w http.ResponseWriter, r *http.Request) {
	said, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	switch r.URL.Path {
	case "/early":
		w.WriteHeader(http.StatusEarlyHints)
	case "/last":
		w.Header().Set("Connection", "close")
	case "/silent":
		w.WriteHeader(http.StatusNoContent)
		return
	case "/pieces":
		w.WriteHeader(http.StatusTeapot)
		for _, b := range said {
			_, _ = w.Write([]byte{b})
			_ = http.NewResponseController(w).Flush()
		}
		return
	}
	_, _ = w.Write(said)
}

func TestAConnectionIsUsedAgainWhenItCan(t *testing.T) {
	long := strings.Repeat("long ", 50_000)
	for _, tt := range []struct {
		name, path, say string
		status          int
		read            bool
		connections     int64 // that five requests take, one after the other
	}{
		{"an answer", "/", "hello", 200, true, 1},
		{"a long answer", "/", long, 200, true, 1},
		{"an answer in pieces", "/pieces", "hello", 418, true, 1},
		{"an answer without a body", "/silent", "hello", 204, false, 1},
		{"an empty answer that nobody reads", "/", "", 200, false, 1},
		{"a hint before the answer", "/early", "hello", 200, true, 1},
		{"an answer that nobody reads", "/", "hello", 200, false, 5},
		{"the peer closes", "/last", "hello", 200, true, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server, opened := counted(t, echo)
			transport := &Transport{MaxIdle: 1}
			defer transport.CloseIdleConnections()
			for range 5 {
				response, err := transport.RoundTrip(request(t, t.Context(), server.URL+tt.path, tt.say))
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode != tt.status {
					t.Errorf("status %d", response.StatusCode)
				}
				if tt.read {
					if said, err := io.ReadAll(response.Body); err != nil || string(said) != tt.say {
						t.Errorf("%d bytes, %v", len(said), err)
					}
				}
				if err := response.Body.Close(); err != nil {
					t.Error(err)
				}
			}
			if opened.Load() != tt.connections {
				t.Errorf("%d connections, want %d", opened.Load(), tt.connections)
			}
		})
	}
}

func TestAConnectionThatThePeerClosedIsNotUsed(t *testing.T) {
	server, opened := counted(t, echo)
	client := &http.Client{Transport: &Transport{MaxIdle: 1}}
	for range 3 {
		response, err := client.Do(request(t, t.Context(), server.URL, "hello"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(response.Body); err != nil {
			t.Fatal(err)
		}
		server.CloseClientConnections()
	}
	if opened.Load() != 3 {
		t.Errorf("%d connections", opened.Load())
	}
}

func TestManyAtOnceKeepNoMoreThanTheyMay(t *testing.T) {
	const many, kept = 16, 4
	server, opened := counted(t, echo)
	transport := &Transport{MaxIdle: kept}
	for range 2 {
		var asking sync.WaitGroup
		together := make(chan struct{})
		for i := range many {
			asking.Go(func() {
				say := fmt.Sprint("hello ", i)
				response, err := transport.RoundTrip(request(t, t.Context(), server.URL, say))
				if err != nil {
					t.Error(err)
					return
				}
				<-together
				if said, err := io.ReadAll(response.Body); err != nil || string(said) != say {
					t.Errorf("%q, %v", said, err)
				}
			})
		}
		close(together)
		asking.Wait()
	}
	if n := len(transport.idle[server.Listener.Addr().String()]); n == 0 || n > kept {
		t.Errorf("%d connections are kept of %d", n, opened.Load())
	}
	transport.CloseIdleConnections()
	if len(transport.idle) != 0 {
		t.Error("closed connections are kept")
	}
}

func TestWhoGivesUpIsTold(t *testing.T) {
	release := make(chan struct{})
	server, _ := counted(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half" {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("half "))
			_ = http.NewResponseController(w).Flush()
		}
		<-release
	})
	defer close(release)
	left := errors.New("the caller left")
	for _, tt := range []struct {
		name, path string
		within     func() (context.Context, context.CancelFunc)
		want       error
	}{
		{"by a deadline", "/", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 20*time.Millisecond)
		}, context.DeadlineExceeded},
		{"by leaving", "/", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(20*time.Millisecond, func() { cancel(left) })
			return ctx, func() { cancel(nil) }
		}, left},
		{"in the middle of the answer", "/half", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 20*time.Millisecond)
		}, context.DeadlineExceeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			transport := &Transport{MaxIdle: 1}
			ctx, cancel := tt.within()
			defer cancel()
			response, err := transport.RoundTrip(request(t, ctx, server.URL+tt.path, "hello"))
			if err == nil {
				_, err = io.ReadAll(response.Body)
				_ = response.Body.Close()
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			if len(transport.idle) != 0 {
				t.Error("an interrupted connection is kept")
			}
		})
	}
}

func TestWhatCannotBeReachedSaysSo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	var op *net.OpError
	if _, err := new(Transport).RoundTrip(request(t, t.Context(), gone, "")); !errors.As(err, &op) || op.Op != "dial" {
		t.Errorf("%v", err)
	}
	if _, err := new(Transport).RoundTrip(request(t, t.Context(), "https://127.0.0.1:1", "")); err == nil || !strings.Contains(err.Error(), "https") {
		t.Errorf("%v", err)
	}
}

// BenchmarkRoundTrip beside net/http's Transport, from many at once.
func BenchmarkRoundTrip(b *testing.B) {
	server, _ := counted(b, echo)
	for name, transport := range map[string]http.RoundTripper{
		"wire": &Transport{MaxIdle: 64}, "net_http": &http.Transport{MaxIdleConnsPerHost: 64},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					response, err := transport.RoundTrip(request(b, b.Context(), server.URL, "hello"))
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
				}
			})
		})
	}
}
