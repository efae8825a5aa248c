package understand

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// Config says what to learn from.
type Config struct {
	Language *languages.Language
	// Folder of the tenant, with a folder of intents for each language; empty for none.
	Folder string
}

// Understander understands one language. It is safe for concurrent use.
type Understander struct {
	*catalogue
	model   *intent.Model
	reading *entity.Reading
}

// New reads the examples and learns from them, which takes about a second; several when no
// calibration of them was kept. A file that is wrong is an error that names
// the file, the line and what is wrong.
func New(cfg Config) (*Understander, error) {
	c, err := read(cfg)
	if err != nil {
		return nil, err
	}
	kept, err := cfg.Language.Calibration()
	if err != nil {
		return nil, err
	}
	model, err := c.learn(kept)
	if err != nil {
		return nil, fmt.Errorf("learn the intents in %s: %w", cfg.Language.Name, err)
	}
	phrases, err := cfg.Language.Reading()
	if err != nil {
		return nil, err
	}
	reading, err := entity.NewReading(phrases)
	if err != nil {
		return nil, fmt.Errorf("language %s: reading.yaml: %w", cfg.Language.Name, err)
	}
	return &Understander{catalogue: c, model: model, reading: reading}, nil
}

func (c *catalogue) learn(kept *intent.Calibration) (*intent.Model, error) {
	examples := make([]intent.Example, len(c.examples))
	for i, e := range c.examples {
		examples[i] = intent.Example{Text: e.text, Intent: e.intent}
		if isNone(e.intent) {
			examples[i].Intent = none
		}
	}
	return intent.Train(examples, intent.Options{
		None: []string{none}, Certain: c.acting(), Eager: eager, Lexicon: c.lexicon, Calibration: kept,
	})
}

// none is the intent whose examples, with those of its family, are none of the others.
const none = "none"

// eager is what serves strangers best: of a new author's messages, one in five is none of the intents.
const eager = 3

func read(cfg Config) (*catalogue, error) {
	c := newCatalogue()
	files, title, err := cfg.Language.Intents()
	if err != nil {
		return nil, err
	}
	if err := c.add(files, title); err != nil {
		return nil, err
	}
	own := filepath.Join(cfg.Folder, cfg.Language.Code)
	if _, err := os.Stat(own); cfg.Folder != "" && !errors.Is(err, fs.ErrNotExist) {
		if err := c.add(os.DirFS(own), own); err != nil {
			return nil, err
		}
	}
	return c, c.check()
}

// Intents that can be recognised, sorted.
func (u *Understander) Intents() []string { return u.model.Intents() }

// Understand says what the text wants.
func (u *Understander) Understand(text string) Result {
	if len(text) > maxText {
		text = text[:maxText]
	}
	said, own, quoted := u.separate(text)
	clauses := u.clausesOf(said)
	whole := u.whole(said, clauses)
	result := u.decide(said, u.wishes(said, clauses, whole), whole)
	if result.Intent == "" {
		result.Score = whole.heard.Score
		result.Evidence = whole.heard.Evidence
	}
	result.Alternatives = slices.DeleteFunc(whole.heard.Alternatives, func(a intent.Alternative) bool { return result.Wants(a.Intent) })
	result.Quoted = quoted
	result.Own = own
	result.Entities = u.reading.Find(own)
	result.reading = u.reading
	return result
}

// maxText bounds a message, in bytes; what is longer is read so far.
const maxText = 16 << 10

// Frequency of a word, as Words of package intent gives it, in what customers say in the language.
func (u *Understander) Frequency(word string) float64 { return u.model.Frequency(word) }
