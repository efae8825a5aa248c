package rpc

import (
	"slices"
	"strconv"

	"github.com/parleyhq/parley/mesh/fault"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"github.com/parleyhq/parley/services/knowledge/internal/search"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func toContent(in *knowledgev1.Article) article.Content {
	return article.Content{
		Kind: toKind(in.GetKind()), Access: toAccess(in.GetAccess()), Title: in.GetTitle(), Body: in.GetBody(),
		Questions: in.GetQuestions(), Tags: in.GetTags(),
	}
}

// toEdit takes over the fields of the mask.
func toEdit(in *knowledgev1.Article, paths []string) (func(*article.Content), error) {
	if len(paths) == 0 {
		return nil, fault.Invalid("update_mask", "UPDATE_MASK_INVALID", "it names no field")
	}
	if slices.Equal(paths, []string{"*"}) {
		paths = []string{"kind", "access", "title", "body", "questions", "tags"}
	}
	next := toContent(in)
	var edits []func(*article.Content)
	for _, path := range paths {
		switch path {
		case "kind":
			edits = append(edits, func(c *article.Content) { c.Kind = next.Kind })
		case "access":
			edits = append(edits, func(c *article.Content) { c.Access = next.Access })
		case "title":
			edits = append(edits, func(c *article.Content) { c.Title = next.Title })
		case "body":
			edits = append(edits, func(c *article.Content) { c.Body = next.Body })
		case "questions":
			edits = append(edits, func(c *article.Content) { c.Questions = next.Questions })
		case "tags":
			edits = append(edits, func(c *article.Content) { c.Tags = next.Tags })
		default:
			return nil, fault.Invalid("update_mask", "UPDATE_MASK_INVALID", "%q is not a field that can be changed", path)
		}
	}
	return func(c *article.Content) {
		for _, edit := range edits {
			edit(c)
		}
	}, nil
}

func fromArticle(a article.Article) *knowledgev1.Article {
	out := &knowledgev1.Article{
		Id:               a.ID,
		Key:              a.Key,
		Language:         a.Language,
		Kind:             fromKind(a.Content.Kind),
		Access:           fromAccess(a.Content.Access),
		Title:            a.Content.Title,
		Body:             a.Content.Body,
		Questions:        a.Content.Questions,
		Tags:             a.Content.Tags,
		Version:          int32(a.Version),
		NewestVersion:    int32(a.Newest),
		PublishedVersion: int32(a.Published),
		State:            fromState(a.State),
		Author:           a.Author,
		HelpfulCount:     a.Helpful,
		UnhelpfulCount:   a.Unhelpful,
		CreateTime:       timestamppb.New(a.CreateTime),
		UpdateTime:       timestamppb.New(a.UpdateTime),
		Etag:             strconv.FormatInt(a.Revision, etagBase),
	}
	if a.Review.Reviewer != "" {
		out.Review = &knowledgev1.Review{
			Decision: knowledgev1.Review_DECISION_REJECT, Reason: a.Review.Reason, Reviewer: a.Review.Reviewer,
			ReviewTime: timestamppb.New(a.Review.Time),
		}
		if a.Review.Approved {
			out.Review.Decision = knowledgev1.Review_DECISION_APPROVE
		}
	}
	return out
}

func fromResults(results []search.Result) []*knowledgev1.SearchResult {
	out := make([]*knowledgev1.SearchResult, len(results))
	for at, r := range results {
		out[at] = &knowledgev1.SearchResult{
			Citation: &knowledgev1.Citation{
				ArticleId: r.Article.ID, Version: int32(r.Article.Version), Title: r.Article.Title, Key: r.Article.Key,
				Language: r.Article.Language,
			},
			Passage:    r.Passage,
			Kind:       fromKind(r.Article.Kind),
			Access:     fromAccess(r.Article.Access),
			Score:      r.Score,
			Confidence: r.Confidence,
			Answers:    r.Answers,
		}
	}
	return out
}

func fromGap(g asked.Gap) *knowledgev1.Gap {
	return &knowledgev1.Gap{
		Language: g.Language, Count: g.Count, Questions: g.Questions,
		FirstTime: timestamppb.New(g.First), LastTime: timestamppb.New(g.Last),
	}
}

// The words of the domain and the numbers of the proto.
var (
	kinds = map[article.Kind]knowledgev1.Article_Kind{
		article.Fact:      knowledgev1.Article_KIND_FACT,
		article.Rule:      knowledgev1.Article_KIND_RULE,
		article.Procedure: knowledgev1.Article_KIND_PROCEDURE,
		article.Gap:       knowledgev1.Article_KIND_GAP,
	}
	accesses = map[article.Access]knowledgev1.Article_Access{
		article.Public:   knowledgev1.Article_ACCESS_PUBLIC,
		article.Internal: knowledgev1.Article_ACCESS_INTERNAL,
	}
	states = map[article.State]knowledgev1.Article_State{
		article.Draft:     knowledgev1.Article_STATE_DRAFT,
		article.InReview:  knowledgev1.Article_STATE_IN_REVIEW,
		article.Published: knowledgev1.Article_STATE_PUBLISHED,
		article.Retired:   knowledgev1.Article_STATE_RETIRED,
	}
)

func fromKind(k article.Kind) knowledgev1.Article_Kind       { return kinds[k] }
func fromAccess(a article.Access) knowledgev1.Article_Access { return accesses[a] }
func fromState(s article.State) knowledgev1.Article_State    { return states[s] }
func toKind(k knowledgev1.Article_Kind) article.Kind         { return word(kinds, k) }
func toAccess(a knowledgev1.Article_Access) article.Access   { return word(accesses, a) }

func toStates(in []knowledgev1.Article_State) []article.State {
	out := make([]article.State, len(in))
	for at, s := range in {
		out[at] = word(states, s)
	}
	return out
}

// word that stands for the number; empty when none does.
func word[W, N comparable](words map[W]N, number N) W {
	var none W
	for w, n := range words {
		if n == number {
			return w
		}
	}
	return none
}
