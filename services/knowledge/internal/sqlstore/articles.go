package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// Add implements article.Store.
func (s *Articles) Add(ctx context.Context, tenant string, a article.Article) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return insert(ctx, tx, tenant, a) })
	if err != nil {
		return fmt.Errorf("add an article: %w", err)
	}
	return nil
}

// Get implements article.Store.
func (s *Articles) Get(ctx context.Context, tenant, id string, version int) (article.Article, error) {
	condition, args := `v.number = a.newest`, []any{tenant, id}
	if version != 0 {
		condition, args = `v.number = $3`, append(args, version)
	}
	found, err := query(ctx, s.db, `a.tenant = $1 AND a.id = $2 AND `+condition, args...)
	if err != nil {
		return article.Article{}, fmt.Errorf("read an article: %w", err)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if version == 0 {
		return article.Article{}, article.ErrNotFound
	}
	if _, err := s.Get(ctx, tenant, id, 0); err != nil {
		return article.Article{}, err
	}
	return article.Article{}, article.ErrVersionNotFound
}

// List implements article.Store.
func (s *Articles) List(
	ctx context.Context, tenant string, which article.Selection, limit int,
) ([]article.Article, error) {
	args := []any{tenant}
	bind := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	where := []string{`a.tenant = $1`, `v.number = a.newest`}
	if which.PublishedOnly {
		where = []string{`a.tenant = $1`, `v.number = a.published`, `a.published_public`}
	}
	if which.Language != "" {
		where = append(where, `a.language = `+bind(which.Language))
	}
	if len(which.States) > 0 {
		var states []string
		for _, state := range which.States {
			states = append(states, bind(string(state)))
		}
		where = append(where, `a.state IN (`+strings.Join(states, ", ")+`)`)
	}
	if which.After != (article.Name{}) {
		where = append(where, `(a.key, a.language) > (`+bind(which.After.Key)+`, `+bind(which.After.Language)+`)`)
	}
	found, err := query(ctx, s.db, strings.Join(where, " AND ")+` ORDER BY a.key, a.language LIMIT `+bind(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list articles: %w", err)
	}
	return found, nil
}

// Change implements article.Store.
func (s *Articles) Change(
	ctx context.Context, tenant, id string, fn func(article.Article) (article.Article, error),
) (article.Article, error) {
	var kept article.Article
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, err := query(ctx, tx, `a.tenant = $1 AND a.id = $2 AND v.number = a.newest`, tenant, id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return article.ErrNotFound
		}
		kept, err = change(ctx, tx, tenant, found[0], fn)
		return err
	})
	if err != nil {
		return article.Article{}, fmt.Errorf("change an article: %w", err)
	}
	return kept, nil
}

// ChangeAll implements article.Store.
func (s *Articles) ChangeAll(
	ctx context.Context, tenant string, names []article.Name,
	fn func(at int, a article.Article, found bool) (article.Article, error),
) ([]article.Article, error) {
	kept := make([]article.Article, len(names))
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for at, name := range names {
			found, err := query(ctx, tx, `a.tenant = $1 AND a.key = $2 AND a.language = $3 AND v.number = a.newest`,
				tenant, name.Key, name.Language)
			if err != nil {
				return err
			}
			if len(found) == 1 {
				kept[at], err = change(ctx, tx, tenant, found[0], func(a article.Article) (article.Article, error) {
					return fn(at, a, true)
				})
			} else if kept[at], err = fn(at, article.Article{}, false); err == nil {
				err = insert(ctx, tx, tenant, kept[at])
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("change articles: %w", err)
	}
	return kept, nil
}

// change writes what fn makes of the newest version.
func change(
	ctx context.Context, tx *store.Tx, tenant string, a article.Article, fn func(article.Article) (article.Article, error),
) (article.Article, error) {
	var err error
	if a.Drafters, err = drafters(ctx, tx, tenant, a); err != nil {
		return a, err
	}
	next, err := fn(a)
	next.Drafters = nil
	if err != nil || next.Revision == a.Revision {
		return next, err
	}
	if next.Newest > a.Newest {
		err = insertVersion(ctx, tx, tenant, next)
	} else {
		err = updateVersion(ctx, tx, tenant, next)
	}
	if err != nil {
		return next, err
	}
	return next, update(ctx, tx, tenant, next, next.Published != a.Published)
}

// Revision implements article.Catalog.
func (s *Articles) Revision(ctx context.Context, tenant, language string) (int64, error) {
	var revision int64
	err := s.db.QueryRow(ctx, `SELECT revision FROM catalogs WHERE tenant = $1 AND language = $2`, tenant, language).
		Scan(&revision)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return 0, fmt.Errorf("read the revision of a catalog: %w", err)
	}
	return revision, nil
}

// Changes implements article.Catalog.
func (s *Articles) Changes(ctx context.Context, tenant, language string, since int64) (article.Changes, error) {
	// The revision is read first: what is published after that is among the changes twice, which does no harm.
	revision, err := s.Revision(ctx, tenant, language)
	if err != nil {
		return article.Changes{}, err
	}
	changes := article.Changes{Revision: revision}
	const changed = `a.tenant = $1 AND a.language = $2 AND a.catalog_revision > $3`
	changes.Published, err = query(ctx, s.db, changed+` AND v.number = a.published ORDER BY a.id`, tenant, language, since)
	if err != nil {
		return changes, fmt.Errorf("read what is published: %w", err)
	}
	retired, err := query(ctx, s.db, changed+` AND a.published = 0 AND v.number = a.newest ORDER BY a.id`, tenant, language, since)
	if err != nil {
		return changes, fmt.Errorf("read what is not published any more: %w", err)
	}
	for _, a := range retired {
		changes.Removed = append(changes.Removed, a.ID)
	}
	return changes, nil
}

// Places implements article.Catalog.
func (s *Articles) Places(ctx context.Context) ([]article.Place, error) {
	places, err := store.All(ctx, s.db, func(r store.Row) (p article.Place, err error) {
		err = r.Scan(&p.Tenant, &p.Language)
		return p, err
	}, `SELECT tenant, language FROM catalogs ORDER BY tenant, language`)
	if err != nil {
		return nil, fmt.Errorf("list catalogs: %w", err)
	}
	return places, nil
}
