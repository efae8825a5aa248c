package bench

import (
	"math/rand/v2"
	"strings"
	"sync"
)

// words makes texts whose words are as unevenly frequent as those of people: the nth most frequent is used 1/n times as
// often as the first (Zipf). The same seed makes the same texts. Safe for concurrent use.
type words struct {
	mu   sync.Mutex
	zipf *rand.Zipf
}

// vocabulary is how many words there are.
const vocabulary = 50_000

func newWords(seed uint64) *words {
	return &words{zipf: rand.NewZipf(rand.New(rand.NewPCG(seed, 0)), 1.07, 2, vocabulary-1)} //nolint:gosec // the same each time
}

func (w *words) article() (title, body string) { return w.text(6), w.text(60) }

// question has few words, and is asked about anything: rare words come as often as in an article.
func (w *words) question() string { return w.text(4) }

func (w *words) text(length int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for i := range length {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(spell(w.zipf.Uint64()))
	}
	return b.String()
}

// spell the nth word of the vocabulary in syllables.
func spell(n uint64) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b strings.Builder
	for n += uint64(len(consonants) * len(vowels)); n > 0; n /= uint64(len(consonants) * len(vowels)) {
		syllable := n % uint64(len(consonants)*len(vowels))
		b.WriteByte(consonants[syllable/uint64(len(vowels))])
		b.WriteByte(vowels[syllable%uint64(len(vowels))])
	}
	return b.String()
}
