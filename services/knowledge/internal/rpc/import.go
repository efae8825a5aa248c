package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// ImportArticles brings articles in from Markdown files, all or none.
func (s *KnowledgeService) ImportArticles(
	ctx context.Context, req *knowledgev1.ImportArticlesRequest,
) (*knowledgev1.ImportArticlesResponse, error) {
	documents, err := toDocuments(req.GetDocuments())
	if err != nil {
		return nil, err
	}
	imported, err := s.Articles.Import(ctx, caller.Tenant(ctx), documents, principal(ctx))
	if err != nil {
		return nil, toFault(err)
	}
	res := &knowledgev1.ImportArticlesResponse{}
	for _, i := range imported {
		res.Articles = append(res.Articles, &knowledgev1.ImportedArticle{
			ArticleId: i.Article.ID,
			Key:       i.Article.Key,
			Language:  i.Article.Language,
			Version:   int32(i.Article.Newest),
			State:     fromState(i.Article.State),
			Outcome:   fromOutcome(i.Outcome),
		})
	}
	return res, nil
}

func toDocuments(in []*knowledgev1.ArticleDocument) ([]article.Document, error) {
	documents := make([]article.Document, len(in))
	seen := map[article.Name]bool{}
	for at, d := range in {
		field := fmt.Sprintf("documents[%d]", at)
		if _, err := language(field+".language", d.GetLanguage()); err != nil {
			return nil, err
		}
		parsed, err := article.ParseDocument(d.GetLanguage(), d.GetMarkdown())
		var wrong *article.InvalidError
		if errors.As(err, &wrong) {
			return nil, fault.Invalid(field+".markdown", "DOCUMENT_INVALID", "%s: %s", d.GetName(), wrong).
				With("document", d.GetName()).Because(err)
		}
		if err != nil {
			return nil, err
		}
		name := article.Name{Key: parsed.Key, Language: parsed.Language}
		if seen[name] {
			return nil, fault.Invalid(field, "DOCUMENT_DUPLICATE", "%s: another document has its key and language", d.GetName()).
				With("document", d.GetName())
		}
		seen[name], documents[at] = true, parsed
	}
	return documents, nil
}

func fromOutcome(o article.Outcome) knowledgev1.ImportedArticle_Outcome {
	switch o {
	case article.Created:
		return knowledgev1.ImportedArticle_OUTCOME_CREATED
	case article.Updated:
		return knowledgev1.ImportedArticle_OUTCOME_UPDATED
	case article.Unchanged:
		return knowledgev1.ImportedArticle_OUTCOME_UNCHANGED
	default:
		return knowledgev1.ImportedArticle_OUTCOME_UNSPECIFIED
	}
}
