package search

import (
	"maps"
	"strings"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// Article is what is found: one published version.
type Article struct {
	ID        string
	Version   int
	Key       string
	Language  string
	Title     string
	Body      string
	Questions []string
	Kind      article.Kind
	Access    article.Access
}

// Result is an article that may answer a question.
type Result struct {
	Article Article
	// Passage is the part of the body that fits the question, word for word.
	Passage string
	// Score orders the results of one search.
	Score float64
	// Confidence from 0 to 1 that it answers.
	Confidence float64
	// Answers says whether the confidence is enough. Only the first result's can be.
	Answers bool
}

// entry is an article in an index: its terms, beside the words.
type entry struct {
	Article

	wordings []wording
	usage    usage
	asked    map[string]bool // terms of the title and the questions
	body     map[string]bool
}

// wording is something that an article says or is asked.
type wording struct {
	terms, small map[string]bool
	order        []string // of the terms, so that sums are added up in one
	letters      []uint32 // nil of a sentence of the body
	factor       float64  // how much a likeness to it counts
}

// sentenceFactor of the sentences of a body; a title and a question have 1.
const sentenceFactor = 0.8

func newEntry(l *language, a Article) *entry {
	e := &entry{Article: a, asked: map[string]bool{}, body: map[string]bool{}}
	add := func(text string, factor float64, to map[string]bool) {
		terms, small := l.split(text)
		w := wording{terms: set(terms), small: set(small), factor: factor}
		if factor == 1 {
			w.letters = letters(tokens(text))
		}
		w.order = sortedKeys(w.terms)
		maps.Copy(to, w.terms)
		e.wordings = append(e.wordings, w)
	}
	for _, text := range a.Questions {
		add(text, 1, e.asked)
	}
	if a.Kind == article.Gap {
		return e // its title and its body are for those who write articles
	}
	add(a.Title, 1, e.asked)
	for _, text := range sentences(a.Body) {
		add(text, sentenceFactor, e.body)
	}
	e.usage = newUsage()
	e.usage.add(e.wordings, 1)
	return e
}

// ends of sentences, and of the items of a list.
var ends = strings.NewReplacer(
	". ", "\x00", ".\n", "\x00", "? ", "\x00", "?\n", "\x00", "; ", "\x00", ": ", "\x00", "\n\n", "\x00", "\n- ", "\x00",
)

func sentences(body string) []string {
	return strings.FieldsFunc(ends.Replace(body), func(r rune) bool { return r == '\x00' })
}

// vocabulary of the article: each of its terms once.
func (e *entry) vocabulary() map[string]bool {
	all := maps.Clone(e.asked)
	maps.Copy(all, e.body)
	return all
}

func set(terms []string) map[string]bool {
	s := make(map[string]bool, len(terms))
	for _, term := range terms {
		s[term] = true
	}
	return s
}
