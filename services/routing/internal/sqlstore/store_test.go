package sqlstore_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"github.com/parleyhq/parley/services/routing/internal/routing/routingtest"
	"github.com/parleyhq/parley/services/routing/internal/sqlstore"
)

// nobody listens to events here; that they travel is tested where the outbox is.
type nobody struct{}

func (nobody) Add(context.Context, *store.Tx, routing.News) error { return nil }

func TestStore(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		routingtest.TestStore(t, func(t testing.TB) routing.Store {
			db := open(t, "routing")
			timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			s, err := sqlstore.New(t.Context(), db, nobody{}, timers, clock.System)
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}
