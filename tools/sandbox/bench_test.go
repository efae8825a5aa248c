package sandbox

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkSend is a message accepted and its three statuses acknowledged, over TCP.
func BenchmarkSend(b *testing.B) {
	var statuses atomic.Int64
	all := make(chan struct{})
	parley := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if statuses.Add(1) == 3*int64(b.N) {
			close(all)
		}
	}))
	defer parley.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	cfg := Config{Dir: b.TempDir(), Log: slog.New(slog.DiscardHandler), Now: time.Now}
	go func() { ended <- serve(b.Context(), cfg, listener) }()
	b.Cleanup(func() {
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	addr := listener.Addr().String()
	if err := NewClient(addr).Configure(b.Context(), demoSetup(parley.URL, 0)); err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := whatsAppText(fmt.Sprintf("1212555%04d", n.Add(1)%10_000), "Your bill is $70.00 above the usual.", "delivery_1")
			r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/v23.0/"+waNumber+"/messages", strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+waToken)
			response, err := client.Do(r)
			if err != nil || response.StatusCode != http.StatusOK {
				b.Error(response, err)
				return
			}
			io.Copy(io.Discard, response.Body) //nolint:errcheck // only to use the connection again
			response.Body.Close()
		}
	})
	<-all
}
