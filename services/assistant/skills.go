package assistant

import (
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/bill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/dispute"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/skill/knowledge"
	"github.com/parleyhq/parley/services/assistant/internal/skill/person"
	"github.com/parleyhq/parley/services/assistant/internal/skill/smalltalk"
	"github.com/parleyhq/parley/services/assistant/internal/skill/status"
	"github.com/parleyhq/parley/services/assistant/internal/skill/withdraw"
)

// all that the assistant can do. A new skill is one line here; see docs/adding-a-skill.md.
var all = []func(phrase.Locale) (skill.Skill, error){
	bill.New,
	dispute.New,
	knowledge.New,
	person.New,
	smalltalk.New,
	status.New,
	withdraw.New,
}

func newSkills(l phrase.Locale) (*dialogue.Skills, error) {
	honest, err := fallback.New(l)
	if err != nil {
		return nil, err
	}
	var skills []skill.Skill
	for _, create := range all {
		one, err := create(l)
		if err != nil {
			return nil, err
		}
		skills = append(skills, one)
	}
	return dialogue.NewSkills(honest, skills...)
}
