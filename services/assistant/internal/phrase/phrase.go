// Package phrase is what the assistant says: templates in readable files, one folder of texts per speaker, one file per
// language, so that nobody has to read code to read the words. A Locale says how amounts and days are written in them.
package phrase

import (
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"
)

// Book holds the templates of one speaker in one language.
type Book struct {
	texts map[string]*template.Template
}

// Load reads texts/<language>.yaml, a file of key: template. A template may use these functions: money (of a
// google.type.Money), day ("Thursday, December 3"), date ("December 3") and month ("December") of a google.type.Date. One
// that does not parse is an error that names its key.
func Load(fsys fs.FS, l Locale) (*Book, error) {
	name := "texts/" + l.Language + ".yaml"
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("texts in the language %s: %w", l.Language, err)
	}
	var sources map[string]string
	if err := yaml.Unmarshal(raw, &sources); err != nil {
		return nil, fmt.Errorf("read texts %s: %w", name, err)
	}
	functions := template.FuncMap{"money": l.Money, "day": l.Day, "date": l.Date, "month": l.Month}
	b := &Book{texts: map[string]*template.Template{}}
	for key, source := range sources {
		t, err := template.New(key).Option("missingkey=error").Funcs(functions).Parse(strings.TrimSpace(source))
		if err != nil {
			return nil, fmt.Errorf("text %s of %s: %w", key, name, err)
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
