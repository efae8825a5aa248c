package knowledge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/search"
)

// Trial searches documents as the service would, for whoever tries them out without a running platform. Close it.
type Trial struct {
	threshold float64
	indexes   map[string]*search.Index // by language
	public    map[string]bool          // keys of what customers may be answered from
}

// NewTrial indexes the company's documents as if all were published. Errors name the document.
func NewTrial(cfg Config, company string, documents []*knowledgev1.ArticleDocument) (*Trial, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure knowledge: %w", err)
	}
	articles, public := map[string][]search.Article{}, map[string]bool{}
	for _, document := range documents {
		d, err := article.ParseDocument(document.GetLanguage(), document.GetMarkdown())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", document.GetName(), err)
		}
		articles[d.Language] = append(articles[d.Language], search.Article{
			ID: d.Key, Key: d.Key, Language: d.Language, Title: d.Content.Title, Body: d.Content.Body, Questions: d.Content.Questions,
			Kind: d.Content.Kind, Access: d.Content.Access,
		})
		if d.Content.Access == article.Public {
			public[d.Key] = true
		}
	}
	languages, err := search.LoadLanguages()
	if err != nil {
		return nil, fmt.Errorf("load the languages of the search: %w", err)
	}
	t := &Trial{threshold: cfg.Threshold, indexes: map[string]*search.Index{}, public: public}
	for _, language := range slices.Sorted(maps.Keys(articles)) {
		index, err := search.NewIndex(languages, language, company)
		if err != nil {
			return nil, errors.Join(err, t.Close())
		}
		t.indexes[language] = index
		slices.SortFunc(articles[language], func(a, b search.Article) int { return cmp.Compare(a.Key, b.Key) })
		if err := index.Put(articles[language], nil); err != nil {
			return nil, errors.Join(err, t.Close())
		}
	}
	return t, nil
}

// Found is what a customer's question would find: keys of articles, the best first, and whether the first answers.
type Found struct {
	Keys    []string
	Answers bool
}

// Search for a customer's question in a language, as published for everybody.
func (t *Trial) Search(ctx context.Context, language, question string, limit int) (Found, error) {
	index, ok := t.indexes[language]
	if !ok {
		return Found{}, fmt.Errorf("there are no articles in the language %q", language)
	}
	results, err := index.Search(ctx, question, search.Wanted{PublicOnly: true, Limit: limit, Threshold: t.threshold})
	if err != nil {
		return Found{}, err
	}
	var found Found
	for _, r := range results {
		found.Keys = append(found.Keys, r.Article.Key)
		found.Answers = found.Answers || r.Answers
	}
	return found, nil
}

// Has says whether there is an article of the key that customers are answered from.
func (t *Trial) Has(key string) bool { return t.public[key] }

// Close frees the indexes.
func (t *Trial) Close() error {
	var errs []error
	for _, index := range t.indexes {
		errs = append(errs, index.Close())
	}
	return errors.Join(errs...)
}
