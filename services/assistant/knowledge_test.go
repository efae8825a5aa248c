package assistant

import (
	"context"
	"slices"
	"strings"

	"github.com/parleyhq/parley/mesh/caller"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
)

// library is a knowledge service with a few articles, each found by a word.
type library struct {
	knowledgev1.UnimplementedKnowledgeServiceServer

	searches map[string]string // id by request id
	// asked has the words of each search, judged what was said of each answer.
	asked, judged []string
	sizes         []int32
}

var articles = []struct{ word, title, passage string }{
	{"hours", "Contact and opening hours", "People are there every day from 8 a.m. to 10 p.m.\nEastern time.\n\n- Mail: care@aurora.example"},
	{"internet", "Restart or reset your router", "If the internet does not work, restart the router first:\n\n1. Pull the power plug.\n2. Wait 30 seconds."},
	{"autopay", "Set up or stop autopay", "Sign in and open Billing, then Autopay."},
}

func (l *library) SearchArticles(ctx context.Context, req *knowledgev1.SearchArticlesRequest) (*knowledgev1.SearchArticlesResponse, error) {
	if _, known := l.searches[req.GetRequestId()]; !known {
		l.searches[req.GetRequestId()] = id("search", len(l.searches)+1)
		l.asked, l.sizes = append(l.asked, req.GetQuery()), append(l.sizes, req.GetPassageSize())
	}
	res := &knowledgev1.SearchArticlesResponse{SearchId: l.searches[req.GetRequestId()]}
	for _, a := range articles {
		if strings.Contains(strings.ToLower(req.GetQuery()), a.word) && caller.From(ctx).GetOnBehalfOfCustomer() != "" {
			res.Results = append(res.Results, &knowledgev1.SearchResult{
				Citation: &knowledgev1.Citation{Title: a.title}, Passage: a.passage, Answers: len(res.GetResults()) == 0,
			})
		}
	}
	return res, nil
}

func (l *library) RecordFeedback(_ context.Context, req *knowledgev1.RecordFeedbackRequest) (*knowledgev1.RecordFeedbackResponse, error) {
	verdict := req.GetSearchId()[len(req.GetSearchId())-1:] + " did not help"
	if req.GetHelpful() {
		verdict = req.GetSearchId()[len(req.GetSearchId())-1:] + " helped"
	}
	if !slices.Contains(l.judged, verdict) { // saying it again replaces what was said
		l.judged = append(l.judged, verdict)
	}
	return &knowledgev1.RecordFeedbackResponse{}, nil
}
