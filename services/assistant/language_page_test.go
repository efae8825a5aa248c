package assistant

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/tongue"
)

const languagePage = "../../docs/adding-a-language.md"

var (
	copies = regexp.MustCompile(`(?m)^    cp -r (\S+) (\S+)$`)
	writes = regexp.MustCompile("(?s)Write\\s`([^`]+)`:\n\n```yaml\n(.*?)```")
)

// follow the page word for word in a folder that is thrown away: what it copies, and what it writes.
func follow(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(languagePage)
	if err != nil {
		t.Fatal(err)
	}
	page, dir := string(raw), t.TempDir()
	copied, written := copies.FindStringSubmatch(page), writes.FindAllStringSubmatch(page, -1)
	if copied == nil || len(written) != 4 {
		t.Fatalf("the page copies %q and writes %d files, want 4", copied, len(written))
	}
	if err := os.CopyFS(filepath.Join(dir, copied[2]), os.DirFS(filepath.Join("../..", copied[1]))); err != nil {
		t.Fatal(err)
	}
	for _, file := range written {
		if err := os.WriteFile(filepath.Join(dir, file[1]), []byte(file[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "my/languages")
}

func TestALanguageIsAddedAsThePageTells(t *testing.T) {
	cfg := Default()
	cfg.Languages = follow(t)
	voices, err := cfg.voices()
	if err != nil {
		t.Fatal(err)
	}
	interpreter, err := voices.interpreter("")
	if err != nil {
		t.Fatal(err)
	}
	if got := interpreter.Understand(tongue.Fact{}, "oi, tudo bem?"); got.Intent != "greeting" {
		t.Errorf("oi, tudo bem? is heard as %q", got.Intent)
	}
	w := newWorldWith(t, voices, interpreter)
	w.locale = "pt-BR"
	for _, line := range []cue{
		{Says: "bom dia", Told: []string{"Olá! Sou um assistente automático."}},
		{Says: "em português por favor", Told: []string{"What can I do for you?"}}, // not translated yet
		{Says: "oi, tudo bem?", Told: []string{"Olá!"}},
	} {
		m := w.timeline.hear(daniel, "sms", words(line.Says))
		if err := w.answer(m); err != nil {
			t.Fatal(err)
		}
		w.told(line, m)
	}
}

func TestALanguageThatLacksSomethingDoesNotStart(t *testing.T) {
	cfg := Default()
	cfg.Languages = follow(t)
	for _, name := range []string{"pt/texts/bill.yaml", "pt/intents/refuse.yaml", "pt/reading.yaml"} {
		if err := os.Remove(filepath.Join(cfg.Languages, name)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := NewUnderstander(cfg)
	if err == nil {
		t.Fatal("it started")
	}
	for _, want := range []string{"texts/bill.yaml", "intents/refuse.yaml", "reading.yaml"} {
		if !strings.Contains(err.Error(), want+": the file") {
			t.Errorf("%v: does not list %s", err, want)
		}
	}
}
