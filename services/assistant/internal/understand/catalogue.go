package understand

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
	"go.yaml.in/yaml/v3"
)

// catalogue is what stands in the files of one language: the intents with their sentences, what is known of the words,
// and how people speak. Its files are *.yaml, an intent each, but for words.yaml and speech.yaml.
type catalogue struct {
	intents  map[string]*intentFile
	examples []example
	lexicon  intent.Lexicon
	// turns, weak, contrary, reported, announces and guards come from speech.yaml. The first words of a turn of several stand in
	// turns, too, as false.
	turns     map[string]bool
	weak      map[string]bool
	contrary  map[string]bool
	reported  *pattern.Pattern
	announces *pattern.Pattern
	guards    []guard
	// folders that were read.
	folders int
	// given up are the intents of InsteadOf.
	givenUp map[string]string
}

// intentFile is one file of an intent.
type intentFile struct {
	Intent      string    `yaml:"intent"`
	Description string    `yaml:"description"`
	Acts        bool      `yaml:"acts"`
	Examples    sentences `yaml:"examples"`
	// InsteadOf are intents of the family none whose examples are given up: what was nobody's is this intent's.
	InsteadOf []string `yaml:"instead_of"`
}

// sentences stand one a line in a block, where a line that begins with # is a comment, or in a list.
type sentences []sentence

type sentence struct {
	text string
	line int
}

// example is a sentence with the place where it stands.
type example struct {
	intent, text, place string
	// folder is 0 for what is shipped, 1 for the tenant's.
	folder int
}

// isNone says whether an intent is of the family of those that are none: `none`, `none.service`.
func isNone(name string) bool { return name == none || strings.HasPrefix(name, none+".") }

// fewestExamples that an intent can be learnt from.
const fewestExamples = 5

var intentName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

// UnmarshalYAML keeps the line of every sentence, so that an error can name it.
func (s *sentences) UnmarshalYAML(node *yaml.Node) error {
	switch {
	case node.Kind == yaml.SequenceNode:
		for _, each := range node.Content {
			if each.Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d: an example is a sentence; put one with a colon or a bracket in quotes", each.Line)
			}
			*s = append(*s, sentence{text: each.Value, line: each.Line})
		}
	case node.Kind == yaml.ScalarNode && node.Style&yaml.LiteralStyle != 0:
		for i, text := range strings.Split(node.Value, "\n") {
			if text = strings.TrimSpace(text); text != "" && !strings.HasPrefix(text, "#") {
				*s = append(*s, sentence{text: text, line: node.Line + 1 + i})
			}
		}
	default:
		return fmt.Errorf("line %d: examples are a list, or a block of one sentence a line that begins with |", node.Line)
	}
	return nil
}

func newCatalogue() *catalogue {
	return &catalogue{intents: map[string]*intentFile{}, turns: map[string]bool{}, weak: map[string]bool{}, contrary: map[string]bool{}, givenUp: map[string]string{}, lexicon: intent.Lexicon{
		Replace: map[string]string{}, Concepts: map[string][]string{},
	}}
}

// add the files of a folder to those already there; title is the folder's name in errors.
func (c *catalogue) add(folder fs.FS, title string) error {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil || len(names) == 0 {
		return errors.Join(fmt.Errorf("intents %s: there is no .yaml file", title), err)
	}
	here := map[string]string{}
	c.folders++
	for _, name := range names {
		place := path.Join(title, name)
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("intents: %w", err)
		}
		switch name {
		case "words.yaml":
			err = c.addWords(raw)
		case "speech.yaml":
			err = c.addSpeech(raw)
		default:
			err = c.addIntent(raw, place, here)
		}
		if err != nil {
			return fmt.Errorf("intents: %s: %w", place, err)
		}
	}
	return nil
}

// decode refuses a key that is not there, naming its line.
func decode(raw []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (c *catalogue) addIntent(raw []byte, place string, here map[string]string) error {
	var f intentFile
	if err := decode(raw, &f); err != nil {
		return err
	}
	known := c.intents[f.Intent]
	switch {
	case !intentName.MatchString(f.Intent):
		return fmt.Errorf("line 1: intent: %q is no name; write one like bill.why", f.Intent)
	case here[f.Intent] != "":
		return fmt.Errorf("line 1: intent: %s stands in %s already", f.Intent, here[f.Intent])
	case known == nil && strings.TrimSpace(f.Description) == "":
		return fmt.Errorf("line 1: description: %s needs one", f.Intent)
	case known == nil && len(f.Examples) < fewestExamples:
		return fmt.Errorf("line 1: examples: %s has %d, and needs %d or more", f.Intent, len(f.Examples), fewestExamples)
	case known != nil && f.Acts != known.Acts && f.Acts:
		return fmt.Errorf("line 1: acts: %s is shipped with Parley, where it does not act", f.Intent)
	}
	here[f.Intent] = place
	for _, s := range f.Examples {
		c.examples = append(c.examples, example{intent: f.Intent, text: s.text, place: fmt.Sprintf("%s:%d", place, s.line), folder: c.folders})
	}
	for _, name := range f.InsteadOf {
		c.givenUp[name] = place
	}
	if known == nil {
		c.intents[f.Intent] = &f
	}
	return nil
}

func (c *catalogue) addWords(raw []byte) error {
	var words struct {
		Replace  map[string]string   `yaml:"replace"`
		Concepts map[string][]string `yaml:"concepts"`
	}
	if err := decode(raw, &words); err != nil {
		return err
	}
	for from, to := range words.Replace {
		c.lexicon.Replace[from] = to
	}
	for name, members := range words.Concepts {
		c.lexicon.Concepts[name] = append(c.lexicon.Concepts[name], members...)
	}
	return nil
}

// check what only shows when all files are read: a sentence cannot want two things. A tenant's intent wins over none.
func (c *catalogue) check() error {
	for _, name := range slices.Sorted(maps.Keys(c.givenUp)) {
		if !isNone(name) || c.intents[name] == nil {
			return fmt.Errorf("intents: %s: instead_of: %q is not one of the intents none.*", c.givenUp[name], name)
		}
	}
	c.examples = slices.DeleteFunc(c.examples, func(e example) bool { return c.givenUp[e.intent] != "" })
	wanted := map[string]example{}
	for _, e := range c.examples {
		key := strings.Join(words(e.text), " ")
		other, ok := wanted[key]
		switch {
		case key == "" || !ok || isNone(other.intent) && e.folder > other.folder:
		case isNone(e.intent) && isNone(other.intent):
		case e.intent != other.intent:
			return fmt.Errorf("intents: %s: %q is an example of %s here and of %s in %s", e.place, e.text, e.intent, other.intent, other.place)
		}
		wanted[key] = e
	}
	c.examples = slices.DeleteFunc(c.examples, func(e example) bool {
		winner, ok := wanted[strings.Join(words(e.text), " ")]
		return ok && isNone(e.intent) && !isNone(winner.intent)
	})
	return nil
}

func (c *catalogue) acting() []string {
	var names []string
	for name, f := range c.intents {
		if f.Acts {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
