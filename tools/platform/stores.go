package platform

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"github.com/parleyhq/parley/mesh/store"
)

// stores opens each SQLite store once and closes them all.
type stores struct {
	dir  string
	mu   sync.Mutex
	open map[string]*store.DB
}

func newStores(data string) *stores {
	return &stores{dir: filepath.Join(data, "stores"), open: map[string]*store.DB{}}
}

// get opens the store of the name, or answers the one that is open.
func (s *stores) get(ctx context.Context, name string) (*store.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if db, ok := s.open[name]; ok {
		return db, nil
	}
	db, err := store.Open(ctx, name, store.Config{Engine: store.SQLite, Dir: s.dir})
	if err != nil {
		return nil, err
	}
	s.open[name] = db
	return db, nil
}

func (s *stores) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for name, db := range s.open {
		errs = append(errs, db.Close())
		delete(s.open, name)
	}
	return errors.Join(errs...)
}
