// Package articletest is the contract of article.Store and article.Catalog: every store passes it.
package articletest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// Store is what the contract is about.
type Store interface {
	article.Store
	article.Catalog
}

const (
	tenant, neighbour = "aurora", "borealis"
	ana, luis         = "agent:agent-ana", "agent:agent-luis"
)

// TestStore runs the contract, each case on a store of its own.
func TestStore(t *testing.T, open func(testing.TB) Store) {
	cases := []struct {
		name string
		run  func(*testing.T, *world)
	}{
		{"an article is read as it was written", testWritten},
		{"a key is used once in a language", testKeyTaken},
		{"of many who begin one article at once, one does", testRace},
		{"every version stays readable", testVersions},
		{"nothing is found by an unknown id or version", testUnknown},
		{"articles are listed by key and language, page by page", testList},
		{"customers read what is published for everybody", testReaders},
		{"nobody approves what they drafted since it was last published", testDrafters},
		{"of many changes of one article at once, each sees the one before", testConcurrentChanges},
		{"a change that fails leaves nothing behind", testFailedChange},
		{"documents are imported all or none, and once", testImport},
		{"the catalog says what to read anew", testCatalog},
		{"tenants do not see each other", testTenants},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			c.run(t, &world{Store: s, articles: article.NewRegistry(s, func() time.Time { return now })})
		})
	}
}

type world struct {
	Store

	articles *article.Registry
}

func content(title string) article.Content {
	return article.Content{
		Kind: article.Fact, Access: article.Public, Title: title, Body: "Body of " + title + ".\n\n日本語",
		Questions: []string{"What about " + title + "?"}, Tags: []string{"billing"},
	}
}

func (w *world) create(t testing.TB, key, language string) article.Article {
	t.Helper()
	a, err := w.articles.Create(t.Context(), tenant, article.Name{Key: key, Language: language}, content(key), ana)
	must(t, err)
	return a
}

func (w *world) update(t testing.TB, a article.Article, title, principal string) article.Article {
	t.Helper()
	a, err := w.articles.Update(t.Context(), tenant, a.ID, a.Revision, func(c *article.Content) { c.Title = title }, principal)
	must(t, err)
	return a
}

// publish has an article of ana approved by luis.
func (w *world) publish(t testing.TB, a article.Article) article.Article {
	t.Helper()
	a, err := w.articles.Submit(t.Context(), tenant, a.ID, a.Revision, ana)
	must(t, err)
	a, err = w.articles.Review(t.Context(), tenant, a.ID, a.Revision, true, "", luis)
	must(t, err)
	return a
}

