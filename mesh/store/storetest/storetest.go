package storetest

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
)

// Opener opens the store of the name for t. Each t has an empty database of its own; opening a name again for the same
// t opens the same rows again, as a restart does. The store is closed when t ends, if it was not before.
type Opener func(t testing.TB, name string) *store.DB

// Engines runs fn on SQLite and on PostgreSQL, as subtests "sqlite" and "postgresql". A missing PostgreSQL fails the
// test; `make parts` installs it.
func Engines(t *testing.T, fn func(t *testing.T, open func(t testing.TB, name string) *store.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, opener(sqliteConfig)) })
	t.Run("postgresql", func(t *testing.T) { fn(t, opener(postgresConfig)) })
}

// Open opens an empty SQLite store.
func Open(t testing.TB, name string) *store.DB {
	t.Helper()
	return open(t, name, sqliteConfig(t))
}

// opener remembers which database is whose.
func opener(config func(t testing.TB) store.Config) Opener {
	var mu sync.Mutex
	places := map[testing.TB]store.Config{}
	return func(t testing.TB, name string) *store.DB {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		place, known := places[t]
		if !known {
			place = config(t)
			places[t] = place
		}
		return open(t, name, place)
	}
}

func open(t testing.TB, name string, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), name, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store %s: %v", name, err)
		}
	})
	return db
}

func sqliteConfig(t testing.TB) store.Config {
	return store.Config{Engine: store.SQLite, Dir: filepath.Join(t.TempDir(), "data"), TextGuards: true}
}
