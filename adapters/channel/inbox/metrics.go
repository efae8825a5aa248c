package inbox

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	webhooks *prometheus.CounterVec
	letters  *prometheus.CounterVec
	events   *prometheus.CounterVec
	waited   prometheus.Histogram
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_webhooks_total", Help: "Webhook requests, by what they were answered.",
		}, []string{"account", "answer"}),
		letters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_dead_letters_total", Help: "Webhooks that became dead letters.",
		}, []string{"account", "reason"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_inbox_events_total", Help: "Events taken from the inbox, by kind and result.",
		}, []string{"account", "kind", "result"}),
		waited: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_inbox_wait_turns", Help: "Turns of other senders that began while a sender waited for its own.",
			Buckets: prometheus.ExponentialBuckets(1, 4, 8),
		}),
	}
	for _, c := range []prometheus.Collector{m.webhooks, m.letters, m.events, m.waited} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register the metrics of the inbox: %w", err)
		}
	}
	return m, nil
}
