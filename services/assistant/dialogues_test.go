package assistant

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"go.yaml.in/yaml/v3"
)

// script is one dialogue of testdata/dialogues: what is said to the assistant, and what must come of it.
type script struct {
	Name string `yaml:"name"`
	// From is the customer of all lines that do not name one.
	From string `yaml:"from"`
	// Locale that is known of the customer; empty for none.
	Locale string `yaml:"locale"`
	Lines  []cue  `yaml:"lines"`
	// Moved are the calls that move money, over the whole dialogue.
	Moved []string `yaml:"moved"`
	// Kept are the kinds of the open requests that stand in the end.
	Kept []string `yaml:"kept"`
	// Queued are the queues in which a person was waited for, and why.
	Queued []string `yaml:"queued"`
	// Judged is what was said of the answers from articles, by their number.
	Judged []string `yaml:"judged"`
}

// cue is one thing that happens.
type cue struct {
	// Says is what the customer writes.
	Says string `yaml:"says"`
	// Means are the intents that it is taken to have, where that is not for this test to find out.
	Means []string `yaml:"means"`
	By    string   `yaml:"by"`
	// After is how long after the line before.
	After time.Duration `yaml:"after"`
	// Unread has the message wait unanswered until the next one has come in, too.
	Unread    bool `yaml:"unread"`
	Forwarded bool `yaml:"forwarded"`
	Picture   bool `yaml:"picture"`
	// Quotes the nth message of our side, from 1.
	Quotes int `yaml:"quotes"`
	// Told must stand in the answer, ToldNot must not.
	Told    []string `yaml:"told"`
	ToldNot []string `yaml:"told_not"`
	// Colleague is what a person on our side writes; Takes over and gives back are what they do.
	Colleague string `yaml:"colleague"`
	// Desk is what the one agent is from here on: away, busy, free. Ahead are those who wait before.
	Desk  string `yaml:"desk"`
	Ahead int64  `yaml:"ahead"`
	// Handled by: person, assistant.
	Handled string `yaml:"handled"`
	// News is what the assistant tells unasked.
	News string `yaml:"news"`
	// Staff decide the newest case: uphold, reject.
	Staff  string `yaml:"staff"`
	Reason string `yaml:"reason"`
}

func scripts(t *testing.T) []script {
	t.Helper()
	files, err := filepath.Glob("testdata/dialogues/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	var all []script
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := yaml.NewDecoder(f)
		decoder.KnownFields(true)
		var some []script
		if err := decoder.Decode(&some); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

func TestDialogues(t *testing.T) {
	for _, s := range scripts(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.play(s, w.answer)
			w.check(s)
		})
	}
}

// Wherever a turn is cut short, it is run again to the same end: the same calls have moved money, the same was answered,
// once.
func TestDialoguesWithEveryTurnCutShortAfterEachCall(t *testing.T) {
	for _, s := range scripts(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.play(s, func(m *contextv1.Message) error {
				now := w.now
				defer func() { w.now = now }()
				for after := 1; ; after++ {
					w.now = w.now.Add(7 * time.Hour) // it takes a while until it is run again
					w.peers.left = after
					err := w.answer(m)
					cut := w.peers.left == 0
					w.peers.left = -1
					if !cut {
						return err
					}
					if err == nil {
						t.Errorf("a turn that was cut short after call %d succeeded", after)
					}
				}
			})
			w.check(s)
		})
	}
}

var people = map[string]string{"": daniel, "daniel": daniel, "maria": maria, "lucia": lucia, "nobody": nobody}

