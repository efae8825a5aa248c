package article

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fence stands above and below the front matter.
const fence = "---\n"

// Document is an article as a Markdown file has it.
type Document struct {
	Key, Language    string
	Content          Content
	Author, Reviewer string // principals; may be empty
	Hash             string // of the file
}

// frontMatter is the YAML at the top of a file.
type frontMatter struct {
	Key       string   `yaml:"key"`
	Title     string   `yaml:"title"`
	Kind      Kind     `yaml:"kind"`
	Access    Access   `yaml:"access"`
	Tags      []string `yaml:"tags"`
	Author    string   `yaml:"author"`
	Reviewer  string   `yaml:"reviewer"`
	Questions []string `yaml:"questions"`
}

var principals = regexp.MustCompile(`^[a-z]+:[A-Za-z0-9._@-]{1,64}$`)

// ParseDocument reads a Markdown file with front matter. Errors are *InvalidError: a key that the front matter does not know
// is one, lest a misspelt one be overlooked.
func ParseDocument(language, markdown string) (Document, error) {
	tag, err := Language(language)
	if err != nil {
		return Document{}, err
	}
	text := strings.ReplaceAll(strings.TrimPrefix(markdown, "\uFEFF"), "\r\n", "\n")
	rest, ok := strings.CutPrefix(text, fence)
	if !ok {
		return Document{}, invalid("markdown", "it does not begin with front matter between two lines of ---")
	}
	matter, body, ok := strings.Cut(rest, "\n"+fence)
	if !ok {
		return Document{}, invalid("markdown", "its front matter does not end with a line of ---")
	}
	head, err := parseFrontMatter(matter)
	if err != nil {
		return Document{}, err
	}
	sum := sha256.Sum256([]byte(text))
	d := Document{
		Key: head.Key, Language: tag, Author: head.Author, Reviewer: head.Reviewer, Hash: hex.EncodeToString(sum[:]),
		Content: Content{
			Kind: head.Kind, Access: head.Access, Title: strings.TrimSpace(head.Title), Body: strings.TrimSpace(body),
			Questions: head.Questions, Tags: head.Tags,
		},
	}
	return d, d.check()
}

func parseFrontMatter(matter string) (frontMatter, error) {
	var head frontMatter
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(matter)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&head); err != nil && !errors.Is(err, io.EOF) {
		return head, invalid("front matter", "%v", err)
	}
	return head, nil
}

func (d Document) check() error {
	if err := CheckKey(d.Key); err != nil {
		return err
	}
	for _, p := range []struct{ field, value string }{{"author", d.Author}, {"reviewer", d.Reviewer}} {
		if p.value != "" && !principals.MatchString(p.value) {
			return invalid(p.field, "a principal is wanted, as agent:agent-ana")
		}
	}
	if d.Reviewer != "" && (d.Author == "" || d.Author == d.Reviewer) {
		return invalid("reviewer", "%v: an author who is somebody else is wanted", ErrReviewerIsAuthor)
	}
	return d.Content.Check()
}

// Outcome of the import of one document.
type Outcome int

// The outcomes.
const (
	Created Outcome = iota + 1
	Updated
	Unchanged
)

// apply makes the document the newest version of its article, unless it was before. A new article gets the id.
func (d Document) apply(a Article, found bool, newID string, by By) (Article, Outcome) {
	outcome := Updated
	switch {
	case found && a.Imported == d.Hash:
		return a, Unchanged
	case found:
		a = a.update(d.Content, by)
	default:
		outcome = Created
		a = begin(newID, d.Key, d.Language, d.Content, by)
	}
	a.Imported = d.Hash
	if d.Author != "" {
		a.Author = d.Author
	}
	if d.Reviewer == "" {
		return a, outcome
	}
	a.Review = Review{Approved: true, Reviewer: d.Reviewer, Time: by.Time, Reason: fmt.Sprintf("imported by %s", by.Principal)}
	return a.publish(by), outcome
}
