// Package askedtest is the contract of asked.Store: every store passes it.
package askedtest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
)

const (
	tenant, neighbour = "aurora", "borealis"
	daniel, ana       = "customer_daniel", "customer_ana"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// TestStore runs the contract, each case on a store of its own over a keeper. Feedback answers how often an article was
// found helpful and unhelpful.
func TestStore(t *testing.T, open func(testing.TB, *seal.Keeper) Store) {
	cases := []struct {
		name string
		run  func(*testing.T, Store, *seal.Keeper)
	}{
		{"feedback is counted, and may be changed", testJudge},
		{"only who asked may judge, and only an answer", testMayJudge},
		{"questions that nothing answered, the most asked first", testGaps},
		{"a search that is added again counts once", testAgain},
		{"what erased customers asked is not there", testErased},
		{"old searches are forgotten", testPurge},
		{"tenants do not see each other", testTenants},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			keeper := sealtest.New(t)
			c.run(t, open(t, keeper), keeper)
		})
	}
}

// Store is what the contract is about, and the articles whose feedback it counts.
type Store interface {
	asked.Store
	// AddArticle makes an article, and answers its id.
	AddArticle(t testing.TB, tenant string) string
	// Feedback that an article got.
	Feedback(t testing.TB, tenant, id string) (helpful, unhelpful int64)
}

func testJudge(t *testing.T, s Store, _ *seal.Keeper) {
	article := s.AddArticle(t, tenant)
	first, second := answered(article, daniel), answered(article, "")
	add(t, s, first, second)
	steps := []struct {
		name               string
		search             asked.Search
		helpful            bool
		wantGood, wantPoor int64
	}{
		{"helpful", first, true, 1, 0},
		{"the same again", first, true, 1, 0},
		{"changed", first, false, 0, 1},
		{"another search", second, true, 1, 1},
	}
	for _, step := range steps {
		must(t, s.Judge(t.Context(), tenant, step.search.CustomerID, step.search.ID, step.helpful))
		if good, poor := s.Feedback(t, tenant, article); good != step.wantGood || poor != step.wantPoor {
			t.Errorf("%s: got %d and %d, want %d and %d", step.name, good, poor, step.wantGood, step.wantPoor)
		}
	}
}

func testMayJudge(t *testing.T, s Store, _ *seal.Keeper) {
	hers, open := answered(s.AddArticle(t, tenant), ana), unanswered("what is love", noon, daniel)
	add(t, s, hers, open)
	expect(t, s.Judge(t.Context(), tenant, daniel, hers.ID, true), asked.ErrNotFound)
	expect(t, s.Judge(t.Context(), tenant, "", typeid.New(asked.IDPrefix), true), asked.ErrNotFound)
	expect(t, s.Judge(t.Context(), tenant, daniel, open.ID, true), asked.ErrUnanswered)
	must(t, s.Judge(t.Context(), tenant, "", hers.ID, true))
}

func testGaps(t *testing.T, s Store, _ *seal.Keeper) {
	spanish := unanswered("Amor", noon, ana)
	spanish.Language = "es"
	add(t, s, spanish, answered(s.AddArticle(t, tenant), daniel),
		unanswered("solar panels", noon, daniel), unanswered("panels solar", noon.Add(time.Hour), ana),
		unanswered("Solar solar panels", noon.Add(2*time.Hour), ""), unanswered("solar panels", noon.Add(3*time.Hour), daniel),
		unanswered("bitcoin", noon, daniel), unanswered("bitcoin", noon, ana))
	gaps := list(t, s, "en", nil, 10)
	if len(gaps) != 2 || gaps[0].Count != 4 || gaps[1].Count != 2 {
		t.Fatalf("got %+v, want the panels four times and bitcoin twice", gaps)
	}
	if want := []string{"solar panels", "Solar solar panels", "panels solar"}; !slices.Equal(gaps[0].Questions, want) {
		t.Errorf("got questions %q, want %q", gaps[0].Questions, want)
	}
	if !gaps[0].First.Equal(noon) || !gaps[0].Last.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("got from %v to %v", gaps[0].First, gaps[0].Last)
	}
	var paged []asked.Gap
	var after *asked.Position
	for {
		page := list(t, s, "", after, 1)
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
		after = &page[0].Position
	}
	if len(paged) != 3 || paged[2].Language != "es" {
		t.Errorf("page by page there are %+v", paged)
	}
}

func testAgain(t *testing.T, s Store, _ *seal.Keeper) {
	once := unanswered("bitcoin", noon, daniel)
	add(t, s, once, once, unanswered("bitcoin", noon, ana))
	if gaps := list(t, s, "", nil, 10); len(gaps) != 1 || gaps[0].Count != 2 {
		t.Errorf("got %+v, want two searches", gaps)
	}
}

func testErased(t *testing.T, s Store, keeper *seal.Keeper) {
	add(t, s, unanswered("bitcoin", noon, daniel), unanswered("bitcoin", noon, ana))
	must(t, keeper.Destroy(t.Context(), seal.Customer(daniel)))
	gaps := list(t, s, "", nil, 10)
	if len(gaps) != 1 || gaps[0].Count != 2 || len(gaps[0].Questions) != 1 {
		t.Errorf("got %+v, want two of which one can be read", gaps)
	}
	expect(t, s.Add(t.Context(), tenant, unanswered("bitcoin", noon, daniel)), asked.ErrErased)
}

func testPurge(t *testing.T, s Store, _ *seal.Keeper) {
	add(t, s, unanswered("old", noon.Add(-time.Second), daniel), unanswered("new", noon, daniel))
	must(t, s.Purge(t.Context(), noon))
	if gaps := list(t, s, "", nil, 10); len(gaps) != 1 || gaps[0].Questions[0] != "new" {
		t.Errorf("got %+v, want the new one", gaps)
	}
}

func testTenants(t *testing.T, s Store, _ *seal.Keeper) {
	here := answered(s.AddArticle(t, tenant), "")
	add(t, s, here, unanswered("bitcoin", noon, ""))
	expect(t, s.Judge(t.Context(), neighbour, "", here.ID, true), asked.ErrNotFound)
	if gaps, err := s.Gaps(t.Context(), neighbour, "", nil, 10); err != nil || len(gaps) != 0 {
		t.Errorf("the neighbour sees %v, %v", gaps, err)
	}
}

func answered(article, customerID string) asked.Search {
	return asked.Search{
		ID: typeid.New(asked.IDPrefix), Language: "en", CustomerID: customerID, ArticleID: article, Version: 1, CreateTime: noon,
	}
}

// unanswered question, whose terms are its words.
func unanswered(question string, at time.Time, customerID string) asked.Search {
	return asked.Search{
		ID: typeid.New(asked.IDPrefix), Language: "en", CustomerID: customerID, Question: question, Terms: strings.Fields(strings.ToLower(question)),
		CreateTime: at,
	}
}

func list(t testing.TB, s Store, language string, after *asked.Position, limit int) []asked.Gap {
	t.Helper()
	gaps, err := s.Gaps(t.Context(), tenant, language, after, limit)
	must(t, err)
	return gaps
}

func add(t testing.TB, s Store, searches ...asked.Search) {
	t.Helper()
	for _, search := range searches {
		must(t, s.Add(t.Context(), tenant, search))
	}
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
