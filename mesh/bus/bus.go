package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
)

// Config says where the bus is. Exactly one of Dir and URL is set.
type Config struct {
	Dir      string // embedded: the folder of its files
	URL      string // external: "nats://host:port"
	Replicas int    // of the streams on an external bus; 1 if zero
}

// ackTimeout is how long a publication waits for JetStream's confirmation, unless its context ends before.
const ackTimeout = 10 * time.Second

// Bus is a connection to JetStream and, if embedded, JetStream itself. Safe for concurrent use.
type Bus struct {
	log       *slog.Logger
	server    *server.Server // nil when external
	conn      *nats.Conn
	js        jetstream.JetStream
	positions jetstream.KeyValue
	metrics   *metrics

	mu        sync.Mutex
	consumers map[*Consumer]bool // started, not stopped

	cancel context.CancelFunc
	tender sync.WaitGroup
	close  func() error
}

// Open starts or reaches JetStream and declares the streams. A stream that is there with other limits than the declared
// ones is an error: nothing is changed under whoever runs the cluster.
func Open(ctx context.Context, cfg Config, log *slog.Logger, reg prometheus.Registerer) (*Bus, error) {
	if (cfg.Dir == "") == (cfg.URL == "") {
		return nil, errors.New("open bus: exactly one of a folder and a URL must be given")
	}
	b := &Bus{log: log, consumers: map[*Consumer]bool{}, cancel: func() {}}
	b.close = sync.OnceValue(b.shutDown)
	if err := b.open(ctx, cfg, reg); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("open bus: %w", err)
	}
	tending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	b.cancel = cancel
	b.tender.Go(func() { b.tend(tending) })
	return b, nil
}

func (b *Bus) open(ctx context.Context, cfg Config, reg prometheus.Registerer) error {
	options := []nats.Option{nats.Name("parley"), nats.MaxReconnects(-1)}
	if cfg.Dir != "" {
		var err error
		if b.server, err = startServer(cfg.Dir, b.log); err != nil {
			return err
		}
		options = append(options, nats.InProcessServer(b.server))
	}
	var err error
	if b.conn, err = nats.Connect(cfg.URL, options...); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if b.js, err = jetstream.New(b.conn, jetstream.WithPublishAsyncTimeout(ackTimeout)); err != nil {
		return err
	}
	for _, declared := range streams(max(cfg.Replicas, 1)) {
		if err := declare(ctx, b.js, declared); err != nil {
			return err
		}
	}
	if b.positions, err = openPositions(ctx, b.js, max(cfg.Replicas, 1)); err != nil {
		return err
	}
	b.metrics, err = newMetrics(reg)
	return err
}

// Close ends the connection and, if embedded, the server. Consumers must have been stopped. Idempotent.
func (b *Bus) Close() error { return b.close() }

func (b *Bus) shutDown() error {
	b.cancel()
	b.tender.Wait()
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	return nil
}
