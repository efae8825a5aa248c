package rpc

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"

	"github.com/parleyhq/parley/mesh/caller"
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

// articles that are selected, as one list.
func (s *KnowledgeService) articles(ctx context.Context, which article.Selection) page.List {
	states := slices.Sorted(slices.Values(which.States))
	return s.Pages.List(knowledgev1.KnowledgeService_ListArticles_FullMethodName,
		caller.Tenant(ctx), fmt.Sprint(which.Language, states, which.PublishedOnly))
}

func articlesAfter(list page.List, token string) (article.Name, error) {
	place, err := list.After(token, 2)
	if err != nil || place == nil {
		return article.Name{}, err
	}
	return article.Name{Key: place[0], Language: place[1]}, nil
}

func placeOfGap(g asked.Gap) []string {
	return []string{strconv.FormatInt(g.Position.Count, 10), g.Position.Language, base64.RawStdEncoding.EncodeToString(g.Position.Hash)}
}

func gapsAfter(list page.List, token string) (*asked.Position, error) {
	place, err := list.After(token, 3)
	if err != nil || place == nil {
		return nil, err
	}
	count, err := strconv.ParseInt(place[0], 10, 64)
	if err != nil {
		return nil, page.NotOfList().Because(err)
	}
	hash, err := base64.RawStdEncoding.DecodeString(place[2])
	if err != nil {
		return nil, page.NotOfList().Because(err)
	}
	return &asked.Position{Count: count, Language: place[1], Hash: hash}, nil
}
