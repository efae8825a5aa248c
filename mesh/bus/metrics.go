package bus

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Outcomes of an event.
const (
	outcomeDone       = "done"
	outcomeParked     = "parked"
	outcomeGaveUp     = "gave_up"
	outcomeUnreadable = "unreadable"
)

type metrics struct {
	events    *prometheus.CounterVec
	lag       *prometheus.GaugeVec
	parked    *prometheus.GaugeVec
	waiting   *prometheus.GaugeVec
	streamAge *prometheus.GaugeVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	perRole := []string{"role", "stream"}
	gauge := func(name, help string, labels []string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_bus_events_total",
			Help: "Events by what became of them: done, parked, gave_up, unreadable.",
		}, append(perRole, "outcome")),
		lag:       gauge("parley_bus_lag_events", "Events of the stream after the last before which a role has done or parked all.", perRole),
		parked:    gauge("parley_bus_parked_events", "Events that failed, and those that wait behind them.", perRole),
		waiting:   gauge("parley_bus_oldest_waiting_seconds", "Age of the oldest event that a role has read and not done or parked.", perRole),
		streamAge: gauge("parley_bus_stream_oldest_seconds", "Age of the oldest event of a stream that some role has not durably done (a minute or two is normal).", []string{"stream"}),
	}
	if reg == nil {
		return m, nil
	}
	var failed error
	for _, c := range []prometheus.Collector{m.events, m.lag, m.parked, m.waiting, m.streamAge} {
		failed = errors.Join(failed, reg.Register(c))
	}
	return m, failed
}

func (c *Consumer) count(outcome string) {
	c.bus.metrics.events.WithLabelValues(c.cfg.Role, c.cfg.Stream, outcome).Inc()
}

// measure brings the gauges up to date.
func (b *Bus) measure(ctx context.Context, stream string) {
	for _, c := range b.attached(stream) {
		if lag, err := c.Lag(ctx); err == nil {
			b.metrics.lag.WithLabelValues(c.cfg.Role, stream).Set(float64(lag))
		}
		if parked, err := c.countParked(ctx); err == nil {
			b.metrics.parked.WithLabelValues(c.cfg.Role, stream).Set(float64(parked))
		}
		b.metrics.waiting.WithLabelValues(c.cfg.Role, stream).Set(age(c.cfg.Clock(), c.progress.oldest()))
	}
	oldest, err := b.held(ctx, stream)
	if err == nil {
		b.metrics.streamAge.WithLabelValues(stream).Set(age(time.Now(), oldest))
	}
}

// held is when the first message was stored that some role has not durably done; the zero time when there is none.
func (b *Bus) held(ctx context.Context, stream string) (time.Time, error) {
	lowest, err := b.lowest(ctx, stream)
	if err != nil {
		return time.Time{}, err
	}
	s, err := b.js.Stream(ctx, stream)
	if err != nil {
		return time.Time{}, err
	}
	state := s.CachedInfo().State
	first := max(state.FirstSeq, lowest.seq+1)
	if first > state.LastSeq {
		return time.Time{}, nil
	}
	msg, err := s.GetMsg(ctx, first)
	if err != nil {
		return time.Time{}, err
	}
	return msg.Time, nil
}

// age in seconds; 0 for the zero time.
func age(now, then time.Time) float64 {
	if then.IsZero() {
		return 0
	}
	return now.Sub(then).Seconds()
}