func testWritten(t *testing.T, w *world) {
	want := w.publish(t, w.create(t, "late-fee", "en"))
	got, err := w.Get(t.Context(), tenant, want.ID, 0)
	must(t, err)
	if !same(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got.State != article.Published || got.Published != 1 || got.Review.Reviewer != luis || got.PublishTime.IsZero() {
		t.Errorf("it is not published by Luis: %+v", got)
	}
}

func testKeyTaken(t *testing.T, w *world) {
	first := w.create(t, "late-fee", "en")
	w.create(t, "late-fee", "es")
	_, err := w.articles.Create(t.Context(), tenant, article.Name{Key: "late-fee", Language: "en"}, content("x"), luis)
	var taken *article.KeyTakenError
	if !errors.As(err, &taken) || taken.ID != first.ID {
		t.Errorf("got %v, want taken by %s", err, first.ID)
	}
}

func testRace(t *testing.T, w *world) {
	const racers = 8
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		wait.Go(func() {
			_, errs[i] = w.articles.Create(t.Context(), tenant, article.Name{Key: "late-fee", Language: "en"}, content("x"), ana)
		})
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		var taken *article.KeyTakenError
		if err == nil {
			won++
		} else if !errors.As(err, &taken) {
			t.Errorf("got %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d began the article, want 1", won, racers)
	}
}

func testVersions(t *testing.T, w *world) {
	first := w.publish(t, w.create(t, "late-fee", "en"))
	second := w.update(t, first, "Late payment fee", luis)
	if second.Version != 2 || second.State != article.Draft || second.Published != 1 || second.Author != luis {
		t.Errorf("got %+v", second)
	}
	for version, title := range map[int]string{0: "Late payment fee", 1: "late-fee", 2: "Late payment fee"} {
		got, err := w.Get(t.Context(), tenant, first.ID, version)
		if err != nil || got.Content.Title != title {
			t.Errorf("version %d: got %q, %v, want %q", version, got.Content.Title, err, title)
		}
	}
}

func testUnknown(t *testing.T, w *world) {
	a := w.create(t, "late-fee", "en")
	_, err := w.Get(t.Context(), tenant, "article_unknown", 0)
	expect(t, err, article.ErrNotFound)
	_, err = w.Get(t.Context(), tenant, "article_unknown", 3)
	expect(t, err, article.ErrNotFound)
	_, err = w.Get(t.Context(), tenant, a.ID, 3)
	expect(t, err, article.ErrVersionNotFound)
	_, err = w.articles.Submit(t.Context(), tenant, "article_unknown", 1, ana)
	expect(t, err, article.ErrNotFound)
	_, err = w.articles.Submit(t.Context(), tenant, a.ID, a.Revision+1, ana)
	expect(t, err, article.ErrStale)
}

func testList(t *testing.T, w *world) {
	b := w.create(t, "b", "en")
	w.create(t, "a", "es")
	w.create(t, "a", "en")
	w.publish(t, b)
	expectKeys(t, w, article.Selection{}, 10, "a/en", "a/es", "b/en")
	expectKeys(t, w, article.Selection{}, 2, "a/en", "a/es")
	expectKeys(t, w, article.Selection{After: article.Name{Key: "a", Language: "en"}}, 10, "a/es", "b/en")
	expectKeys(t, w, article.Selection{Language: "en"}, 10, "a/en", "b/en")
	expectKeys(t, w, article.Selection{States: []article.State{article.Published, article.InReview}}, 10, "b/en")
	expectKeys(t, w, article.Selection{PublishedOnly: true}, 10, "b/en")
}

func testReaders(t *testing.T, w *world) {
	customer := article.Reader{PublishedOnly: true}
	a := w.create(t, "late-fee", "en")
	_, err := w.articles.Get(t.Context(), tenant, a.ID, 0, customer)
	expect(t, err, article.ErrNotFound)
	draft := w.update(t, w.publish(t, a), "A draft", ana)
	got, err := w.articles.Get(t.Context(), tenant, a.ID, 0, customer)
	if err != nil || got.Version != 1 {
		t.Errorf("while the next is written: got version %d, %v", got.Version, err)
	}
	_, err = w.articles.Get(t.Context(), tenant, a.ID, draft.Version, customer)
	expect(t, err, article.ErrVersionNotFound)

	internal, err := w.articles.Update(t.Context(), tenant, a.ID, draft.Revision,
		func(c *article.Content) { c.Access = article.Internal }, ana)
	must(t, err)
	internal = w.publish(t, internal)
	_, err = w.articles.Get(t.Context(), tenant, a.ID, 1, customer)
	expect(t, err, article.ErrNotFound)
	expectKeys(t, w, article.Selection{PublishedOnly: true}, 10)
	got, err = w.articles.Get(t.Context(), tenant, a.ID, 0, article.Reader{})
	if err != nil || !same(got, internal) {
		t.Errorf("staff read %+v, %v", got, err)
	}
}

func testDrafters(t *testing.T, w *world) {
	a := w.update(t, w.create(t, "late-fee", "en"), "Mended by Luis", luis)
	a, err := w.articles.Submit(t.Context(), tenant, a.ID, a.Revision, ana)
	must(t, err)
	for _, author := range []string{ana, luis} {
		_, err := w.articles.Review(t.Context(), tenant, a.ID, a.Revision, true, "", author)
		expect(t, err, article.ErrReviewerIsAuthor)
	}
	a, err = w.articles.Review(t.Context(), tenant, a.ID, a.Revision, true, "", "key:demo")
	must(t, err)
	a = w.update(t, a, "Later by Luis", luis)
	a, err = w.articles.Submit(t.Context(), tenant, a.ID, a.Revision, luis)
	must(t, err)
	if _, err := w.articles.Review(t.Context(), tenant, a.ID, a.Revision, true, "", ana); err != nil {
		t.Errorf("Ana wrote nothing of it since it was published: %v", err)
	}
}

func testConcurrentChanges(t *testing.T, w *world) {
	a := w.create(t, "late-fee", "en")
	const writers = 8
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			_, err := w.Change(t.Context(), tenant, a.ID, func(a article.Article) (article.Article, error) {
				a.Newest++
				a.Version = a.Newest
				a.Revision++
				return a, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got, err := w.Get(t.Context(), tenant, a.ID, 0); err != nil || got.Newest != 1+writers {
		t.Errorf("got %d versions, %v, want %d", got.Newest, err, 1+writers)
	}
}

func testFailedChange(t *testing.T, w *world) {
	a := w.create(t, "late-fee", "en")
	refused := errors.New("refused")
	_, err := w.Change(t.Context(), tenant, a.ID, func(article.Article) (article.Article, error) {
		return article.Article{}, refused
	})
	expect(t, err, refused)
	if got, err := w.Get(t.Context(), tenant, a.ID, 0); err != nil || !same(got, a) {
		t.Errorf("got %+v, %v, want %+v", got, err, a)
	}
}

func testTenants(t *testing.T, w *world) {
	a := w.publish(t, w.create(t, "late-fee", "en"))
	_, err := w.Get(t.Context(), neighbour, a.ID, 0)
	expect(t, err, article.ErrNotFound)
	_, err = w.articles.Retire(t.Context(), neighbour, a.ID, a.Revision, ana)
	expect(t, err, article.ErrNotFound)
	if found, err := w.List(t.Context(), neighbour, article.Selection{}, 10); err != nil || len(found) != 0 {
		t.Errorf("the neighbour lists %v, %v", found, err)
	}
	if changes, err := w.Changes(t.Context(), neighbour, "en", 0); err != nil || len(changes.Published) != 0 {
		t.Errorf("the neighbour finds %v, %v", changes, err)
	}
	_, err = w.articles.Create(t.Context(), neighbour, article.Name{Key: "late-fee", Language: "en"}, content("x"), ana)
	must(t, err)
}

func expectKeys(t testing.TB, w *world, which article.Selection, limit int, want ...string) {
	t.Helper()
	found, err := w.articles.List(context.WithoutCancel(t.Context()), tenant, which, limit)
	must(t, err)
	var got []string
	for _, a := range found {
		got = append(got, a.Key+"/"+a.Language)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v: got %v, want %v", which, got, want)
	}
}

func same(a, b article.Article) bool {
	return a.ID == b.ID && a.Key == b.Key && a.Language == b.Language && a.State == b.State && a.Newest == b.Newest &&
		a.Published == b.Published && a.Version == b.Version && a.Content.Equal(b.Content) && a.Author == b.Author &&
		a.Review == b.Review && a.PublishTime.Equal(b.PublishTime) && a.CreateTime.Equal(b.CreateTime) &&
		a.UpdateTime.Equal(b.UpdateTime) && a.Revision == b.Revision && a.Imported == b.Imported
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func expect(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}
