package fallback_test

import (
	"strings"
	"testing"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
)

func TestAnswers(t *testing.T) {
	offer := &skill.Offer{Kind: "dispute"}
	for name, c := range map[string]struct {
		turn    skill.Turn
		says    string
		person  bool
		offered bool
	}{
		"hello": {skill.Turn{Intent: "greeting", Content: text("hi")}, "Hello!", false, false},
		"thanks is no answer to an offer": {
			skill.Turn{Intent: "thanks", Content: text("thanks"), Offer: offer}, "welcome", false, true,
		},
		"what it cannot do, a person takes up": {
			skill.Turn{Content: text("my internet is down"), Offer: offer}, "cannot help with that yet", true, false,
		},
		"a picture without words": {
			skill.Turn{Content: &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_IMAGE}}, "only read text", true, false,
		},
		"a failure is owned": {skill.Turn{Intent: skill.Failed, Content: text("hi")}, "went wrong on our side", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := fallback.New()
			if err != nil {
				t.Fatal(err)
			}
			reply, err := s.Answer(t.Context(), c.turn)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(reply.Text, c.says) {
				t.Errorf("says %q, want %q in it", reply.Text, c.says)
			}
			if (reply.Request != nil) != c.person || (reply.Offer != nil) != c.offered {
				t.Errorf("request %v, offer %v", reply.Request, reply.Offer)
			}
		})
	}
}

func text(s string) *contextv1.Content {
	return &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: s}
}
