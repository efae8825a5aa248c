package intent_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent"
)

func train(t testing.TB, o intent.Options) *intent.Model {
	t.Helper()
	var examples []intent.Example
	for _, what := range []string{"pizza", "soup", "salad", "pasta"} {
		for _, frame := range []string{"i want to eat %s", "bring me the %s please", "order a %s for me", "may I have %s?", "one %s, quickly"} {
			examples = append(examples, intent.Example{Text: fmt.Sprintf(frame, what), Intent: "order"})
		}
		for _, frame := range []string{"how long until the %s comes", "where is my %s", "is the %s on its way?", "still waiting for the %s"} {
			examples = append(examples, intent.Example{Text: fmt.Sprintf(frame, what), Intent: "where"})
		}
	}
	for _, chatter := range []string{
		"nice weather today", "who won the match", "tell me a joke", "what is your name", "my cat is asleep",
		"the sky over London", "do you like music", "seven times eight", "a film with trains", "good books this year",
	} {
		examples = append(examples, intent.Example{Text: chatter, Intent: "none"})
	}
	model, err := intent.Train(examples, o)
	if err != nil {
		t.Fatal(err)
	}
	return model
}

func TestClassify(t *testing.T) {
	model := train(t, intent.Options{Lexicon: intent.Lexicon{
		Replace:  map[string]string{"gimme": "bring me", "wheres": "where is", "where 's": "where is"},
		Concepts: map[string][]string{"dish": {"pizza", "soup", "burger", "fish and chips"}},
	}})
	for name, c := range map[string]struct{ text, want string }{
		"as taught":                             {"bring me the soup please", "order"},
		"another order of the words":            {"the pasta, bring it to me", "order"},
		"capitals and signs":                    {"WHERE IS MY PIZZA???", "where"},
		"typos":                                 {"sitll witing for the piza", "where"},
		"letters drawn out":                     {"wheeeere is my pizzaaaa", "where"},
		"a spelling that the lexicon knows":     {"gimme pasta", "order"},
		"a contraction with a curly apostrophe": {"where’s my salad", "where"},
		"full-width letters":                    {"ｗｈｅｒｅ ｉｓ ｍｙ ｓｏｕｐ", "where"},
		"a word that only the lexicon knows":    {"order fish and chips for me please", "order"},
		"chatter":                               {"what is the weather like over London", ""},
		"nothing":                               {"", ""},
		"signs alone":                           {"... --- ...", ""},
		"words that nobody taught":              {"zxcv qwrt", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := model.Classify(c.text)
			if got.Intent != c.want {
				t.Errorf("Classify(%q) = %q (%.2f) for %q, want %q", c.text, got.Intent, got.Score, got.Evidence, c.want)
			}
			if got.Score < 0 || got.Score > 1 {
				t.Errorf("score %v is not between 0 and 1", got.Score)
			}
		})
	}
}

func TestEvidenceIsOfTheTextAndSaysWhatDecided(t *testing.T) {
	text := "please, WHERE is my pizza?"
	got := train(t, intent.Options{}).Classify(text)
	if got.Intent != "where" || len(got.Evidence) == 0 || !strings.Contains(got.Evidence[0], "WHERE") {
		t.Errorf("Classify = %+v, want where because of WHERE", got)
	}
	for _, words := range got.Evidence {
		if !strings.Contains(text, words) {
			t.Errorf("%q does not stand in the text", words)
		}
	}
}

func TestTheSameExamplesGiveTheSameModel(t *testing.T) {
	one, two := train(t, intent.Options{Seed: 7}), train(t, intent.Options{Seed: 7})
	var group sync.WaitGroup
	for _, text := range []string{"where is it", "bring the soup", "i like trains", "pizza"} {
		group.Go(func() {
			a, b := one.Classify(text), two.Classify(text)
			if a.Intent != b.Intent || a.Score != b.Score || !slices.Equal(a.Evidence, b.Evidence) {
				t.Errorf("%q: %+v, then %+v", text, a, b)
			}
		})
	}
	group.Wait()
}

func TestACertainIntentIsHeardOnlyAboveItsThreshold(t *testing.T) {
	model := train(t, intent.Options{Certain: []string{"order"}})
	threshold := model.Threshold("order")
	for _, text := range []string{"order", "the soup", "a pizza is on its way for me", "is one salad quickly made", "bring me the soup please"} {
		if got := model.Classify(text); got.Intent == "order" && got.Score < threshold {
			t.Errorf("%q was heard at %.2f, below %.2f", text, got.Score, threshold)
		}
	}
}

func TestTheNamesOfIntents(t *testing.T) {
	if got := train(t, intent.Options{}).Intents(); !slices.Equal(got, []string{"order", "where"}) {
		t.Errorf("Intents = %q; none is not one", got)
	}
}

func TestThereIsNothingToChooseFromOneIntent(t *testing.T) {
	for name, examples := range map[string][]intent.Example{
		"no example":          nil,
		"one intent":          {{Text: "a", Intent: "x"}, {Text: "b", Intent: "x"}},
		"one that has words":  {{Text: "a", Intent: "x"}, {Text: "...", Intent: "y"}},
		"none under any name": {{Text: "a", Intent: "oos"}, {Text: "b", Intent: "none"}},
	} {
		if _, err := intent.Train(examples, intent.Options{}); !errors.Is(err, intent.ErrTooFew) {
			t.Errorf("%s: Train = %v, want ErrTooFew", name, err)
		}
	}
}

func FuzzClassify(f *testing.F) {
	model := train(f, intent.Options{Certain: []string{"order"}})
	for _, text := range []string{"where is my pizza", "\x00\xff \u200b I'm’", "''''", "ｶﾞ", "ﷺﷺﷺ", "é́́́", "零一二三", strings.Repeat("soup ", 2000)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := model.Classify(text)
		if !(got.Score >= 0 && got.Score <= 1) {
			t.Errorf("score %v is not between 0 and 1", got.Score)
		}
		for _, words := range got.Evidence {
			if !strings.Contains(text, words) {
				t.Errorf("%q does not stand in the text", words)
			}
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	model := train(b, intent.Options{})
	b.ReportAllocs()
	for b.Loop() {
		model.Classify("hello, can you please tell me where my pizza is? I am still waiting for it")
	}
}
