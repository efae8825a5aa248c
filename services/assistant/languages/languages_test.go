package languages_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/languages"
)

func TestEveryLanguageThatIsShippedIsWhole(t *testing.T) {
	if _, err := languages.Load(""); err != nil {
		t.Error(err)
	}
}

// copied is a folder with one language more: the files of English, some of them changed, or taken away where they are empty.
func copied(t *testing.T, code string, changed map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, code), os.DirFS("en")); err != nil {
		t.Fatal(err)
	}
	for name, content := range changed {
		name = filepath.Join(dir, code, name)
		err := os.Remove(name)
		if content != "" {
			err = os.WriteFile(name, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sheet(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("en/language.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func upTo(text, end string) string {
	before, _, _ := strings.Cut(text, end)
	return before
}

func TestWhatALanguageLacksIsListed(t *testing.T) {
	english := sheet(t)
	for name, c := range map[string]struct {
		changed map[string]string
		want    []string
	}{
		"nothing":               {nil, nil},
		"a file of texts":       {map[string]string{"texts/bill.yaml": ""}, []string{"texts/bill.yaml: the file"}},
		"two texts of a file":   {map[string]string{"texts/status.yaml": "none: ' '\n"}, []string{"texts/status.yaml: none", "texts/status.yaml: not_yours"}},
		"a text of no skill":    {map[string]string{"texts/jokes.yaml": "one: ha\n"}, []string{"texts/jokes.yaml: nobody says it"}},
		"a text of no occasion": {map[string]string{"texts/status.yaml": "none: a\nnot_yours: b\nnot_your: c\n"}, []string{"texts/status.yaml: not_your: nobody says it"}},
		"an intent":             {map[string]string{"intents/agree.yaml": ""}, []string{"intents/agree.yaml: the file"}},
		"what people mean when they mean none": {
			map[string]string{"intents/none.yaml": ""}, []string{"intents/none.yaml: the file"},
		},
		"a part of what is none, which may be divided otherwise": {map[string]string{"intents/none.service.yaml": ""}, nil},
		"how people speak": {
			map[string]string{"intents/speech.yaml": "", "intents/words.yaml": ""}, []string{"intents/speech.yaml: the file", "intents/words.yaml: the file"},
		},
		"how amounts are said": {map[string]string{"reading.yaml": ""}, []string{"reading.yaml: the file"}},
		"a month":              {map[string]string{"language.yaml": strings.Replace(english, ", December", "", 1)}, []string{"language.yaml: months: 11 of 12"}},
		"a weekday":            {map[string]string{"language.yaml": strings.Replace(english, "Sunday, ", "", 1)}, []string{"language.yaml: weekdays: 6 of 7"}},
		"how to write an amount": {
			map[string]string{"language.yaml": strings.Replace(english, "{symbol}{amount}", "{amount}", 1)},
			[]string{"language.yaml: regions: US: money with {symbol} and {amount}"},
		},
		"how to write a day": {
			map[string]string{"language.yaml": strings.Replace(english, "date:", "# date:", 1)},
			[]string{"language.yaml: regions: US: date with {day} and {month}"},
		},
		"a home": {map[string]string{"language.yaml": strings.Replace(english, "home: US", "home: AU", 1)}, []string{`the home region "AU"`}},
		"how to be asked for": {
			map[string]string{"language.yaml": upTo(english, "asked_for:")}, []string{"language.yaml: asked_for"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := languages.Load(copied(t, "xx", c.changed))
			if (err == nil) != (len(c.want) == 0) {
				t.Fatalf("Load = %v, want %q", err, c.want)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), "\n  "+want) && !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "xx") {
					t.Errorf("%v: does not list %s", err, want)
				}
			}
		})
	}
}

func TestASheetThatCannotBeRead(t *testing.T) {
	english := sheet(t)
	for name, c := range map[string]struct{ sheet, want string }{
		"a key that is not there":         {english + "wheather: nice\n", "field wheather not found"},
		"a pattern that does not compile": {english + "  - (\n", "asked_for"},
		"no sheet":                        {"", "language.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := languages.Load(copied(t, "xx", map[string]string{"language.yaml": c.sheet}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Load = %v, want an error that says %s", err, c.want)
			}
		})
	}
}

func TestALanguageOfOnesOwn(t *testing.T) {
	set, err := languages.Load(copied(t, "xx", nil))
	if err != nil {
		t.Fatal(err)
	}
	l, region, err := set.Of("xx-US")
	if err != nil || l.Code != "xx" || region != "US" {
		t.Errorf("Of = %v, %q, %v", l, region, err)
	}
	if _, _, err := set.Of("tlh-QO"); err == nil || !strings.Contains(err.Error(), "en, ") {
		t.Errorf("Of = %v, want an error that names the languages", err)
	}
}

func TestALanguageIsAskedFor(t *testing.T) {
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"in english please":                         "en",
		"english":                                   "en",
		"hi can you speak english":                  "en",
		"why is my bill in english":                 "",
		"i want the english channels":               "",
		"please send my next bill in english to me": "",
		"i dont speak spanish":                      "en",
		"no hablo ingles":                           "es",
		"espanol":                                   "es",
		"hola en espanol por favor":                 "es",
		"hablan espanol":                            "es",
		"do you speak spanish":                      "es",
		"quiero los canales en espanol":             "",
		"como pongo la tele en espanol":             "",
	} {
		t.Run(text, func(t *testing.T) {
			got := ""
			for _, l := range set.All() {
				if l.IsAskedFor(strings.Fields(text)) {
					got += l.Code
				}
			}
			if got != want {
				t.Errorf("asks for %q, want %q", got, want)
			}
		})
	}
}
