package articletest

import (
	"slices"
	"testing"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

func testImport(t *testing.T, w *world) {
	document := func(key, title, hash string) article.Document {
		return article.Document{
			Key: key, Language: "en", Content: content(title), Author: ana, Reviewer: luis, Hash: hash,
		}
	}
	first, err := w.articles.Import(t.Context(), tenant,
		[]article.Document{document("a", "A", "1"), document("b", "B", "2")}, "service:demo")
	must(t, err)
	for _, i := range first {
		if i.Outcome != article.Created || i.Article.State != article.Published || i.Article.Review.Reviewer != luis {
			t.Errorf("a new document: got %+v", i)
		}
	}
	edited := w.publish(t, w.update(t, first[0].Article, "A, mended by hand", ana))

	again, err := w.articles.Import(t.Context(), tenant,
		[]article.Document{document("a", "A", "1"), document("b", "B, in other words", "3")}, "service:demo")
	must(t, err)
	if again[0].Outcome != article.Unchanged || !same(again[0].Article, edited) {
		t.Errorf("a document that was imported before as it is: got %+v, want %+v", again[0], edited)
	}
	if b := again[1]; b.Outcome != article.Updated || b.Article.ID != first[1].Article.ID || b.Article.Published != 2 {
		t.Errorf("a document that changed: got %+v", b)
	}

	draft := document("c", "C", "4")
	draft.Reviewer = ""
	made, err := w.articles.Import(t.Context(), tenant, []article.Document{draft}, "service:demo")
	must(t, err)
	if c := made[0].Article; c.State != article.Draft || c.Published != 0 || c.Author != ana {
		t.Errorf("a document that nobody reviewed: got %+v", c)
	}
}

func testCatalog(t *testing.T, w *world) {
	expectCatalog(t, w, 0, 0, nil, nil)
	a, b := w.publish(t, w.create(t, "a", "en")), w.publish(t, w.create(t, "b", "en"))
	w.publish(t, w.create(t, "a", "es"))
	w.create(t, "c", "en")
	expectCatalog(t, w, 0, 2, []string{"a", "b"}, nil)
	expectCatalog(t, w, 2, 2, nil, nil)

	a = w.update(t, a, "The next A", ana)
	expectCatalog(t, w, 2, 2, nil, nil) // a draft changes nothing that is found
	w.publish(t, a)
	expectCatalog(t, w, 2, 3, []string{"The next A"}, nil)

	_, err := w.articles.Retire(t.Context(), tenant, b.ID, b.Revision, luis)
	must(t, err)
	expectCatalog(t, w, 3, 4, nil, []string{b.ID})
	expectCatalog(t, w, 0, 4, []string{"The next A"}, []string{b.ID})

	places, err := w.Places(t.Context())
	must(t, err)
	if want := []article.Place{{Tenant: tenant, Language: "en"}, {Tenant: tenant, Language: "es"}}; !slices.Equal(places, want) {
		t.Errorf("got places %v, want %v", places, want)
	}
}

func expectCatalog(t testing.TB, w *world, since, revision int64, titles, removed []string) {
	t.Helper()
	got, err := w.Changes(t.Context(), tenant, "en", since)
	must(t, err)
	var published []string
	for _, a := range got.Published {
		published = append(published, a.Content.Title)
	}
	slices.Sort(published)
	slices.Sort(titles)
	if !slices.Equal(published, titles) || !slices.Equal(got.Removed, removed) || got.Revision != revision {
		t.Errorf("since %d: got %d %v without %v, want %d %v without %v",
			since, got.Revision, published, got.Removed, revision, titles, removed)
	}
	if now, err := w.Revision(t.Context(), tenant, "en"); err != nil || now != revision {
		t.Errorf("got revision %d, %v, want %d", now, err, revision)
	}
}
