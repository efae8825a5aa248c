package platform

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/prometheus/client_golang/prometheus"
)

// stores opens each SQLite store once and closes them all.
type stores struct {
	dir     string
	commits *prometheus.CounterVec
	mu      sync.Mutex
	open    map[string]*store.DB
}

func newStores(data string, metrics prometheus.Registerer) *stores {
	commits := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_store_commits_total", Help: "Transactions committed, each by one fsync, by store.",
	}, []string{"store"})
	metrics.MustRegister(commits)
	return &stores{dir: filepath.Join(data, "stores"), commits: commits, open: map[string]*store.DB{}}
}

// get opens the store of the name, or answers the one that is open.
func (s *stores) get(ctx context.Context, name string) (*store.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if db, ok := s.open[name]; ok {
		return db, nil
	}
	db, err := store.Open(ctx, name, store.Config{Engine: store.SQLite, Dir: s.dir, Commits: s.commits.WithLabelValues(name)})
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
