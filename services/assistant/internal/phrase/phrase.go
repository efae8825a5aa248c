// Package phrase is what the assistant says: the templates that stand in the folder of each language, a file for each
// speaker, so that nobody has to read code to read the words. A Locale says how amounts and days are written in them.
package phrase

import (
	"fmt"
	"strings"
	"text/template"
)

// Book holds the templates of one speaker in one language.
type Book struct {
	texts map[string]*template.Template
}

// Book of a speaker, from texts/<speaker>.yaml of the language, a file of key: template.
func (l Locale) Book(speaker string) (*Book, error) {
	texts, err := l.language.Texts(speaker)
	if err != nil {
		return nil, err
	}
	b, err := NewBook(texts, l)
	if err != nil {
		return nil, fmt.Errorf("texts of %s in %s: %w", speaker, l.language.Name, err)
	}
	return b, nil
}

// NewBook of templates by their keys. A template may use these functions: money (of a google.type.Money), day ("Thursday,
// December 3"), date ("December 3") and month ("December") of a google.type.Date, and {{template "key" .}} for another of the
// texts. One that does not parse is an error that names its key.
func NewBook(texts map[string]string, l Locale) (*Book, error) {
	functions := template.FuncMap{"money": l.Money, "day": l.Day, "date": l.Date, "month": l.Month}
	b := &Book{texts: map[string]*template.Template{}}
	all := template.New("").Option("missingkey=error").Funcs(functions)
	for key, source := range texts {
		t, err := all.New(key).Parse(strings.TrimSpace(source))
		if err != nil {
			return nil, fmt.Errorf("text %s: %w", key, err)
		}
		b.texts[key] = t
	}
	return b, nil
}

// Say fills the template of the key.
func (b *Book) Say(key string, data any) (string, error) {
	t, ok := b.texts[key]
	if !ok {
		return "", fmt.Errorf("no text %q", key)
	}
	var out strings.Builder
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("text %s: %w", key, err)
	}
	return tidy(out.String()), nil
}

// tidy takes out the white space that a template leaves where it said nothing.
func tidy(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
