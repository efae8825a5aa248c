package platform

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// httpRole serves HTTP/1 and cleartext HTTP/2 on one address, as a role.
type httpRole struct {
	name    string
	address string
	server  *http.Server
	done    chan struct{} // closed when the listener is
	failed  error         // valid then: why it closed before Stop
}

func newHTTPRole(name, address string, handler http.Handler, log *slog.Logger) *httpRole {
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return &httpRole{
		name:    name,
		address: address,
		server: &http.Server{
			Handler:           handler,
			Protocols:         protocols,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       30 * time.Second, // vendors give up before
			MaxHeaderBytes:    64 << 10,
			IdleTimeout:       2 * time.Minute,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		},
		done: make(chan struct{}),
	}
}

// Name implements process.Role.
func (r *httpRole) Name() string { return r.name }

// Start listens; that the address is taken is said here and not later.
func (r *httpRole) Start(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", r.address)
	if err != nil {
		return fmt.Errorf("listen on --%s %s: %w", r.name, r.address, err)
	}
	go func() {
		defer close(r.done)
		if err := r.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			r.failed = fmt.Errorf("listen on --%s %s: %w", r.name, r.address, err)
		}
	}()
	return nil
}

// Stop lets the requests under way end, and cuts the streams that do not.
func (r *httpRole) Stop(ctx context.Context) error {
	grace, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	err := r.server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = r.server.Close()
	}
	<-r.done
	return err
}

// Ready says why nothing is heard any more.
func (r *httpRole) Ready(context.Context) error {
	select {
	case <-r.done:
		return r.failed
	default:
		return nil
	}
}
