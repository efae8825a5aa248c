package fallback_test

import (
	"strings"
	"testing"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

func TestAnswers(t *testing.T) {
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	english, region, err := set.Of("en-US")
	if err != nil {
		t.Fatal(err)
	}
	s, err := fallback.New(phrase.NewLocale(english, region))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		turn   skill.Turn
		says   string
		person bool
	}{
		"what it cannot do, a person takes up": {skill.Turn{Content: text("my internet is down")}, "cannot help with that yet", true},
		"a picture without words": {
			skill.Turn{Content: &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_IMAGE}}, "only read text", true,
		},
		"nothing but a quotation": {
			skill.Turn{Content: text("> dispute it"), Said: understand.Result{Quoted: []string{"> dispute it"}}}, "in your own words", false,
		},
		"words beside a quotation": {
			skill.Turn{Content: text("hm\n> hi"), Said: understand.Result{Own: "hm\n", Quoted: []string{"> hi"}}}, "cannot help", true,
		},
		"a failure is owned":      {skill.Turn{Intent: fallback.Failed, Content: text("hi")}, "went wrong on our side", true},
		"what somebody else said": {skill.Turn{Intent: fallback.Forwarded, Content: text("yes")}, "forwarded", false},
		"yes to nothing":          {skill.Turn{Intent: fallback.ToNothing, Content: text("yes")}, "not sure", false},
		"yes to a colleague":      {skill.Turn{Intent: fallback.ToColleague, Content: text("yes")}, "colleague", true},
		"nobody vouches for who writes": {
			skill.Turn{Intent: fallback.Unproven, Content: text("yes")}, "ask me again from where we know you", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			reply, err := s.Answer(t.Context(), c.turn)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(reply.Text, c.says) {
				t.Errorf("says %q, want %q in it", reply.Text, c.says)
			}
			if (reply.Request != nil) != c.person {
				t.Errorf("request %v", reply.Request)
			}
		})
	}
}

func text(s string) *contextv1.Content {
	return &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: s}
}
