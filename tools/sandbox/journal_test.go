package sandbox

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func readJournal(t *testing.T, dir string) (texts []string, err error) {
	t.Helper()
	j, err := openJournal(dir, func(r record) { texts = append(texts, r.Message.Text) })
	if err != nil {
		return nil, err
	}
	return texts, j.close()
}

func writeJournal(t *testing.T, dir string, texts ...string) {
	t.Helper()
	j, err := openJournal(dir, func(record) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if err := j.append(record{Message: &message{Text: text}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
}

func TestATornLastLineIsCutOff(t *testing.T) {
	dir := t.TempDir()
	writeJournal(t, dir, "one", "two", "three")
	path := filepath.Join(dir, journalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := strings.LastIndex(strings.TrimSpace(string(whole)), "\n") + 1
	for length := last; length < len(whole); length++ {
		if err := os.WriteFile(path, whole[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := readJournal(t, dir); err != nil || strings.Join(got, " ") != "one two" {
			t.Fatalf("torn after %d bytes: %v %v", length, got, err)
		}
		writeJournal(t, dir, "four")
		if got, err := readJournal(t, dir); err != nil || strings.Join(got, " ") != "one two four" {
			t.Fatalf("torn after %d bytes, then written: %v %v", length, got, err)
		}
	}
}

func TestADamagedLineInTheMiddleIsNotPassedOver(t *testing.T) {
	dir := t.TempDir()
	content := `{"message":{"text":"one"}}` + "\n" + `{"message":{"te` + "\n" + `{"message":{"text":"three"}}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, journalFile), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := readJournal(t, dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v %v", got, err)
	}
}

func TestOneFolderHasOneSandbox(t *testing.T) {
	dir := t.TempDir()
	j, err := openJournal(dir, func(record) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readJournal(t, dir); err == nil || !strings.Contains(err.Error(), "another sandbox") {
		t.Errorf("a second one was let in: %v", err)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	if err := j.close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	if err := j.append(record{}); err == nil {
		t.Error("a closed journal took a record")
	}
}

func TestEveryAppendThatReturnedIsThere(t *testing.T) {
	dir := t.TempDir()
	j, err := openJournal(dir, func(record) {})
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 32, 20
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := j.append(record{Message: &message{Text: fmt.Sprint(w, "/", i)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	got, err := readJournal(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, text := range got {
		seen[text] = true
	}
	if len(got) != writers*each || len(seen) != writers*each {
		t.Errorf("%d lines, %d different", len(got), len(seen))
	}
}

func BenchmarkJournal(b *testing.B) {
	j, err := openJournal(b.TempDir(), func(record) {})
	if err != nil {
		b.Fatal(err)
	}
	m := &message{ID: newTwilioSID("SM"), Provider: Twilio, Text: strings.Repeat("x", 160), Raw: strings.Repeat("y", 400)}
	b.SetParallelism(64)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := j.append(record{Message: m}); err != nil {
				b.Error(err)
			}
		}
	})
	if err := j.close(); err != nil {
		b.Fatal(err)
	}
}

func TestWhatCannotBeKeptIsNotAccepted(t *testing.T) {
	s, err := newServer(Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Now: time.Now}, nil, func() {})
	if err != nil {
		t.Fatal(err)
	}
	s.use(demoSetup("http://127.0.0.1:1", 0))
	if err := s.close(); err != nil { // as after a full disk: nothing more is written
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/v23.0/"+waNumber+"/messages", strings.NewReader(whatsAppText(daniel, "x", "")))
	r.Header.Set("Authorization", "Bearer "+waToken)
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "131016") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := s.book.deliveries(""); len(got) != 0 {
		t.Errorf("it is listed: %v", got)
	}
}
