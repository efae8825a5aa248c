package rpc

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
)

// Rows a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)

// articles is one listing of articles: its tenant and what is selected. A page token is good for one.
type articles struct{ tenant, selected string }

func articleListing(ctx context.Context, which article.Selection) articles {
	states := slices.Sorted(slices.Values(which.States))
	return articles{caller.Tenant(ctx), fmt.Sprint(which.Language, states, which.PublishedOnly)}
}

func (l articles) token(pages *page.Tokens, last article.Article) string {
	return pages.Encode(knowledgev1.KnowledgeService_ListArticles_FullMethodName, l.tenant, l.selected, last.Key, last.Language)
}

func (l articles) after(pages *page.Tokens, token string) (article.Name, error) {
	cursor, err := pages.Decode(knowledgev1.KnowledgeService_ListArticles_FullMethodName, token)
	if err != nil || cursor == nil {
		return article.Name{}, err
	}
	if len(cursor) != 4 || cursor[0] != l.tenant || cursor[1] != l.selected {
		return article.Name{}, notForThis()
	}
	return article.Name{Key: cursor[2], Language: cursor[3]}, nil
}

// gapListing is one listing of gaps: whose, and in which language.
type gapListing struct{ tenant, language string }

func (l gapListing) token(pages *page.Tokens, last asked.Position) string {
	return pages.Encode(knowledgev1.KnowledgeService_ListGaps_FullMethodName, l.tenant, l.language,
		strconv.FormatInt(last.Count, 10), last.Language, base64.RawStdEncoding.EncodeToString(last.Hash))
}

func (l gapListing) after(pages *page.Tokens, token string) (*asked.Position, error) {
	cursor, err := pages.Decode(knowledgev1.KnowledgeService_ListGaps_FullMethodName, token)
	if err != nil || cursor == nil {
		return nil, err
	}
	if len(cursor) != 5 || cursor[0] != l.tenant || cursor[1] != l.language {
		return nil, notForThis()
	}
	count, err := strconv.ParseInt(cursor[2], 10, 64)
	if err != nil {
		return nil, notForThis().Because(err)
	}
	hash, err := base64.RawStdEncoding.DecodeString(cursor[4])
	if err != nil {
		return nil, notForThis().Because(err)
	}
	return &asked.Position{Count: count, Language: cursor[3], Hash: hash}, nil
}

func notForThis() *fault.Error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this listing")
}
