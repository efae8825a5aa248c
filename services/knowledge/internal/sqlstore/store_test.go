package sqlstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/article/articletest"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"github.com/parleyhq/parley/services/knowledge/internal/asked/askedtest"
	"github.com/parleyhq/parley/services/knowledge/internal/sqlstore"
)

func TestArticles(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		articletest.TestStore(t, func(t testing.TB) articletest.Store { return newArticles(t, open(t, "knowledge")) })
	})
}

func TestSearches(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		askedtest.TestStore(t, func(t testing.TB, keeper *seal.Keeper) askedtest.Store {
			db := open(t, "knowledge")
			return both{newSearches(t, db, keeper), newArticles(t, db)}
		})
	})
}

// both stores over one database: feedback on a search is counted for its article.
type both struct {
	*sqlstore.Searches

	articles *sqlstore.Articles
}

// AddArticle implements askedtest.Store.
func (b both) AddArticle(t testing.TB, tenant string) string {
	t.Helper()
	a, err := article.NewRegistry(b.articles, clock.System).Create(t.Context(), tenant,
		article.Name{Key: "late-fee", Language: "en"},
		article.Content{Kind: article.Fact, Access: article.Public, Title: "Late fee", Body: "$10.00"}, "agent:agent-ana")
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// Feedback implements askedtest.Store.
func (b both) Feedback(t testing.TB, tenant, id string) (helpful, unhelpful int64) {
	t.Helper()
	a, err := b.articles.Get(t.Context(), tenant, id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a.Helpful, a.Unhelpful
}

// Whoever copies the files does not read in them what was asked, neither words nor what they were taken to mean.
func TestQuestionsAreNotInClear(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "knowledge", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = newSearches(t, db, sealtest.New(t)).Add(t.Context(), "aurora", asked.Search{
		ID: typeid.New(asked.IDPrefix), Language: "en", CustomerID: typeid.New("customer"),
		Question: "Does my divorce change anything?", Terms: []string{"divorc", "chang"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files to look at: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("divorc")) {
			t.Errorf("the question stands in %s", filepath.Base(file))
		}
	}
}

func newArticles(t testing.TB, db *store.DB) *sqlstore.Articles {
	t.Helper()
	s, err := sqlstore.NewArticles(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSearches(t testing.TB, db *store.DB, keeper *seal.Keeper) *sqlstore.Searches {
	t.Helper()
	s, err := sqlstore.NewSearches(t.Context(), db, keeper)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
