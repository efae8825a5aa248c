package search

import (
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bleveindex "github.com/blevesearch/bleve_index_api"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// Fields of an article in the index. Their texts are terms, separated by spaces.
const (
	fieldTitle     = "title"
	fieldQuestions = "questions"
	fieldBody      = "body"
	fieldInternal  = "internal"
)

// isInternal is the one term of fieldInternal.
const isInternal = "yes"

// Index finds articles of one tenant in one language. Searching is safe for concurrent use, changing it is not.
type Index struct {
	language *language
	found    bleve.Index
	entries  map[string]*entry
	gaps     map[string]*entry // what nothing answers; not in found
	words    vocabulary
	letters  letterCounts
}

// NewIndex makes an empty one in memory. The name of the company says nothing about what it is asked.
func NewIndex(l Languages, tag, company string) (*Index, error) {
	m, err := newMapping()
	if err != nil {
		return nil, fmt.Errorf("make a search index: %w", err)
	}
	found, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil) // no path: in memory
	if err != nil {
		return nil, fmt.Errorf("make a search index: %w", err)
	}
	return &Index{
		language: l.of(tag).without(company), found: found, entries: map[string]*entry{}, gaps: map[string]*entry{},
		words: newVocabulary(), letters: newLetterCounts(),
	}, nil
}

func newMapping() (mapping.IndexMapping, error) {
	const terms = "terms"
	m := bleve.NewIndexMapping()
	m.ScoringModel = bleveindex.BM25Scoring
	if err := m.AddCustomAnalyzer(terms, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	m.DefaultMapping.Dynamic = false
	for _, name := range []string{fieldTitle, fieldQuestions, fieldBody, fieldInternal} {
		field := bleve.NewTextFieldMapping()
		field.Analyzer = terms
		field.Store, field.IncludeTermVectors, field.IncludeInAll, field.DocValues = false, false, false, false
		m.DefaultMapping.AddFieldMappingsAt(name, field)
	}
	return m, m.Validate()
}

// Close frees the index.
func (x *Index) Close() error { return x.found.Close() }

// together is how many articles bleve is given at once. What it needs to take them in is many times what it keeps, a million at once took
// 24 GB; and each lot is a segment of its own, that every search walks.
const together = 5000

// Put adds articles, or puts them in the place of those of the same id, and removes others. After an error it can be called again.
func (x *Index) Put(articles []Article, removed []string) error {
	batch, l := x.found.NewBatch(), x.language.remembering()
	for _, id := range removed {
		batch.Delete(id)
		x.forget(id)
	}
	for _, a := range articles {
		x.forget(a.ID)
		e, texts := newEntry(l, &x.words, a)
		x.letters.add(e.spelling, 1)
		x.words.count(e, 1)
		if a.Kind == article.Gap {
			x.gaps[a.ID] = e
			batch.Delete(a.ID) // it may have been an article that answers
			continue
		}
		x.entries[a.ID] = e
		x.words.usage.add(e, 1)
		if err := batch.Index(a.ID, fields(l, texts, a.Access)); err != nil {
			return fmt.Errorf("index %s: %w", a.ID, err)
		}
		if batch.Size() >= together {
			if err := x.found.Batch(batch); err != nil {
				return fmt.Errorf("write a search index: %w", err)
			}
			batch.Reset()
		}
	}
	x.letters.weigh()
	x.words.weigh(len(x.entries))
	if err := x.found.Batch(batch); err != nil {
		return fmt.Errorf("write a search index: %w", err)
	}
	return nil
}

func (x *Index) forget(id string) {
	e, ok := x.entries[id]
	if ok {
		x.words.usage.add(e, -1)
	} else if e, ok = x.gaps[id]; !ok {
		return
	}
	delete(x.entries, id)
	delete(x.gaps, id)
	x.letters.add(e.spelling, -1)
	x.words.count(e, -1)
}

// fields of an article for bleve.
func fields(l *language, t texts, access article.Access) map[string]any {
	joined := func(words []string) string {
		terms, _ := l.split(words)
		return strings.Join(terms, " ")
	}
	fields := map[string]any{fieldTitle: joined(t.title), fieldQuestions: joined(t.questions), fieldBody: joined(t.body)}
	if access != article.Public {
		fields[fieldInternal] = isInternal
	}
	return fields
}
