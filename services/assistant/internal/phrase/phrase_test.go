package phrase_test

import (
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/languages"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

func TestAmountsAndDaysAreWrittenAsTheReaderIsUsedTo(t *testing.T) {
	decision := &date.Date{Year: 2026, Month: 12, Day: 3}
	for _, c := range []struct {
		locale   string
		currency string
		money    string
		credit   string
		day      string
		date     string
	}{
		{"en-US", "USD", "$1,259.90", "-$5.05", "Thursday, December 3", "December 3"},
		{"en-GB", "GBP", "£1,259.90", "-£5.05", "Thursday 3 December", "3 December"},
		{"en-GB", "USD", "US$1,259.90", "-US$5.05", "Thursday 3 December", "3 December"},
		{"en-AU", "USD", "$1,259.90", "-$5.05", "Thursday, December 3", "December 3"},
		{"en-US", "CHF", "CHF 1,259.90", "-CHF 5.05", "Thursday, December 3", "December 3"},
		{"en-US", "JPY", "¥1,259", "-¥5", "Thursday, December 3", "December 3"},
	} {
		t.Run(c.locale+" "+c.currency, func(t *testing.T) {
			l := locale(t, c.locale)
			for want, got := range map[string]string{
				c.money:  l.Money(&money.Money{CurrencyCode: c.currency, Units: 1259, Nanos: 900_000_000}),
				c.credit: l.Money(&money.Money{CurrencyCode: c.currency, Units: -5, Nanos: -50_000_000}),
				c.day:    l.Day(decision),
				c.date:   l.Date(decision),
			} {
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}

func TestATextIsFilledAndTidied(t *testing.T) {
	texts := map[string]string{"hello": "Due {{day .}},\n  {{with \"\"}}never{{end}}  that is in {{month .}}.\n"}
	book, err := phrase.NewBook(texts, locale(t, "en-US"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := book.Say("hello", &date.Date{Year: 2026, Month: 12, Day: 3})
	if want := "Due Thursday, December 3,\nthat is in December."; err != nil || got != want {
		t.Errorf("Say = %q, %v, want %q", got, err, want)
	}
}

func TestWhatCannotBeSaid(t *testing.T) {
	for name, c := range map[string]struct{ key, text, want string }{
		"a text that does not parse":        {"hello", "{{", "text hello"},
		"a function that is not there":      {"hello", "{{euros .}}", `function "euros" not defined`},
		"a key that is not there":           {"goodbye", "bye", `no text "hello"`},
		"a field that the data do not have": {"hello", "{{.Name}}", "text hello"},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := phrase.NewBook(map[string]string{c.key: c.text}, locale(t, "en-US"))
			if err == nil {
				_, err = book.Say("hello", struct{}{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that says %s", err, c.want)
			}
		})
	}
	if _, err := locale(t, "en-US").Book("nobody"); err == nil || !strings.Contains(err.Error(), "languages/en/texts/nobody.yaml") {
		t.Errorf("Book = %v, want an error that names the file", err)
	}
}

func locale(t *testing.T, tag string) phrase.Locale {
	t.Helper()
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	l, region, err := set.Of(tag)
	if err != nil {
		t.Fatal(err)
	}
	return phrase.NewLocale(l, region)
}
