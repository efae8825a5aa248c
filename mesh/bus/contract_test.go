package bus_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/bus/bustest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/prometheus/client_golang/prometheus"
)

func TestContract(t *testing.T) {
	for name, config := range map[string]func(t testing.TB) bus.Config{"embedded": embedded, "external": external} {
		t.Run(name, func(t *testing.T) {
			storetest.Engines(t, func(t *testing.T, openDB func(t testing.TB, name string) *store.DB) {
				bustest.Run(t, func(t testing.TB) *bus.Bus { return open(t, config(t)) }, openDB)
			})
		})
	}
}

func open(t testing.TB, cfg bus.Config) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		t.Fatalf("open the bus: %v", err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func embedded(t testing.TB) bus.Config { return bus.Config{Dir: t.TempDir()} }

// external is a NATS server that listens on a port, as in production.
func external(t testing.TB) bus.Config {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
	})
	if err != nil {
		t.Fatalf("make a NATS server: %v", err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the NATS server did not start")
	}
	return bus.Config{URL: s.ClientURL()}
}
