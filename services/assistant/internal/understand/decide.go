package understand

import (
	"slices"
	"strings"
)

// Intents that have a part of their own in a talk. What all others mean is for the skills to know.
const (
	agree        = "agree"
	refuse       = "refuse"
	greeting     = "greeting"
	thanks       = "thanks"
	disputeOpen  = "dispute.open"
	disputeClose = "dispute.withdraw"
)

// decide makes wishes of what was heard: held back where somebody only speaks of it, one for each intent, and says which
// of them matters most. What the message as a whole is heard as leads; its parts add what else it wants.
func (u *Understander) decide(said string, heard []segment, whole segment) Result {
	var r Result
	for i, s := range heard {
		if s.heard.Intent != whole.heard.Intent && s.heard.Score < besides {
			continue
		}
		if s.heard.Intent == agree && !u.isMeant(heard, i, whole) {
			r.hold(s.wish(), "on the way to something else", s.text)
			continue
		}
		u.admit(said, s, &r)
	}
	if name := whole.heard.Intent; name != "" && !r.Wants(name) && !r.holds(name) {
		u.admit(said, whole, &r)
	}
	leading := whole.heard.Intent
	if leading == disputeOpen && r.Wants(disputeOpen) && !r.Wants(agree) {
		if yes, ok := u.yesBefore(said); ok {
			r.Wishes = slices.Insert(r.Wishes, 0, yes)
		}
	}
	if leading == disputeOpen && r.Wants(agree) {
		leading = agree
	}
	r.settle(leading)
	r.choose(leading)
	return r
}

// yesBefore is the yes that a message begins with: "Yes, I'd like to dispute that". An "ok" may only begin a sentence.
func (u *Understander) yesBefore(said string) (Wish, bool) {
	word, start, _ := nextWord(said, 0, len(said))
	if start > 0 || u.onlyWeak(word) || len(strings.Fields(u.model.Read(word))) != 1 { // "I'd" is two
		return Wish{}, false
	}
	yes := segment{text: word, sentence: word, heard: u.model.Classify(word)}
	held, _ := u.guarded(agree, yes)
	return yes.wish(), yes.heard.Intent == agree && held == nil
}

func (s segment) wish() Wish {
	return Wish{Intent: s.heard.Intent, Score: s.heard.Score, Text: s.text, Evidence: s.heard.Evidence}
}

// admit a wish that no guard holds back. Of several clauses together one may be held back and another not: "my son swears he
// did not order it, so please take it off".
func (u *Understander) admit(said string, s segment, r *Result) {
	w := s.wish()
	g, because := u.guarded(w.Intent, s)
	switch {
	case w.Intent == "":
		r.Rest = append(r.Rest, w.Text)
	case g == nil:
		r.include(w)
	case len(s.clauses) > 1 && g.Instead == "":
		for i := range s.clauses {
			if alone := u.segment(said, s.clauses[i:i+1]); alone.heard.Intent == w.Intent {
				u.admit(said, alone, r)
			}
		}
	default:
		r.hold(w, g.Name, because)
		if g.Instead != "" {
			r.include(Wish{Intent: g.Instead, Score: w.Score, Text: w.Text, Evidence: []string{because}})
		}
	}
}

// isMeant says whether an agreement is one: it stands first or last, is not taken back by a "but", and is more than the
// "ok" with which people begin a question. "Sure, dispute it" is one.
func (u *Understander) isMeant(heard []segment, i int, whole segment) bool {
	if i+1 < len(heard) && u.contrary[first(heard[i+1].text)] {
		return false
	}
	if whole.heard.Intent == agree {
		return true
	}
	before, after := 0, 0
	for k, s := range heard {
		switch {
		case isCourtesy(s.heard.Intent) || s.heard.Intent == agree || s.heard.Intent == disputeOpen:
		case k < i:
			before++
		default:
			after++
		}
	}
	if before > 0 && after > 0 {
		return false
	}
	return after == 0 || !u.onlyWeak(heard[i].text)
}

func (u *Understander) onlyWeak(text string) bool {
	for _, word := range words(text) {
		if !u.weak[word] {
			return false
		}
	}
	return true
}

// besides is how sure a part has to be heard to want something other than the message as a whole.
const besides = 0.8

func isCourtesy(intent string) bool { return intent == greeting || intent == thanks }

func first(text string) string {
	if all := words(text); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (r *Result) hold(w Wish, guard, because string) {
	r.Held = append(r.Held, Held{Intent: w.Intent, Guard: guard, Words: because})
}

func (r *Result) holds(intent string) bool {
	return slices.ContainsFunc(r.Held, func(h Held) bool { return h.Intent == intent })
}

// include a wish; of two of one intent the surer counts, at the place of the first.
func (r *Result) include(w Wish) {
	at := slices.IndexFunc(r.Wishes, func(other Wish) bool { return other.Intent == w.Intent })
	switch {
	case at < 0:
		r.Wishes = append(r.Wishes, w)
	case w.Score > r.Wishes[at].Score:
		r.Wishes[at] = w
	}
}

// settle what contradicts itself in favour of doing nothing. A bare "no" before a denial only strengthens it, "no, I never
// ordered that", and so does a "no way" in a message that is a denial as a whole.
func (r *Result) settle(leading string) {
	if no, ok := r.wish(refuse); ok && r.Wants(disputeOpen) {
		if isBare(no.Text) || leading == disputeOpen {
			r.drop(refuse)
		} else {
			r.holdBack(disputeOpen, "refused in the same message", no.Text)
		}
	}
	if no, ok := r.wish(refuse); ok && r.Wants(agree) {
		r.holdBack(agree, "refused in the same message", no.Text)
	}
	if back, ok := r.wish(disputeClose); ok && r.Wants(disputeOpen) {
		r.holdBack(disputeOpen, "withdrawn in the same message", back.Text)
	}
}

// isBare says whether the text is one word, said once or more.
func isBare(text string) bool {
	all := words(text)
	slices.Sort(all)
	return len(slices.Compact(all)) <= 1
}

func (r *Result) wish(intent string) (Wish, bool) {
	for _, w := range r.Wishes {
		if w.Intent == intent {
			return w, true
		}
	}
	return Wish{}, false
}

func (r *Result) drop(intent string) {
	r.Wishes = slices.DeleteFunc(r.Wishes, func(w Wish) bool { return w.Intent == intent })
}

func (r *Result) holdBack(intent, guard, because string) {
	w, _ := r.wish(intent)
	r.hold(w, guard, because)
	r.drop(intent)
}

// choose the wish that matters most: what asks to act before what asks to know, that before the "no" that leads to it, and
// courtesies last; among equals the first.
func (r *Result) choose(whole string) {
	var chosen *Wish
	rank := func(w *Wish) int {
		switch w.Intent {
		case greeting:
			return 1
		case thanks:
			return 2
		case refuse:
			return 3
		case agree, disputeOpen, disputeClose:
			return 6
		case whole:
			return 5
		default:
			return 4
		}
	}
	for i := range r.Wishes {
		if w := &r.Wishes[i]; chosen == nil || rank(w) > rank(chosen) {
			chosen = w
		}
	}
	if chosen != nil {
		r.Intent, r.Score, r.Evidence = chosen.Intent, chosen.Score, slices.Clone(chosen.Evidence)
	}
}

// trimLeading takes away the signs between two clauses.
func trimLeading(text string) string { return strings.TrimLeft(text, ",:;-–— ()") }
