package article

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Limits of an article, in characters and in number.
const (
	maxKey       = 64
	maxTitle     = 200
	maxBody      = 20_000
	maxQuestion  = 300
	maxQuestions = 500
	maxTag       = 50
	maxTags      = 20
)

// InvalidError says what is wrong with a field.
type InvalidError struct{ Field, Problem string }

// Error implements error.
func (e *InvalidError) Error() string { return e.Field + ": " + e.Problem }

func invalid(field, format string, args ...any) error {
	return &InvalidError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

var keys = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// CheckKey says what is wrong with a key.
func CheckKey(key string) error {
	if len(key) > maxKey || !keys.MatchString(key) {
		return invalid("key", "at most %d small letters and digits in groups joined by - are wanted", maxKey)
	}
	return nil
}

// Language is the tag in its canonical form: `es-MX` for `ES_mx`.
func Language(tag string) (string, error) {
	parsed, err := language.Parse(tag)
	if err != nil || parsed.IsRoot() {
		return "", invalid("language", "not a language tag of BCP 47")
	}
	return parsed.String(), nil
}

// Check says what is wrong with the content.
func (c Content) Check() error {
	switch c.Kind {
	case Fact, Rule, Procedure, Gap:
	default:
		return invalid("kind", "fact, rule, procedure or gap is wanted")
	}
	switch c.Access {
	case Public, Internal:
	default:
		return invalid("access", "public or internal is wanted")
	}
	if c.Kind == Gap && c.Access != Internal {
		return invalid("access", "internal is wanted of a gap")
	}
	if err := checkLine("title", c.Title, maxTitle); err != nil {
		return err
	}
	if strings.TrimSpace(c.Body) == "" || utf8.RuneCountInString(c.Body) > maxBody {
		return invalid("body", "1 to %d characters are wanted", maxBody)
	}
	if !utf8.ValidString(c.Body) || strings.ContainsRune(c.Body, 0) {
		return invalid("body", "not text in UTF-8")
	}
	if err := checkLines("questions", c.Questions, maxQuestions, maxQuestion); err != nil {
		return err
	}
	return checkLines("tags", c.Tags, maxTags, maxTag)
}

func checkLines(field string, lines []string, most, longest int) error {
	if len(lines) > most {
		return invalid(field, "at most %d are wanted", most)
	}
	for at, line := range lines {
		if err := checkLine(fmt.Sprintf("%s[%d]", field, at), line, longest); err != nil {
			return err
		}
	}
	return nil
}

func checkLine(field, line string, longest int) error {
	if strings.TrimSpace(line) == "" || utf8.RuneCountInString(line) > longest {
		return invalid(field, "1 to %d characters are wanted", longest)
	}
	if !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl) {
		return invalid(field, "one line of text in UTF-8 is wanted")
	}
	return nil
}
