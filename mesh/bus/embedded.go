package bus

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	// syncInterval is how often JetStream fsyncs. It must stay well below the minute for which outboxes keep what they
	// published and consumers hold back their durable positions: that is what mends a power cut.
	syncInterval = 10 * time.Second
	startTimeout = 20 * time.Second
)

// startServer runs JetStream in this process. Nothing listens: the connection is a pipe.
func startServer(dir string, log *slog.Logger) (*server.Server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded JetStream: %w", err)
	}
	s, err := server.NewServer(&server.Options{
		ServerName:   "parley",
		DontListen:   true,
		JetStream:    true,
		StoreDir:     dir,
		SyncInterval: syncInterval,
		NoLog:        true,
		NoSigs:       true,
	})
	if err != nil {
		return nil, fmt.Errorf("embedded JetStream: %w", err)
	}
	s.SetLoggerV2(serverLog{log}, false, false, false)
	s.Start()
	if !s.ReadyForConnections(startTimeout) {
		s.Shutdown()
		return nil, errors.New("embedded JetStream did not start in " + startTimeout.String())
	}
	return s, nil
}

// serverLog passes on what goes wrong in the server and drops what it tells about itself.
type serverLog struct{ log *slog.Logger }

func (l serverLog) Errorf(format string, v ...any) {
	l.log.Error("embedded JetStream", "error", fmt.Sprintf(format, v...))
}
func (l serverLog) Fatalf(format string, v ...any) { l.Errorf(format, v...) }
func (l serverLog) Warnf(format string, v ...any) {
	l.log.Warn("embedded JetStream", "warning", fmt.Sprintf(format, v...))
}
func (serverLog) Noticef(string, ...any) {}
func (serverLog) Debugf(string, ...any)  {}
func (serverLog) Tracef(string, ...any)  {}
