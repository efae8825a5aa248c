package article

import "context"

// Store keeps articles. Every method is about one tenant, and none sees another's.
type Store interface {
	// Add adds a new article. Errors: *KeyTakenError.
	Add(ctx context.Context, tenant string, a Article) error
	// Get reads a version; 0 means the newest. Errors: ErrNotFound, ErrVersionNotFound.
	Get(ctx context.Context, tenant, id string, version int) (Article, error)
	// List reads articles by key and language, at most limit.
	List(ctx context.Context, tenant string, which Selection, limit int) ([]Article, error)
	// Change reads the newest version, has fn say what becomes of it, and keeps that: nobody changes the article meanwhile. A
	// version with a higher number is added; otherwise only review and publication of the newest may change. fn may run more
	// than once. Errors: ErrNotFound; what fn answers.
	Change(ctx context.Context, tenant, id string, fn func(Article) (Article, error)) (Article, error)
	// ChangeAll is Change for the articles of many names, all or none, in their order; an article that is not there is made
	// by fn.
	ChangeAll(ctx context.Context, tenant string, names []Name, fn func(at int, a Article, found bool) (Article, error)) ([]Article, error)
}

// Catalog is what a search needs of a store.
type Catalog interface {
	// Revision counts the changes of what is published in a language; 0 when nothing ever was.
	Revision(ctx context.Context, tenant, language string) (int64, error)
	// Changes since a revision: the articles published now, in their published version, and the ids of those that were.
	Changes(ctx context.Context, tenant, language string, since int64) (Changes, error)
	// Places are all tenants and languages in which something was published.
	Places(ctx context.Context) ([]Place, error)
}

// Changes of what is published.
type Changes struct {
	Revision  int64 // up to which these are the changes
	Published []Article
	Removed   []string
}

// Place is a tenant and a language.
type Place struct{ Tenant, Language string }

// Name of an article among the tenant's.
type Name struct{ Key, Language string }

// Selection is which articles are listed.
type Selection struct {
	Language string  // only those in it, when it is set
	States   []State // only those in one of them, when there are any
	After    Name    // only those behind it, when it is set
	// PublishedOnly lists what everybody may read, in its published version; otherwise the newest versions are listed.
	PublishedOnly bool
}
