package sqlstore_test

import (
	"testing"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/delivery/deliverytest"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/adapters/channel/inbox/inboxtest"
	"github.com/parleyhq/parley/adapters/channel/sqlstore"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

func opened(t testing.TB, open func(testing.TB, string) *store.DB) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.New(t.Context(), open(t, "channels"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestInbox(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		inboxtest.TestStore(t, func(t testing.TB) inbox.Store { return opened(t, open) })
	})
}

func TestDeliveries(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		deliverytest.TestStore(t, func(t testing.TB) delivery.Store { return opened(t, open) })
	})
}
