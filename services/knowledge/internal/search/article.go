package search

import (
	"slices"
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

// entry is an article in an index: its words, by their number.
type entry struct {
	Article

	wordings     []wording
	terms, small []use // in the wordings
	units        int   // of the wordings, as usage counts them
	spelling     *spelling
}

// wording is something that an article says or is asked.
type wording struct {
	// words are its terms, each once and in the order of the alphabet, so that sums are added up in one order however the
	// index came about; then its small words.
	words    []word
	terms    int // how many of the words are terms
	sentence bool
}

// sentenceFactor is how much a likeness to a sentence of the body counts; to a title or a question, 1.
const sentenceFactor = 0.8

func (w wording) factor() float64 {
	if w.sentence {
		return sentenceFactor
	}
	return 1
}

// texts of an article, cut into words.
type texts struct{ title, questions, body []string }

// newEntry of an article, whose words it adds to the vocabulary.
func newEntry(l *language, v *vocabulary, a Article) (*entry, texts) {
	e := &entry{Article: a}
	var spelt [][]uint16
	var all texts
	add := func(text string, to *[]string) {
		words := tokens(text)
		*to = append(*to, words...)
		sentence := to == &all.body
		e.say(v, l, words, sentence)
		if sentence {
			return
		}
		if letters := letters(words); len(letters) > 0 {
			spelt = append(spelt, letters)
		}
	}
	for _, text := range a.Questions {
		add(text, &all.questions)
	}
	if a.Kind != article.Gap { // the title and the body of a gap are for those who write articles
		add(a.Title, &all.title)
		for _, text := range sentences(a.Body) {
			add(text, &all.body)
		}
	}
	e.terms, e.small = usesOf(e.terms), usesOf(e.small)
	e.spelling = newSpelling(spelt)
	e.pack()
	return e, all
}

// pack the words of all wordings one behind the other: a search goes over them in this order.
func (e *entry) pack() {
	size := 0
	for _, w := range e.wordings {
		size += len(w.words)
	}
	all := make([]word, 0, size)
	for at := range e.wordings {
		w := &e.wordings[at]
		from := len(all)
		all = append(all, w.words...)
		w.words = all[from:len(all):len(all)]
	}
	e.wordings = slices.Clip(e.wordings)
}

// say adds a wording. The uses that it adds are still to be taken together.
func (e *entry) say(v *vocabulary, l *language, words []string, sentence bool) {
	terms, small := l.split(words)
	w := wording{sentence: sentence}
	one := use{asked: 1}
	if sentence {
		one = use{body: 1}
	}
	for at, group := range [][]string{terms, small} {
		slices.Sort(group)
		for _, text := range slices.Compact(group) {
			one.word = v.number(text)
			w.words = append(w.words, one.word)
			if at == 0 {
				e.terms = append(e.terms, one)
			} else {
				e.small = append(e.small, one)
			}
		}
		if at == 0 {
			w.terms = len(w.words)
		}
	}
	e.units += one.units()
	e.wordings = append(e.wordings, w)
}

// ends of sentences, and of the items of a list.
var ends = strings.NewReplacer(
	". ", "\x00", ".\n", "\x00", "? ", "\x00", "?\n", "\x00", "; ", "\x00", ": ", "\x00", "\n\n", "\x00", "\n- ", "\x00",
)

func sentences(body string) []string {
	return strings.FieldsFunc(ends.Replace(body), func(r rune) bool { return r == '\x00' })
}
