package dialogue

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// ask the skills, one after the other, and say what they did.
func (t *Turns) ask(ctx context.Context, in incoming, said understand.Result, steps []step) ([]skill.Reply, []Step, error) {
	replies := make([]skill.Reply, 0, len(steps))
	done := make([]Step, 0, len(steps))
	for at, s := range steps {
		turn := t.turn(in)
		turn.Said, turn.Intent, turn.Offer, turn.Alone = said, s.intent, s.offer, isAlone(steps, at)
		reply, did, err := t.askOne(ctx, in, s.skill, turn)
		if err != nil {
			return nil, nil, fmt.Errorf("skill %s: %w", s.skill.Name(), err)
		}
		replies, done = append(replies, reply), append(done, did)
	}
	return replies, done, nil
}

// askOne skill, and in its place the one whose offer it would make, or the fallback when it cannot answer.
func (t *Turns) askOne(ctx context.Context, in incoming, asked skill.Skill, turn skill.Turn) (skill.Reply, Step, error) {
	t.Log.DebugContext(ctx, "asking a skill", "message", turn.MessageID, "intent", turn.Intent, "skill", asked.Name())
	heard := &listener{to: skill.Restrict(t.Peers, asked)}
	turn.Peers = heard
	did := Step{Skill: asked.Name(), Intent: turn.Intent}
	reply, err := asked.Answer(ctx, turn)
	if err == nil && reply.Offer != nil && reply.Offer.Skill != asked.Name() {
		reply, err = t.offering(ctx, in, heard, turn, reply)
	}
	if intent := instead(err); intent != nil {
		turn.Intent = *intent
		did.Skill = in.skills.fallback.Name()
		reply, err = in.skills.fallback.Answer(ctx, turn)
	}
	did.Calls = heard.calls
	return reply, did, err
}

// offering asks the skill whose offer another one is about to make.
func (t *Turns) offering(ctx context.Context, in incoming, heard *listener, turn skill.Turn, made skill.Reply) (skill.Reply, error) {
	whose := in.skills.Named(made.Offer.Skill)
	heard.to = skill.Restrict(t.Peers, whose)
	turn.Intent, turn.Offer = skill.Offering, made.Offer
	instead, err := whose.Answer(ctx, turn)
	if errors.Is(err, skill.ErrNotMine) {
		return made, nil
	}
	return instead, err
}

// isAlone says whether nothing is answered beside the step but what leaves it alone.
func isAlone(steps []step, at int) bool {
	for i, other := range steps {
		if i != at && (!other.isAside() || steps[at].isAside()) {
			return false
		}
	}
	return true
}

// instead is what the fallback says in the place of a skill that cannot: nil when it is to be tried again.
func instead(err error) *string {
	unknown, unproven := "", fallback.Unproven
	switch {
	case errors.Is(err, skill.ErrNotMine):
		return &unknown
	case fault.Reason(err) == "ASSURANCE_TOO_LOW":
		return &unproven
	default:
		return nil
	}
}
