package dialogue_test

import (
	"context"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

func TestSkillsDoNotGetInEachOthersWay(t *testing.T) {
	for name, c := range map[string]struct {
		skills []skill.Skill
		want   string
	}{
		"one intent, two skills": {[]skill.Skill{fake{"one", "a"}, fake{"two", "a"}}, "intent a is claimed by the skills one and two"},
		"one name, two skills":   {[]skill.Skill{fake{"one", "a"}, fake{"one", "b"}}, "two skills are called one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dialogue.NewSkills(fake{name: "fallback"}, c.skills...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("NewSkills = %v, want an error that says %s", err, c.want)
			}
		})
	}
}

func TestWhatNoSkillClaimsTheFallbackAnswers(t *testing.T) {
	skills, err := dialogue.NewSkills(fake{name: "fallback"}, fake{"one", "a"})
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]skill.Skill{
		"one": skills.For("a"), "fallback": skills.For("b"),
	} {
		if got.Name() != want {
			t.Errorf("got the skill %s, want %s", got.Name(), want)
		}
	}
	if skills.Named("one").Name() != "one" || skills.Named("gone").Name() != "fallback" {
		t.Error("a skill was not found by its name")
	}
}

type fake struct{ name, intent string }

func (f fake) Name() string                                          { return f.name }
func (fake) Description() string                                     { return "for tests" }
func (f fake) Intents() []string                                     { return strings.Fields(f.intent) }
func (fake) Methods() []string                                       { return nil }
func (fake) Answer(context.Context, skill.Turn) (skill.Reply, error) { return skill.Reply{}, nil }
