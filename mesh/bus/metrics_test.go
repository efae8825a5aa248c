package bus

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store/storetest"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/proto"
)

// One event is done, one fails and is parked with its successor, one is being handled.
func TestMetricsTellWhatWaits(t *testing.T) {
	reg := prometheus.NewRegistry()
	b, err := Open(t.Context(), Config{Dir: t.TempDir()}, slog.New(slog.DiscardHandler), reg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	handling, release := make(chan struct{}), make(chan struct{})
	c, err := b.NewConsumer(t.Context(), ConsumerConfig{
		Role: "assistant", Stream: Conversation, DB: storetest.Open(t, "role"), Lanes: 1,
		Pace: Pace{Tries: 1, Parked: time.Hour, ParkedMax: time.Hour, Flush: time.Millisecond},
		Handle: func(_ context.Context, env *eventsv1.Envelope) error {
			switch env.PartitionKey {
			case "bad":
				return errors.New("bad")
			case "slow":
				close(handling)
				<-release
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range []string{"good", "bad", "bad", "slow"} {
		data, err := proto.Marshal(&eventsv1.Envelope{Id: string(rune('a' + i)), PartitionKey: key, Sequence: int64(i)})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Publish(t.Context(), []Message{{Subject: ConversationSubject(key, "X"), ID: string(rune('a' + i)), Data: data}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-handling
	b.measure(t.Context(), Conversation)
	expectMetric(t, reg, "parley_bus_lag_events", 1)
	close(release)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.attach(c) // as if it still ran: what was parked is in the store now
	b.measure(t.Context(), Conversation)
	expectMetric(t, reg, "parley_bus_parked_events", 2)
	expectMetric(t, reg, "parley_bus_events_total", 2, "outcome", "done")
	expectMetric(t, reg, "parley_bus_events_total", 1, "outcome", "parked")
}

// expectMetric looks at the sum of the samples that carry the label.
func expectMetric(t *testing.T, reg *prometheus.Registry, name string, want float64, label ...string) {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got float64
	for _, family := range families {
		for _, m := range family.GetMetric() {
			carries := len(label) == 0
			for _, l := range m.GetLabel() {
				carries = carries || l.GetName() == label[0] && l.GetValue() == label[1]
			}
			if family.GetName() == name && carries {
				got += m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	if got != want {
		t.Errorf("%s %v is %v, want %v", name, label, got, want)
	}
}
