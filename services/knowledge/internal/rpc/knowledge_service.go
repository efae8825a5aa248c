// Package rpc is knowledge's face to other services: protobuf in, domain out, and back.
package rpc

import (
	"context"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"github.com/parleyhq/parley/services/knowledge/internal/search"
	"github.com/prometheus/client_golang/prometheus"
)

// KnowledgeService implements parley.knowledge.v1.KnowledgeService.
type KnowledgeService struct {
	knowledgev1.UnimplementedKnowledgeServiceServer

	Articles *article.Registry
	Searcher *search.Searcher
	Asked    *asked.Log
	Pages    *page.Tokens
	Searches *prometheus.CounterVec // by whether an article answered
}

// publishedOnly says whether the caller reads what is published for everybody only: partners do, and whoever acts on behalf
// of a customer.
func publishedOnly(c *accessv1.Caller) bool {
	return c.GetOnBehalfOfCustomer() != "" || c.GetRole() == accessv1.Role_ROLE_PARTNER
}

// CreateArticle begins an article.
func (s *KnowledgeService) CreateArticle(
	ctx context.Context, req *knowledgev1.CreateArticleRequest,
) (*knowledgev1.CreateArticleResponse, error) {
	tag, err := language("article.language", req.GetArticle().GetLanguage())
	if err != nil {
		return nil, err
	}
	name := article.Name{Key: req.GetArticle().GetKey(), Language: tag}
	a, err := s.Articles.Create(ctx, caller.Tenant(ctx), name, toContent(req.GetArticle()), principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.CreateArticleResponse{Article: fromArticle(a)}, nil
}

// UpdateArticle writes a new version.
func (s *KnowledgeService) UpdateArticle(
	ctx context.Context, req *knowledgev1.UpdateArticleRequest,
) (*knowledgev1.UpdateArticleResponse, error) {
	id, revision, err := named("article.", req.GetArticle().GetId(), req.GetArticle().GetEtag())
	if err != nil {
		return nil, err
	}
	edit, err := toEdit(req.GetArticle(), req.GetUpdateMask().GetPaths())
	if err != nil {
		return nil, err
	}
	a, err := s.Articles.Update(ctx, caller.Tenant(ctx), id, revision, edit, principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.UpdateArticleResponse{Article: fromArticle(a)}, nil
}

// GetArticle reads an article.
func (s *KnowledgeService) GetArticle(
	ctx context.Context, req *knowledgev1.GetArticleRequest,
) (*knowledgev1.GetArticleResponse, error) {
	if err := typeid.Check("article_id", article.IDPrefix, req.GetArticleId()); err != nil {
		return nil, err
	}
	reader := article.Reader{PublishedOnly: publishedOnly(caller.From(ctx))}
	a, err := s.Articles.Get(ctx, caller.Tenant(ctx), req.GetArticleId(), int(req.GetVersion()), reader)
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.GetArticleResponse{Article: s.shown(ctx, a)}, nil
}

// ListArticles lists articles by key and language.
func (s *KnowledgeService) ListArticles(
	ctx context.Context, req *knowledgev1.ListArticlesRequest,
) (*knowledgev1.ListArticlesResponse, error) {
	which := article.Selection{States: toStates(req.GetStates()), PublishedOnly: publishedOnly(caller.From(ctx))}
	var err error
	if req.GetLanguage() != "" {
		if which.Language, err = language("language", req.GetLanguage()); err != nil {
			return nil, err
		}
	}
	list := s.articles(ctx, which)
	if which.After, err = articlesAfter(list, req.GetPageToken()); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	articles, err := s.Articles.List(ctx, caller.Tenant(ctx), which, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	res := &knowledgev1.ListArticlesResponse{}
	articles, res.NextPageToken = page.Cut(list, articles, size, func(a article.Article) []string { return []string{a.Key, a.Language} })
	for _, a := range articles {
		res.Articles = append(res.Articles, s.shown(ctx, a))
	}
	return res, nil
}

// shown is the article as the caller may see it: who reads what is published only learns nothing of the work on it.
func (s *KnowledgeService) shown(ctx context.Context, a article.Article) *knowledgev1.Article {
	out := fromArticle(a)
	if publishedOnly(caller.From(ctx)) {
		out.NewestVersion, out.State = out.GetPublishedVersion(), knowledgev1.Article_STATE_PUBLISHED
		out.Author, out.Review, out.Etag = "", nil, ""
		out.HelpfulCount, out.UnhelpfulCount = 0, 0
	}
	return out
}

// SubmitArticle hands a draft in for review.
func (s *KnowledgeService) SubmitArticle(
	ctx context.Context, req *knowledgev1.SubmitArticleRequest,
) (*knowledgev1.SubmitArticleResponse, error) {
	id, revision, err := named("article_", req.GetArticleId(), req.GetEtag())
	if err != nil {
		return nil, err
	}
	a, err := s.Articles.Submit(ctx, caller.Tenant(ctx), id, revision, principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.SubmitArticleResponse{Article: fromArticle(a)}, nil
}

// ReviewArticle approves or rejects.
func (s *KnowledgeService) ReviewArticle(
	ctx context.Context, req *knowledgev1.ReviewArticleRequest,
) (*knowledgev1.ReviewArticleResponse, error) {
	id, revision, err := named("article_", req.GetArticleId(), req.GetEtag())
	if err != nil {
		return nil, err
	}
	approved := req.GetDecision() == knowledgev1.Review_DECISION_APPROVE
	a, err := s.Articles.Review(ctx, caller.Tenant(ctx), id, revision, approved, req.GetReason(), principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.ReviewArticleResponse{Article: fromArticle(a)}, nil
}

// RetireArticle has an article found no more.
func (s *KnowledgeService) RetireArticle(
	ctx context.Context, req *knowledgev1.RetireArticleRequest,
) (*knowledgev1.RetireArticleResponse, error) {
	id, revision, err := named("article_", req.GetArticleId(), req.GetEtag())
	if err != nil {
		return nil, err
	}
	a, err := s.Articles.Retire(ctx, caller.Tenant(ctx), id, revision, principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	return &knowledgev1.RetireArticleResponse{Article: fromArticle(a)}, nil
}

func principal(ctx context.Context) string { return caller.From(ctx).GetPrincipal() }
