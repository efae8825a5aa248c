package dialogue

import (
	"slices"
	"strings"

	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

// answer is what becomes of a turn: one text, one offer at most, and what a person has to take up.
type answer struct {
	text     string
	topic    string
	requests []*skill.Request
	offer    *skill.Offer
	// keeps the offer that stood before.
	keeps bool
}

// compose one answer. Courtesies open it, the question comes last, and when two things are asked at once a yes would be to
// both: then no offer stands.
func compose(replies []skill.Reply, stood *Offer, stands standing, language string) answer {
	var a answer
	var first, middle, asking []string
	offers := 0
	for _, r := range replies {
		switch {
		case r.Text == "": // it is left to the others to speak
		case r.First:
			first = append(first, r.Text)
		case r.Offer != nil:
			asking = append(asking, r.Text)
			a.offer = r.Offer
			offers++
		default:
			middle = append(middle, r.Text)
		}
		if r.Topic != "" {
			a.topic = r.Topic
		}
		if r.Request != nil {
			a.requests = append(a.requests, r.Request)
		}
	}
	if offers > 1 {
		a.offer = nil
	}
	a.keeps = len(replies) == 1 && replies[0].KeepsOffer && (stands == waiting && stood.Language == language || stands == taken)
	if a.keeps && stands == waiting && stood.Reminder != "" {
		middle = append(middle, stood.Reminder)
	}
	body := strings.Join(slices.Concat(middle, asking), "\n\n")
	a.text = strings.TrimSpace(strings.Join(append(first, body), " "))
	return a
}
