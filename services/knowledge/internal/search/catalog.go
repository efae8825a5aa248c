package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"google.golang.org/grpc/codes"
)

// Searcher searches in the articles of all tenants and languages. Safe for concurrent use.
type Searcher struct {
	catalog   article.Catalog
	languages Languages
	threshold float64

	closed atomic.Bool
	mu     sync.Mutex
	places map[article.Place]*place
}

// place has the index of a tenant's articles in a language.
type place struct {
	mu       sync.RWMutex
	index    *Index // nil before the first search, and after the last
	revision int64  // of the catalog, that the index is of
}

// NewSearcher searches in what the catalog says is published. Below the threshold of confidence, above 0 and at most 1,
// nothing answers.
func NewSearcher(catalog article.Catalog, threshold float64) (*Searcher, error) {
	languages, err := LoadLanguages()
	if err != nil {
		return nil, fmt.Errorf("load the languages of the search: %w", err)
	}
	return &Searcher{
		catalog: catalog, languages: languages, threshold: threshold, places: map[article.Place]*place{},
	}, nil
}

// Query is what is searched for.
type Query struct {
	Tenant     string
	Language   string // of the question, canonical
	Text       string
	PublicOnly bool
	Limit      int
	// PassageSize in bytes; 0 means 1200.
	PassageSize int
}

// Found is what a search found.
type Found struct {
	Language string   // in which was searched
	Terms    []string // that the question was taken to ask for
	Results  []Result // the best first
}

// Search finds what answers a question: in its language or, when nothing was ever published in that, in the language
// without its region.
func (s *Searcher) Search(ctx context.Context, q Query) (Found, error) {
	at := article.Place{Tenant: q.Tenant, Language: q.Language}
	revision, err := s.catalog.Revision(ctx, at.Tenant, at.Language)
	if base, _, regional := strings.Cut(q.Language, "-"); err == nil && revision == 0 && regional {
		at.Language = base
		revision, err = s.catalog.Revision(ctx, at.Tenant, at.Language)
	}
	if err != nil {
		return Found{}, err
	}
	found := Found{Language: at.Language}
	if revision == 0 {
		found.Terms = s.languages.of(at.Language).without(at.Tenant).terms(q.Text)
		return found, nil
	}
	p, err := s.current(ctx, at, revision)
	if err != nil {
		return Found{}, err
	}
	defer p.mu.RUnlock()
	asked := p.index.ask(q.Text)
	found.Terms = asked.words()
	found.Results, err = p.index.answer(ctx, asked, Wanted{
		PublicOnly: q.PublicOnly, Limit: q.Limit, PassageSize: q.PassageSize, Threshold: s.threshold,
	})
	return found, err
}

// Warm makes the indexes of all that is published, so that the first question does not wait.
func (s *Searcher) Warm(ctx context.Context) error {
	places, err := s.catalog.Places(ctx)
	if err != nil {
		return err
	}
	for _, at := range places {
		revision, err := s.catalog.Revision(ctx, at.Tenant, at.Language)
		if err != nil {
			return err
		}
		p, err := s.current(ctx, at, revision)
		if err != nil {
			return err
		}
		p.mu.RUnlock()
	}
	return nil
}

// current is the place with an index of the revision, at least. It is locked for reading.
func (s *Searcher) current(ctx context.Context, at article.Place, revision int64) (*place, error) {
	p := s.place(at)
	for {
		p.mu.RLock()
		if p.index != nil && p.revision >= revision {
			return p, nil
		}
		p.mu.RUnlock()
		if err := s.refresh(ctx, at, p, revision); err != nil {
			return nil, err
		}
	}
}

func (s *Searcher) place(at article.Place) *place {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.places[at]
	if !ok {
		p = &place{}
		s.places[at] = p
	}
	return p
}

// refresh brings an index up to the revision, at least.
func (s *Searcher) refresh(ctx context.Context, at article.Place, p *place, revision int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.closed.Load() {
		return fault.New(codes.Unavailable, "STOPPING", "stopping")
	}
	if p.index == nil {
		var err error
		if p.index, err = NewIndex(s.languages, at.Language, at.Tenant); err != nil {
			return err
		}
	}
	if p.revision >= revision {
		return nil
	}
	changes, err := s.catalog.Changes(ctx, at.Tenant, at.Language, p.revision)
	if err != nil {
		return err
	}
	articles := make([]Article, len(changes.Published))
	for n, a := range changes.Published {
		articles[n] = Article{
			ID: a.ID, Version: a.Version, Key: a.Key, Language: a.Language, Title: a.Content.Title, Body: a.Content.Body,
			Questions: a.Content.Questions, Kind: a.Content.Kind, Access: a.Content.Access,
		}
	}
	if err := p.index.Put(articles, changes.Removed); err != nil {
		return err
	}
	p.revision = changes.Revision
	return nil
}

// Close frees the indexes. Whoever searches afterwards is told that the service stops.
func (s *Searcher) Close() error {
	s.closed.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, p := range s.places {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

func (p *place) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.index == nil {
		return nil
	}
	defer func() { p.index = nil }()
	return p.index.Close()
}
