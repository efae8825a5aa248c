package tongue_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/intent/measure"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// interpreter learns once for all tests.
var interpreter = sync.OnceValues(func() (*tongue.Interpreter, error) {
	set, err := languages.Load("")
	if err != nil {
		return nil, err
	}
	understanders := map[string]*understand.Understander{}
	for _, l := range set.All() {
		if understanders[l.Code], err = understand.New(understand.Config{Language: l}); err != nil {
			return nil, err
		}
	}
	return tongue.NewInterpreter(set, "en", understanders), nil
})

func newInterpreter(t testing.TB) *tongue.Interpreter {
	t.Helper()
	i, err := interpreter()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestTheLanguageIsAFactOfTheConversation(t *testing.T) {
	for name, c := range map[string]struct {
		locale string
		says   []string
		want   string
	}{
		"nothing said":                           {"", nil, "en"},
		"nothing said, and a locale":             {"es-MX", nil, "es"},
		"a locale that nobody speaks":            {"tlh-QO", nil, "en"},
		"a word of many languages":               {"es-US", []string{"no"}, "es"},
		"three words":                            {"es-US", []string{"yes please dispute"}, "es"},
		"a sentence against the locale":          {"en-US", []string{"por qué subió tanto mi factura"}, "es"},
		"a mixed sentence is with the locale":    {"es-US", []string{"quiero saber why my bill es tan alto"}, "es"},
		"a short sentence between long ones":     {"", []string{"I would like to know why my bill is so much higher than last month", "dígame lo que debo"}, "en"},
		"a long one changes it":                  {"", []string{"why is my bill so high", "me puede explicar por qué este mes me llegó tan alta la factura de internet"}, "es"},
		"several short ones change it":           {"", []string{"why is my bill so high this month", "dígame lo que debo", "quiero ver los cargos", "no entiendo la factura"}, "es"},
		"what was asked for holds":               {"", []string{"en español por favor", "why is my bill so high this month, please explain it to me"}, "es"},
		"until another language is asked for":    {"", []string{"en español por favor", "in English please"}, "en"},
		"a sentence of numbers is in none":       {"es-US", []string{"70 80 90 100 110 120"}, "es"},
		"a sentence that nobody can read":        {"es-US", []string{"qwe rty uio pas dfg hjk"}, "es"},
		"a sentence in a language without texts": {"es-US", []string{"warum ist meine rechnung so hoch"}, "es"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newInterpreter(t)
			fact := i.Begin(c.locale)
			for _, text := range c.says {
				fact, _ = i.Hear(fact, text)
			}
			if fact.Code != c.want {
				t.Errorf("held in %q, want %q: %+v", fact.Code, c.want, fact)
			}
		})
	}
}

func TestAMessageIsUnderstoodInItsOwnLanguage(t *testing.T) {
	for text, c := range map[string]struct{ held, want string }{
		"ok gracias":                          {"en", "thanks"},
		"no":                                  {"en", "refuse"},
		"sí":                                  {"en", "agree"},
		"yes please":                          {"es", "agree"},
		"y":                                   {"es", ""},
		"no lo disputes":                      {"en", "refuse"},
		"no, don't dispute it":                {"es", "refuse"},
		"what happens if I dispute it?":       {"es", ""},
		"¿qué pasa si lo disputo?":            {"en", ""},
		"por qué está tan alta mi factura":    {"en", "bill.why"},
		"why is my bill so high":              {"es", "bill.why"},
		"I want a person":                     {"es", "person"},
		"quiero hablar con una persona":       {"en", "person"},
		"my internet is down since yesterday": {"es", ""},
		"no tengo internet desde ayer":        {"en", ""},
	} {
		t.Run(text, func(t *testing.T) {
			if got := newInterpreter(t).Understand(tongue.Fact{Code: c.held}, text); got.Intent != c.want {
				t.Errorf("in a conversation in %s it is %q because of %q, want %q", c.held, got.Intent, got.Evidence, c.want)
			}
		})
	}
}

func TestLanguagesAreToldApart(t *testing.T) {
	const least = 0.98
	for code, file := range map[string]string{"en": "held_out.jsonl", "es": "held_out_es.jsonl"} {
		t.Run(code, func(t *testing.T) {
			rows, err := measure.Read(nil, "../understand/testdata/"+file)
			if err != nil {
				t.Fatal(err)
			}
			i, right, all := newInterpreter(t), 0, 0
			for _, row := range rows {
				if len(intent.Words(row.Text)) < 4 {
					continue
				}
				all++
				if fact, _ := i.Hear(tongue.Fact{}, row.Text); fact.Code == code {
					right++
				} else {
					t.Logf("taken for %q: %s", fact.Code, row.Text)
				}
			}
			if t.Logf("%d of %d", right, all); float64(right) < least*float64(all) {
				t.Errorf("%d of %d are told right, want %.2f", right, all, least)
			}
		})
	}
}

func BenchmarkHear(b *testing.B) {
	i := newInterpreter(b)
	for _, text := range []string{"ok gracias", "por qué me llegó tan alta la factura este mes"} {
		b.Run(fmt.Sprint(len(intent.Words(text)), " words"), func(b *testing.B) {
			for b.Loop() {
				i.Hear(tongue.Fact{Code: "es"}, text)
			}
		})
	}
}

// What it costs to hear and to understand a message, a held-out one after the other.
func BenchmarkUnderstand(b *testing.B) {
	for code, file := range map[string]string{"en": "held_out.jsonl", "es": "held_out_es.jsonl"} {
		b.Run(code, func(b *testing.B) {
			rows, err := measure.Read(nil, "../understand/testdata/"+file)
			if err != nil {
				b.Fatal(err)
			}
			i := newInterpreter(b)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				text := rows[n%len(rows)].Text
				fact, _ := i.Hear(tongue.Fact{Code: code}, text)
				i.Understand(fact, text)
			}
		})
	}
}
