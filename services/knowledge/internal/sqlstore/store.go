// Package sqlstore keeps articles and searches in portable SQL. What the company says stands in it in clear; what customers
// asked is sealed under their own key, or under the tenant's when the question was asked for nobody.
package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables of both stores to their newest form.
func migrate(ctx context.Context, db *store.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, "knowledge", files); err != nil {
		return fmt.Errorf("migrate knowledge: %w", err)
	}
	return nil
}

// Articles is an article.Store and an article.Catalog.
type Articles struct{ db *store.DB }

// NewArticles migrates the tables in db.
func NewArticles(ctx context.Context, db *store.DB) (*Articles, error) {
	return &Articles{db: db}, migrate(ctx, db)
}

// Searches is an asked.Store.
type Searches struct {
	db     *store.DB
	keeper *seal.Keeper
}

// NewSearches migrates the tables in db.
func NewSearches(ctx context.Context, db *store.DB, keeper *seal.Keeper) (*Searches, error) {
	return &Searches{db: db, keeper: keeper}, migrate(ctx, db)
}
