package rpc

import (
	"context"
	"strconv"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"github.com/parleyhq/parley/services/knowledge/internal/search"
)

// Results of a search, when nothing is asked for and at most; the proto promises them.
const (
	resultCount    = 5
	maxResultCount = 20
)

// SearchArticles finds what answers a question.
func (s *KnowledgeService) SearchArticles(
	ctx context.Context, req *knowledgev1.SearchArticlesRequest,
) (*knowledgev1.SearchArticlesResponse, error) {
	tag, err := language("language", req.GetLanguage())
	if err != nil {
		return nil, err
	}
	found, err := s.Searcher.Search(ctx, search.Query{
		Tenant: caller.Tenant(ctx), Language: tag, Text: req.GetQuery(), PublicOnly: publishedOnly(caller.From(ctx)),
		Limit: page.Size(req.GetPageSize(), resultCount, maxResultCount), PassageSize: int(req.GetPassageSize()),
	})
	if err != nil {
		return nil, err
	}
	res := &knowledgev1.SearchArticlesResponse{Results: fromResults(found.Results)}
	if req.GetPreview() {
		return res, nil
	}
	remembered := asked.Search{Language: found.Language, CustomerID: caller.From(ctx).GetOnBehalfOfCustomer()}
	if len(found.Results) > 0 && found.Results[0].Answers {
		remembered.ArticleID, remembered.Version = found.Results[0].Article.ID, found.Results[0].Article.Version
	} else {
		remembered.Question, remembered.Terms = req.GetQuery(), found.Terms
	}
	s.Searches.WithLabelValues(strconv.FormatBool(remembered.Answered())).Inc()
	res.SearchId, err = s.Asked.Record(ctx, caller.Tenant(ctx), req.GetRequestId(), remembered)
	return res, err
}

// RecordFeedback says whether a search's answer helped.
func (s *KnowledgeService) RecordFeedback(
	ctx context.Context, req *knowledgev1.RecordFeedbackRequest,
) (*knowledgev1.RecordFeedbackResponse, error) {
	if err := typeid.Check("search_id", asked.IDPrefix, req.GetSearchId()); err != nil {
		return nil, err
	}
	customer := caller.From(ctx).GetOnBehalfOfCustomer()
	if err := s.Asked.Judge(ctx, caller.Tenant(ctx), customer, req.GetSearchId(), req.GetHelpful()); err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.RecordFeedbackResponse{}, nil
}

// ListGaps lists what nothing answered.
func (s *KnowledgeService) ListGaps(
	ctx context.Context, req *knowledgev1.ListGapsRequest,
) (*knowledgev1.ListGapsResponse, error) {
	tag := ""
	if req.GetLanguage() != "" {
		var err error
		if tag, err = language("language", req.GetLanguage()); err != nil {
			return nil, err
		}
	}
	list := s.Pages.List(knowledgev1.KnowledgeService_ListGaps_FullMethodName, caller.Tenant(ctx), tag)
	after, err := gapsAfter(list, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	gaps, err := s.Asked.Gaps(ctx, caller.Tenant(ctx), tag, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &knowledgev1.ListGapsResponse{}
	gaps, res.NextPageToken = page.Cut(list, gaps, size, placeOfGap)
	for _, g := range gaps {
		res.Gaps = append(res.Gaps, fromGap(g))
	}
	return res, nil
}
