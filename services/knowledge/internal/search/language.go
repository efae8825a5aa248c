package search

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"go.yaml.in/yaml/v3"
)

//go:embed languages/*.yaml
var languageFiles embed.FS

// stemmers and small words that bleve brings.
var stemmers = map[string]struct {
	filter analysis.TokenFilter
	small  []byte
	repair func(string) string // what a stemmer wants to see of a word whose accents were taken off
}{
	"en": {en.NewEnglishStemmerFilter(), en.EnglishStopWords, keep},
	"es": {es.NewSpanishStemmerFilter(), es.SpanishStopWords, spanishWord},
}

func keep(word string) string { return word }

// spanishWord takes a pronoun off a verb (pásenme, borrarlo) and gives the ending -ación back its accent: the stemmer knows the
// one not at all and the other only so.
func spanishWord(word string) string {
	if verb := pronouns.ReplaceAllString(word, "$1"); len(verb) >= 4 {
		word = verb
	}
	if stem, ok := strings.CutSuffix(word, "acion"); ok {
		return stem + "ación"
	}
	return word
}

var pronouns = regexp.MustCompile(`(r|n|ndo)(me|te|se|nos|(?:me|te|se|nos)?(?:lo|la|le)s?)$`)

// lexicon is a file of languages/.
type lexicon struct {
	// Small words say nothing about what is asked: want, please, know.
	Small []string `yaml:"small"`
	// Light words say little about what is asked, whatever the article: they count less.
	Light []string `yaml:"light"`
	// Same are spellings and names of one thing, separated by commas. The first stands for all, in articles as in questions.
	Same []string `yaml:"same"`
	// Like are words that people use for each other. A question with one also finds the others, a little behind.
	Like []string `yaml:"like"`
}

// language is what is known about the words of one.
type language struct {
	stem    func(string) string
	small   map[string]bool      // words, without accents
	light   map[string]bool      // stems
	phrases map[string]string    // stems of a spelling, separated by spaces, to the term that stands for it
	longest map[string]int       // words of the longest spelling that begins with a stem
	near    map[outline][]string // the spellings
	like    map[string][]string  // terms, in the order of the alphabet
}

// Languages are those that have a file.
type Languages map[string]*language

// LoadLanguages reads languages/*.yaml.
func LoadLanguages() (Languages, error) {
	files, err := fs.Glob(languageFiles, "languages/*.yaml")
	if err != nil {
		return nil, err
	}
	known := Languages{}
	for _, file := range files {
		raw, err := fs.ReadFile(languageFiles, file)
		if err != nil {
			return nil, err
		}
		var words lexicon
		if err := yaml.Unmarshal(raw, &words); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		code := strings.TrimSuffix(path.Base(file), ".yaml")
		if known[code], err = newLanguage(code, words); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return known, nil
}

// of the tag, by its language without script and region. One without a file has its words searched as they are written.
func (l Languages) of(tag string) *language {
	base, _, _ := strings.Cut(tag, "-")
	if known, ok := l[base]; ok {
		return known
	}
	return &language{stem: keep}
}

func newLanguage(code string, words lexicon) (*language, error) {
	l := &language{
		stem: keep, small: map[string]bool{}, light: map[string]bool{}, like: map[string][]string{},
		phrases: map[string]string{}, longest: map[string]int{}, near: map[outline][]string{},
	}
	if s, ok := stemmers[code]; ok {
		l.stem = func(word string) string {
			stream := s.filter.Filter(analysis.TokenStream{{Term: []byte(s.repair(word))}})
			return fold(string(stream[0].Term))
		}
		small := analysis.NewTokenMap()
		if err := small.LoadBytes(s.small); err != nil {
			return nil, err
		}
		for word := range small {
			l.small[fold(word)] = true
		}
	}
	for _, line := range words.Small {
		for _, word := range strings.Fields(line) {
			l.small[fold(word)] = true
		}
	}
	for _, line := range words.Light {
		for _, word := range strings.Fields(line) {
			l.light[l.stem(fold(word))] = true
		}
	}
	for _, line := range words.Same {
		if err := l.addSame(commas(line)); err != nil {
			return nil, err
		}
	}
	for _, line := range words.Like {
		if err := l.addLike(commas(line)); err != nil {
			return nil, err
		}
	}
	for _, like := range l.like {
		slices.Sort(like)
	}
	return l, nil
}

func commas(line string) []string {
	words := strings.Split(line, ",")
	for at := range words {
		words[at] = strings.TrimSpace(words[at])
	}
	return words
}

func (l *language) addSame(spellings []string) error {
	first := tokens(spellings[0])
	if len(first) != 1 {
		return fmt.Errorf("same: %q stands for others and is not one word", spellings[0])
	}
	for _, spelling := range spellings {
		var stems []string
		for _, word := range tokens(spelling) {
			stems = append(stems, l.stem(word))
		}
		if len(stems) == 0 {
			return fmt.Errorf("same: %q has no words", spelling)
		}
		key := strings.Join(stems, " ")
		if other, taken := l.phrases[key]; taken && other != l.stem(first[0]) {
			return fmt.Errorf("same: %q is said of two things", spelling)
		}
		if _, taken := l.phrases[key]; !taken {
			l.near[outlineOf(key)] = append(l.near[outlineOf(key)], key)
		}
		l.phrases[key] = l.stem(first[0])
		l.longest[stems[0]] = max(l.longest[stems[0]], len(stems))
	}
	return nil
}

func (l *language) addLike(words []string) error {
	terms := make([]string, len(words))
	for at, word := range words {
		found := l.terms(word)
		if len(found) != 1 {
			return fmt.Errorf("like: %q is %d terms, not one", word, len(found))
		}
		terms[at] = found[0]
	}
	for at, term := range terms {
		for other, like := range terms {
			if other != at && like != term {
				l.like[term] = append(l.like[term], like)
			}
		}
	}
	return nil
}

// remembering is the language for somebody who reads many texts: it cuts the ending off a word once. It is not for concurrent
// use.
func (l *language) remembering() *language {
	other, stems := *l, map[string]string{}
	other.stem = func(word string) string {
		stem, ok := stems[word]
		if !ok {
			stem = l.stem(word)
			stems[word] = stem
		}
		return stem
	}
	return &other
}

// without is the language in which the word is a small one.
func (l *language) without(word string) *language {
	other := *l
	other.small = maps.Clone(l.small)
	if other.small == nil {
		other.small = map[string]bool{}
	}
	other.small[fold(word)] = true
	return &other
}
