package sqlstore

import (
	"context"
	"strings"

	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// kinds of timers. Released: timers of these kinds are in people's stores.
var kinds = map[routing.AlarmKind]string{
	routing.OfferAlarm: "routing.offer",
	routing.LeaseAlarm: "routing.lease",
	routing.ShunAlarm:  "routing.shun",
}

// keyOf an alarm among those of all tenants.
func keyOf(a routing.Alarm) string { return a.Tenant + "/" + a.Key }

// SetAlarm implements routing.Tx.
func (t *tx) SetAlarm(ctx context.Context, a routing.Alarm) error {
	return t.store.timers.Set(ctx, t.tx, timer.Timer{Kind: kinds[a.Kind], Key: keyOf(a), Tenant: a.Tenant, Due: a.Due})
}

// CancelAlarm implements routing.Tx.
func (t *tx) CancelAlarm(ctx context.Context, a routing.Alarm) error {
	return t.store.timers.Cancel(ctx, t.tx, kinds[a.Kind], keyOf(a))
}

// HandleAlarms has ring called with the alarms of the store's timers; before these start.
func (s *Store) HandleAlarms(ring func(ctx context.Context, a routing.Alarm) error) {
	for kind, name := range kinds {
		s.timers.Handle(name, func(ctx context.Context, tm timer.Timer) error {
			key := strings.TrimPrefix(tm.Key, tm.Tenant+"/")
			return ring(ctx, routing.Alarm{Kind: kind, Tenant: tm.Tenant, Key: key, Due: tm.Due})
		})
	}
}
