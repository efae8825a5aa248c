package dialogue

import (
	"slices"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// mostMessages of ours in which one offer is remembered to have been made.
const mostMessages = 8

// after is where the dialogue stands after the answer.
func after(state State, in incoming, a answer, stands standing, steps []step, posted *contextv1.Message) State {
	if a.topic != "" {
		state.Topic = a.topic
	}
	state.Offer = offerAfter(state.Offer, state.Language.Code, in, a, stands, steps, posted)
	state.AnsweredSequence = in.message.GetSequence()
	return state
}

// offerAfter is what a yes to the answer would mean. An offer stands only if the customer was asked in the very words that
// go with it: when a turn that is run again finds other words posted, nothing stands.
func offerAfter(
	stood *Offer, language string, in incoming, a answer, stands standing, steps []step, posted *contextv1.Message,
) *Offer {
	asked := posted != nil && posted.GetText() == a.text
	switch {
	case asked && a.offer != nil:
		made := &Offer{Offer: *a.offer, Language: language}
		if stands == waiting && stood.TakenBy == "" && stood.Same(a.offer) {
			made.MessageIDs = stood.MessageIDs
		}
		return made.saidIn(posted, in)
	case a.offer == nil && stood != nil && stood.TakenBy != "" && (a.keeps || isAbout(stood, steps)):
		kept := *stood
		if posted == nil {
			return &kept
		}
		return kept.saidIn(posted, in)
	case asked && a.keeps:
		kept := *stood
		return kept.saidIn(posted, in)
	default:
		return nil
	}
}

// isAbout says whether the answer was about the offer, so that another yes to one that was taken is known for what it is.
func isAbout(offer *Offer, steps []step) bool {
	return slices.ContainsFunc(steps, func(s step) bool { return s.offer != nil && s.skill.Name() == offer.Skill })
}

// saidIn adds the message to those in which the offer was made.
func (o *Offer) saidIn(m *contextv1.Message, in incoming) *Offer {
	ids := append(slices.Clone(o.MessageIDs), m.GetId())
	o.MessageIDs = ids[max(0, len(ids)-mostMessages):]
	o.Channel, o.Time, o.HandlerEpoch = m.GetChannel(), m.GetCreateTime().AsTime(), in.conversation.GetHandlerEpoch()
	return o
}
