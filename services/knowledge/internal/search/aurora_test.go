package search

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// aurora is an index of the demo company's articles in a language.
func aurora(t testing.TB, language string) *Index {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../../../deploy/demo/knowledge", language, "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find the articles of the demo company: %d, %v", len(files), err)
	}
	x := newIndex(t, language)
	var articles []Article
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := article.ParseDocument(language, string(raw))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		articles = append(articles, Article{
			ID: d.Key, Key: d.Key, Language: language, Title: d.Content.Title, Body: d.Content.Body,
			Questions: d.Content.Questions, Kind: d.Content.Kind, Access: d.Content.Access,
		})
	}
	if err := x.Put(articles, nil); err != nil {
		t.Fatal(err)
	}
	return x
}

// questions reads testdata/questions.LANGUAGE.txt.
func questions(t testing.TB, file string) []ask {
	t.Helper()
	in, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var asked []ask
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("%s: %q has no key", file, line)
		}
		if key == "none" {
			key = ""
		}
		asked = append(asked, ask{text: text, key: key})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return asked
}