// play the script, having each message answered.
func (w *world) play(s script, answer func(*contextv1.Message) error) {
	w.t.Helper()
	customer := people[s.From]
	w.locale = s.Locale
	type pending struct {
		cue cue
		m   *contextv1.Message
	}
	var waiting []pending
	for _, line := range s.Lines {
		w.now = w.now.Add(max(line.After, time.Second))
		if line.Desk != "" {
			w.desk.agent, w.desk.ahead = line.Desk, line.Ahead
		}
		switch {
		case line.Colleague != "":
			w.timeline.say(customer, line.Colleague, contextv1.AuthorKind_AUTHOR_KIND_AGENT)
		case line.News != "":
			w.timeline.say(customer, line.News, contextv1.AuthorKind_AUTHOR_KIND_SYSTEM)
		case line.Handled != "":
			w.timeline.epoch++
			w.timeline.handler = contextv1.HandlerKind_HANDLER_KIND_ASSISTANT
			if line.Handled == "person" {
				w.timeline.handler = contextv1.HandlerKind_HANDLER_KIND_PERSON
			} else {
				clear(w.desk.tasks)
			}
		case line.Staff != "":
			w.billing.decide(line.Staff, line.Reason)
		default:
			w.understood.means[line.Says] = line.Means
			waiting = append(waiting, pending{line, w.timeline.hear(customer, cmp.Or(line.By, "whatsapp"), w.content(line))})
			if line.Unread {
				continue
			}
			for _, p := range waiting {
				w.now = w.now.Add(time.Second)
				if err := answer(p.m); err != nil {
					w.t.Fatalf("answering %q: %v", p.cue.Says, err)
				}
				w.told(p.cue, p.m)
			}
			waiting = nil
		}
	}
}

func (w *world) content(line cue) *contextv1.Content {
	c := &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: line.Says, Forwarded: line.Forwarded}
	if line.Picture {
		c.Kind = contextv1.ContentKind_CONTENT_KIND_IMAGE
	}
	if line.Quotes > 0 {
		c.QuotedExternalId = w.ours()[line.Quotes-1].GetExternalId()
	}
	return c
}

func (w *world) ours() (all []*contextv1.Message) {
	for _, m := range w.timeline.messages {
		if m.GetDirection() == contextv1.Direction_DIRECTION_OUTBOUND {
			all = append(all, m)
		}
	}
	return all
}

// told checks the answer to a message.
func (w *world) told(line cue, m *contextv1.Message) {
	w.t.Helper()
	answer := w.timeline.replyTo(m).GetText()
	w.t.Logf("> %s\n< %s", line.Says, answer)
	if len(line.Told) == 0 && answer != "" {
		w.t.Errorf("%q was answered %q, want silence", line.Says, answer)
	}
	for _, want := range line.Told {
		if !strings.Contains(answer, want) {
			w.t.Errorf("%q was answered %q, without %q", line.Says, answer, want)
		}
	}
	for _, not := range line.ToldNot {
		if strings.Contains(answer, not) {
			w.t.Errorf("%q was answered %q, with %q", line.Says, answer, not)
		}
	}
}

// check what came of the dialogue.
func (w *world) check(s script) {
	w.t.Helper()
	var kept []string
	for _, id := range w.timeline.order {
		kept = append(kept, strings.TrimPrefix(w.timeline.requests[id].GetKind().String(), "KIND_"))
	}
	if !slices.Equal(w.billing.moved, s.Moved) {
		w.t.Errorf("moved %q, want %q", w.billing.moved, s.Moved)
	}
	if !slices.Equal(w.desk.queued, s.Queued) {
		w.t.Errorf("queued %q, want %q", w.desk.queued, s.Queued)
	}
	if !slices.Equal(kept, s.Kept) {
		w.t.Errorf("kept %q, want %q", kept, s.Kept)
	}
	if !slices.Equal(w.library.judged, s.Judged) {
		w.t.Errorf("judged %q, want %q", w.library.judged, s.Judged)
	}
	answered := map[string]int{}
	for _, m := range w.ours() {
		answered[m.GetInReplyTo()]++
		if m.GetInReplyTo() != "" && answered[m.GetInReplyTo()] > 1 {
			w.t.Errorf("%s was answered twice", m.GetInReplyTo())
		}
	}
}
