package dialogue

import (
	"slices"
	"strings"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// Intents that mean nothing by themselves, but only as an answer.
const (
	agree  = "agree"
	refuse = "refuse"
)

// Intents of courtesies. They are answered beside anything else.
const (
	greeting = "greeting"
	thanks   = "thanks"
)

// step is one skill and what it is to answer.
type step struct {
	skill  skill.Skill
	intent string
	offer  *skill.Offer
}

// isAside says whether the step leaves others alone: a courtesy, or what is said to whether an answer helped.
func (s step) isAside() bool {
	return s.intent == greeting || s.intent == thanks || s.offer != nil && s.takesQuestions()
}

// leadsOn says whether what follows the step is what the message is about.
func (s step) leadsOn() bool {
	return s.intent == greeting || s.intent == skill.Refused && s.takesQuestions()
}

func (s step) takesQuestions() bool { return slices.Contains(s.skill.Intents(), skill.Question) }

// plan says who answers. What is done on an offer comes first, then each wish in the order of the text, and what is asked
// beside them; a skill is asked once. A message that somebody else wrote, and was forwarded, has no wish of the customer in it.
func (t *Turns) plan(in incoming, said understand.Result, offer *Offer, stands standing, last *contextv1.Message) []step {
	if in.message.GetContent().GetForwarded() {
		return []step{{skill: in.skills.fallback, intent: fallback.Forwarded}}
	}
	if in.asksForLanguage {
		return []step{in.skills.inAnotherLanguage(offer, stands)}
	}
	p := planner{skills: in.skills}
	for _, w := range said.Wishes {
		p.wishes = append(p.wishes, w.Intent)
	}
	if offer != nil {
		p.answerOffer(&offer.Offer, stands)
	}
	bare := p.take(agree) || p.take(refuse)
	p.take(refuse)
	for _, wish := range p.wishes {
		p.add(step{skill: p.skills.For(wish), intent: wish})
	}
	if p.asksMore(said, bare) {
		p.add(step{skill: p.skills.For(skill.Question), intent: skill.Question})
	}
	switch {
	case len(p.steps) > 0:
	case last.GetAuthor() == contextv1.AuthorKind_AUTHOR_KIND_AGENT:
		p.add(step{skill: p.skills.fallback, intent: fallback.ToColleague})
	default:
		p.add(step{skill: p.skills.fallback, intent: fallback.ToNothing})
	}
	return p.steps
}

type planner struct {
	skills *Skills
	wishes []string
	steps  []step
}

// answerOffer finds out what the message says to the offer, and takes that out of the wishes.
func (p *planner) answerOffer(offer *skill.Offer, stands standing) {
	intent := ""
	switch stands {
	case nothing:
	case takenNow:
		intent = skill.Agreed
		p.takeYes(offer)
		p.take(refuse)
	case waiting, expired:
		intent = p.answer(offer, stands)
	case taken:
		if p.take(agree) {
			intent = skill.AgreedAgain
		} else if p.take(refuse) {
			intent = skill.RefusedAfter
		}
	}
	if intent != "" {
		p.add(step{skill: p.skills.Named(offer.Skill), intent: intent, offer: offer})
	}
}

// answer is yes, no, both, or neither.
func (p *planner) answer(offer *skill.Offer, stands standing) string {
	yes, no := p.takeYes(offer), p.take(refuse)
	switch {
	case yes && (no || stands == expired):
		return skill.Unsure
	case yes:
		return skill.Agreed
	case no:
		return skill.Refused
	case offer.Open && len(p.wishes) == 0 && stands == waiting:
		return skill.Answered
	default:
		return ""
	}
}

func (p *planner) takeYes(offer *skill.Offer) bool {
	yes := p.take(agree)
	for _, intent := range offer.YesBy {
		yes = p.take(intent) || yes
	}
	return yes
}

// take a wish out, if it is there.
func (p *planner) take(wish string) bool {
	at := slices.Index(p.wishes, wish)
	if at >= 0 {
		p.wishes = slices.Delete(p.wishes, at, at+1)
	}
	return at >= 0
}

// asksMore says whether a question is left for the skill that takes them: the whole message when nothing of it is answered,
// otherwise what is asked beside the rest. What follows a greeting, or the no to an answer, is what the message is about.
func (p *planner) asksMore(said understand.Result, bare bool) bool {
	isQuestion := func(part string) bool { return strings.HasSuffix(part, "?") }
	switch {
	case slices.ContainsFunc(p.steps, func(s step) bool { return s.intent == skill.Answered }):
		return false
	case slices.ContainsFunc(said.Rest, isQuestion):
		return true
	case len(p.steps) == 0:
		return !bare
	default:
		return len(p.steps) == 1 && p.steps[0].leadsOn() && len(said.Rest) > 0
	}
}

// add a step, unless its skill is asked already; a question is another matter than what was said to an offer.
func (p *planner) add(s step) {
	asked := slices.ContainsFunc(p.steps, func(other step) bool { return other.skill.Name() == s.skill.Name() })
	if !asked || s.intent == skill.Question {
		p.steps = append(p.steps, s)
	}
}
