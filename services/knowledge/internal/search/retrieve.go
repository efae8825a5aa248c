package search

import (
	"context"
	"fmt"
	"math"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// boosts of the fields: a title says more about an article than its body.
var boosts = []struct {
	field string
	boost float64
}{{fieldTitle, 2}, {fieldQuestions, 1.5}, {fieldBody, 1}}

// candidates are how many articles bleve finds for ranking.
const candidates = 30

// candidate is an article that bleve found.
type candidate struct {
	*entry

	bm25 float64
}

// retrieve asks bleve, the best first.
func (x *Index) retrieve(ctx context.Context, q *question, publicOnly bool) ([]candidate, error) {
	any := query.NewDisjunctionQuery(nil)
	for _, asked := range q.terms {
		for _, m := range asked.means {
			for _, in := range boosts {
				one := query.NewTermQuery(x.words.texts[m.word])
				one.SetField(in.field)
				one.SetBoost(in.boost * m.factor * m.factor)
				any.AddQuery(one)
			}
		}
	}
	if len(any.Disjuncts) == 0 {
		return nil, nil
	}
	search := query.NewBooleanQuery([]query.Query{any}, nil, nil)
	if publicOnly { // which most articles are: leaving the others out is less work than asking it of each
		internal := query.NewTermQuery(isInternal)
		internal.SetField(fieldInternal)
		search.AddMustNot(internal)
	}
	request := bleve.NewSearchRequestOptions(search, candidates, 0, false)
	request.SortBy([]string{"-_score", "_id"})
	found, err := x.found.SearchInContext(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	var best []candidate
	for _, hit := range found.Hits {
		if e, ok := x.entries[hit.ID]; ok {
			// bleve adds up in no fixed order, so that the last digits differ from one time to the next.
			best = append(best, candidate{e, math.Round(hit.Score*1e6) / 1e6})
		}
	}
	return best, nil
}
