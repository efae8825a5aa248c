package article

import (
	"context"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/typeid"
)

// Registry is what can be done with articles. Safe for concurrent use.
type Registry struct {
	store Store
	clock clock.Clock
}

// NewRegistry is the registry of the articles in the store.
func NewRegistry(store Store, clk clock.Clock) *Registry { return &Registry{store: store, clock: clk} }

// Create begins an article. The language is canonical. Errors: *InvalidError, *KeyTakenError.
func (r *Registry) Create(ctx context.Context, tenant string, name Name, content Content, principal string) (Article, error) {
	if err := CheckKey(name.Key); err != nil {
		return Article{}, err
	}
	if err := content.Check(); err != nil {
		return Article{}, err
	}
	a := begin(typeid.New(IDPrefix), name.Key, name.Language, content, r.by(principal))
	return a, r.store.Add(ctx, tenant, a)
}

// Reader says what somebody may read: everything, or what is published for everybody.
type Reader struct{ PublishedOnly bool }

// Get reads a version of an article; 0 means the newest that the reader may see. Errors: ErrNotFound, ErrVersionNotFound.
func (r *Registry) Get(ctx context.Context, tenant, id string, version int, reader Reader) (Article, error) {
	if !reader.PublishedOnly {
		return r.store.Get(ctx, tenant, id, version)
	}
	newest, err := r.store.Get(ctx, tenant, id, 0)
	if err != nil {
		return Article{}, err
	}
	if newest.Published == 0 {
		return Article{}, ErrNotFound
	}
	published, err := r.store.Get(ctx, tenant, id, newest.Published)
	if err != nil {
		return Article{}, err
	}
	if published.Content.Access != Public {
		return Article{}, ErrNotFound
	}
	if version == 0 || version == published.Version {
		return published, nil
	}
	asked, err := r.store.Get(ctx, tenant, id, version)
	if err == nil && (asked.PublishTime.IsZero() || asked.Content.Access != Public) {
		return Article{}, ErrVersionNotFound
	}
	return asked, err
}

// List reads articles by key and language.
func (r *Registry) List(ctx context.Context, tenant string, which Selection, limit int) ([]Article, error) {
	return r.store.List(ctx, tenant, which, limit)
}

// Update writes a new version: the newest as edit makes it. Errors: ErrNotFound, ErrStale, *InvalidError.
func (r *Registry) Update(ctx context.Context, tenant, id string, revision int64, edit func(*Content), principal string) (Article, error) {
	return r.change(ctx, tenant, id, revision, func(a Article) (Article, error) {
		content := a.Content
		edit(&content)
		if err := content.Check(); err != nil {
			return Article{}, err
		}
		return a.update(content, r.by(principal)), nil
	})
}

// Submit hands a draft in for review. Errors: ErrNotFound, ErrStale, *StateError.
func (r *Registry) Submit(ctx context.Context, tenant, id string, revision int64, principal string) (Article, error) {
	return r.change(ctx, tenant, id, revision, func(a Article) (Article, error) { return a.submit(r.by(principal)) })
}

// Review approves or rejects. Errors: ErrNotFound, ErrStale, *StateError, ErrReviewerIsAuthor, ErrReasonRequired.
func (r *Registry) Review(
	ctx context.Context, tenant, id string, revision int64, approved bool, reason, principal string,
) (Article, error) {
	return r.change(ctx, tenant, id, revision, func(a Article) (Article, error) {
		return a.review(approved, reason, r.by(principal))
	})
}

// Retire has an article found no more. Errors: ErrNotFound, ErrStale, *StateError.
func (r *Registry) Retire(ctx context.Context, tenant, id string, revision int64, principal string) (Article, error) {
	return r.change(ctx, tenant, id, revision, func(a Article) (Article, error) { return a.retire(r.by(principal)) })
}

func (r *Registry) change(
	ctx context.Context, tenant, id string, revision int64, fn func(Article) (Article, error),
) (Article, error) {
	return r.store.Change(ctx, tenant, id, func(a Article) (Article, error) {
		if a.Revision != revision {
			return Article{}, ErrStale
		}
		return fn(a)
	})
}

// Imported is what became of a document.
type Imported struct {
	Article Article
	Outcome Outcome
}

// Import brings documents in, all or none, in their order.
func (r *Registry) Import(ctx context.Context, tenant string, documents []Document, principal string) ([]Imported, error) {
	names, imported := make([]Name, len(documents)), make([]Imported, len(documents))
	for at, d := range documents {
		names[at] = Name{d.Key, d.Language}
	}
	by := r.by(principal)
	kept, err := r.store.ChangeAll(ctx, tenant, names, func(at int, a Article, found bool) (Article, error) {
		next, outcome := documents[at].apply(a, found, typeid.New(IDPrefix), by)
		imported[at].Outcome = outcome
		return next, nil
	})
	if err != nil {
		return nil, err
	}
	for at, a := range kept {
		imported[at].Article = a
	}
	return imported, nil
}

func (r *Registry) by(principal string) By { return By{Principal: principal, Time: r.clock()} }
