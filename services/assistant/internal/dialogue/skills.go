package dialogue

import (
	"fmt"

	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

// Skills finds the skill that answers an intent.
type Skills struct {
	all      []skill.Skill
	byIntent map[string]skill.Skill
	byName   map[string]skill.Skill
	fallback skill.Skill
}

// NewSkills takes the skills; the fallback answers what no other claims. Two skills of one name, or that claim one intent,
// are an error.
func NewSkills(fallback skill.Skill, others ...skill.Skill) (*Skills, error) {
	s := &Skills{
		all: append(others, fallback), fallback: fallback,
		byIntent: map[string]skill.Skill{}, byName: map[string]skill.Skill{},
	}
	for _, each := range s.all {
		if _, taken := s.byName[each.Name()]; taken {
			return nil, fmt.Errorf("two skills are called %s", each.Name())
		}
		s.byName[each.Name()] = each
		for _, intent := range each.Intents() {
			if other, taken := s.byIntent[intent]; taken {
				return nil, fmt.Errorf("intent %s is claimed by the skills %s and %s", intent, other.Name(), each.Name())
			}
			s.byIntent[intent] = each
		}
	}
	return s, nil
}

// For is the skill for the intent: when none claims it, the one that takes questions.
func (s *Skills) For(intent string) skill.Skill {
	for _, claimed := range []string{intent, skill.Question} {
		if found, ok := s.byIntent[claimed]; ok {
			return found
		}
	}
	return s.fallback
}

// Named is the skill of the name; the fallback when there is none, as after an upgrade that took one away.
func (s *Skills) Named(name string) skill.Skill {
	if found, ok := s.byName[name]; ok {
		return found
	}
	return s.fallback
}

// All lists the skills.
func (s *Skills) All() []skill.Skill { return s.all }
