package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/parleyhq/parley/tools/wire"
)

// Config is how one sandbox process runs. What it stands in for is told later, by Client.Configure.
type Config struct {
	// Addr is a loopback address with a port, as `127.0.0.1:8082`.
	Addr string
	// Dir is the sandbox's own folder; it is made.
	Dir string
	Log *slog.Logger
	// Now is the clock; nil means the machine's.
	Now func() time.Time
}

// drainTime is how long requests may go on after the end was asked for.
const drainTime = 3 * time.Second

// Run serves until ctx ends or somebody posts to /stop, which both return nil.
func Run(ctx context.Context, cfg Config) error {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return fmt.Errorf("sandbox folder: %w", err)
	}
	cfg.Dir = dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("sandbox folder: %w", err)
	}
	listener, err := listen(ctx, cfg.Addr)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	return serve(ctx, cfg, listener)
}

// listen refuses an address that others could reach: whoever reaches the sandbox reads every message and stops it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("address %q is not on the loopback interface", addr)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", addr)
}

func serve(ctx context.Context, cfg Config, listener net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	webhooks := &wire.Transport{MaxIdle: maxPosting} // connections are kept, as both vendors do
	defer webhooks.CloseIdleConnections()
	s, err := newServer(cfg, webhooks.RoundTrip, stop)
	if err != nil {
		return errors.Join(fmt.Errorf("sandbox: %w", err), listener.Close())
	}
	host, _, _ := net.SplitHostPort(listener.Addr().String()) // it has been listened on
	if s.sink, err = openSink(ctx, s, host); err != nil {
		return errors.Join(fmt.Errorf("sandbox: %w", err), s.close(), listener.Close())
	}
	web := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	cfg.Log.Info("the sandbox listens", "listen", listener.Addr().String(), "smtp", s.sink.address, "dir", cfg.Dir, "messages", s.book.size())
	select {
	case err = <-ended:
		return errors.Join(err, s.close())
	case <-ctx.Done():
	}
	// The address is given up last: when nobody answers there any more, the folder is free for the next process.
	err = s.close()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if web.Shutdown(drain) != nil {
		err = errors.Join(err, web.Close())
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
