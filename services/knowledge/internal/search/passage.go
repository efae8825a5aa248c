package search

import "strings"

// maxPassage in bytes: what is longer is cut to what fits the question.
const maxPassage = 1200

// paragraph is a part of a body between blank lines: where it stands, and its terms.
type paragraph struct {
	from, to int
	terms    map[string]bool
}

func paragraphsOf(l *language, body string) []paragraph {
	var all []paragraph
	for from := 0; from < len(body); {
		to := len(body)
		if length := strings.Index(body[from:], "\n\n"); length >= 0 {
			to = from + length
		}
		if strings.TrimSpace(body[from:to]) != "" {
			all = append(all, paragraph{from, to, set(l.terms(body[from:to]))})
		}
		from = to + len("\n\n")
	}
	return all
}

// passage of the body that fits the question, word for word: all of it when it is short, otherwise the paragraph that has
// most of what is asked, with as many of its neighbours as there is room for.
func (e *entry) passage(q question) string {
	if len(e.paragraphs) == 0 {
		return e.Body
	}
	first, most := 0, -1.0
	for at, p := range e.paragraphs {
		var has float64
		for _, asked := range q.terms {
			_, factor := asked.best(p.terms)
			has += asked.weight * factor
		}
		if has > most {
			first, most = at, has
		}
	}
	last := first
	for {
		switch {
		case last+1 < len(e.paragraphs) && e.paragraphs[last+1].to-e.paragraphs[first].from <= maxPassage:
			last++
		case first > 0 && e.paragraphs[last].to-e.paragraphs[first-1].from <= maxPassage:
			first--
		default:
			return e.Body[e.paragraphs[first].from:e.paragraphs[last].to]
		}
	}
}
