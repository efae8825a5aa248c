package knowledge

import (
	"context"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/mesh/fault"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/person"
	"google.golang.org/grpc/codes"
)

const (
	name = "knowledge"
	// Topic of the dialogue once an article was read out.
	Topic = "knowledge"
)

// terms of the offer that every answer makes: to hear whether it helped.
type terms struct{ SearchID string }

// found is what an answer is made of.
type found struct{ Title, Passage string }

// Skill answers from articles.
type Skill struct {
	book     *phrase.Book
	language string
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("knowledge")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book, language: l.Language}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return name }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Answers questions from the company's articles, in their own words; offers a person when none covers it."
}

// Intents implements skill.Skill: what no other skill takes.
func (*Skill) Intents() []string { return []string{skill.Question} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return []string{
		knowledgev1.KnowledgeService_SearchArticles_FullMethodName,
		knowledgev1.KnowledgeService_RecordFeedback_FullMethodName,
	}
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	switch turn.Intent {
	case skill.Agreed, skill.AgreedAgain:
		return s.judged(ctx, turn, true)
	case skill.Refused, skill.RefusedAfter:
		return s.judged(ctx, turn, false)
	case skill.Unsure:
		return s.say("unsure", nil, nil)
	default:
		return s.look(ctx, turn)
	}
}

// look for an article that answers.
func (s *Skill) look(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	text := question(turn)
	if text == "" {
		return skill.Reply{}, skill.ErrNotMine
	}
	response, err := knowledgev1.NewKnowledgeServiceClient(turn.Peers).SearchArticles(ctx, &knowledgev1.SearchArticlesRequest{
		Query: text, Language: s.language, PageSize: 1, PassageSize: passageSize(turn.Channel), RequestId: turn.RequestID("search"),
	})
	if err != nil {
		return skill.Reply{}, fmt.Errorf("search the articles: %w", err)
	}
	results := response.GetResults()
	if len(results) == 0 || !results[0].GetAnswers() {
		return s.unknown(turn)
	}
	read := found{Title: results[0].GetCitation().GetTitle(), Passage: unwrap(results[0].GetPassage())}
	if !turn.Alone || response.GetSearchId() == "" {
		return s.say("answer_too", read, nil)
	}
	offer, err := skill.NewOffer(name, "helped", terms{SearchID: response.GetSearchId()})
	if err != nil {
		return skill.Reply{}, err
	}
	offer.YesBy = []string{"thanks"}
	return s.say("answer", read, offer)
}

// unknown is said of what no article covers; beside the answer to something else it is left unsaid.
func (s *Skill) unknown(turn skill.Turn) (skill.Reply, error) {
	if !turn.Alone {
		return skill.Reply{}, nil
	}
	offer, err := person.Offer()
	if err != nil {
		return skill.Reply{}, err
	}
	return s.say("unknown", nil, offer)
}

// judged keeps whether the answer helped. One that is forgotten by now is judged by nobody.
func (s *Skill) judged(ctx context.Context, turn skill.Turn, helpful bool) (skill.Reply, error) {
	var t terms
	if err := turn.Offer.Read(&t); err != nil {
		return skill.Reply{}, err
	}
	_, err := knowledgev1.NewKnowledgeServiceClient(turn.Peers).RecordFeedback(ctx,
		&knowledgev1.RecordFeedbackRequest{SearchId: t.SearchID, Helpful: helpful})
	if err != nil && fault.Code(err) != codes.NotFound {
		return skill.Reply{}, fmt.Errorf("keep whether an answer helped: %w", err)
	}
	if helpful {
		return s.say("helped", nil, nil)
	}
	offer, err := person.Offer()
	if err != nil || !turn.Alone {
		return skill.Reply{}, err
	}
	return s.say("not_helped", nil, offer)
}

func (s *Skill) say(key string, data any, offer *skill.Offer) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	return skill.Reply{Text: text, Topic: Topic, Offer: offer}, err
}

// maxQuestion that is searched for, in characters; the proto asks for no more.
const maxQuestion = 2000

// question is what the turn asks, in the customer's own words: all of them, or those beside the wishes that others answer.
func question(turn skill.Turn) string {
	text := turn.Said.Own
	if turn.Intent == skill.Question && len(turn.Said.Wishes) > 0 {
		text = strings.Join(turn.Said.Rest, " ")
	}
	text = strings.TrimSpace(text)
	if all := []rune(text); len(all) > maxQuestion {
		text = string(all[:maxQuestion])
	}
	return text
}

// smsPassage is what fits into four parts of a text message.
const smsPassage = 600

// passageSize for the channel; 0 is as long as passages are.
func passageSize(channel string) int32 {
	if channel == "sms" {
		return smsPassage
	}
	return 0
}
