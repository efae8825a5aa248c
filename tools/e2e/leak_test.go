package e2e_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
)

// told are words, names, numbers and secrets of the story; none may stand in clear anywhere that Parley writes.
var told = []string{
	"Why is my bill", "so high this month", "usual for me", "quetzal-feather", "kestrel-lantern", "marlin-compass", // what the customer says
	"Your usual amount", "ay-per-view", "dispute that charge", // what Parley says
	"Daniel", "Reyes", "reyes.example", "Somebody", // names
	"2125550101", "2125550177", // numbers
	danielReference, signature(siteSecret, danielReference), // who is signed in
	whatsappSecret, twilioToken, siteSecret, "demo-whatsapp-verify", "demo-api-key", "demo-key-not-for-real", // secrets
}

func TestNoWordStandsInClear(t *testing.T) {
	t.Parallel()
	traces := newTraceReceiver(t)
	u := startWith(t, traces.env(), "--log-level", "DEBUG")
	// Meta's ids are base64 of, among other things, the number.
	id := "wamid." + base64.StdEncoding.EncodeToString([]byte("\x00\x0b12125550101\x15\x02\x00\x12\x18\x14"))
	u.postWhatsApp(whatsappSecret, whatsappText(id, danielWA, whyHigh))
	u.reply(daniel, 1)
	u.postTwilio(twilioToken, twilioText("SMleak1", daniel, howUsual))
	u.reply(daniel, 2)
	u.postTwilio(twilioToken, twilioText("SMleak2", "+12125550177", "where is my quetzal-feather"))
	u.reply("+12125550177", 1)
	u.mustBring(vouched + mail("leak1", "About my kestrel-lantern", "my kestrel-lantern is broken"))
	u.reply(danielMail, 1)
	u.mustBring("Subject: the kestrel-lantern\r\n\r\nof nobody") // a dead letter
	p := u.visit("").listen()
	p.say("1", "where is my marlin-compass")
	p.line(2)
	p.signIn(danielReference)
	p.listen().say("2", "my marlin-compass is broken")
	p.line(4)
	if _, err := startSession(u, &webchatv1.StartSessionRequest{CustomerReference: danielReference, Signature: "marlin-compass"}); err == nil {
		t.Error("a word is a signature")
	}
	u.postWhatsApp("a wrong secret", whatsappText("wamid.forged", danielWA, whyHigh))
	u.postWhatsApp(whatsappSecret, `{"object": "quetzal-feather`)
	u.callWith("demo-api-key-but-wrong", "parley.identity.v1.IdentityService/ResolveCustomer", map[string]any{}, nil)
	words := append(slices.Clone(told), id[6:], p.session, p.resume)
	metrics := get(t, "http://"+u.api+"/metrics")

	searchFolder(t, u.data(), words) // while it runs: the write-ahead logs are full
	u.stop()
	searchFolder(t, u.data(), words)
	logged, err := os.ReadFile(u.log())
	if err != nil {
		t.Fatal(err)
	}
	// The greeting tells people what to try; what stands around it is the log.
	before, greeting, greeted := bytes.Cut(logged, []byte("Parley is up"))
	_, after, ended := bytes.Cut(greeting, []byte("Ctrl-C stops it."))
	if !greeted || !ended {
		t.Error("the greeting was not found in the output")
	}
	search(t, "the log", before, words)
	search(t, "the log", after, words)
	search(t, "/metrics", metrics, words)
	search(t, "the traces", traces.received(), words)
	if len(traces.received()) == 0 {
		t.Error("no trace was received: nothing was searched")
	}
}

func searchFolder(t *testing.T, dir string, words []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		here := words
		if strings.HasPrefix(entry.Name(), "knowledge.db") {
			here = notIn(t, "../../deploy/demo/knowledge/en", words)
		}
		search(t, path, content, here)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 5 {
		t.Errorf("only %d files were searched in %s", files, dir)
	}
}

// notIn leaves out the words of the company's own articles, which are for everybody to read.
func notIn(t *testing.T, folder string, words []string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles in %s: %v", folder, err)
	}
	var articles strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		articles.Write(text)
	}
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(articles.String(), w) })
}

func search(t *testing.T, where string, content []byte, words []string) {
	t.Helper()
	for _, word := range words {
		if at := bytes.Index(content, []byte(word)); at >= 0 {
			t.Errorf("%s has %q in clear: ...%q...", where, word, content[max(0, at-40):min(len(content), at+60)])
		}
	}
}

func get(t testing.TB, url string) []byte {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
