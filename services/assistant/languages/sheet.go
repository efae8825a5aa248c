package languages

import (
	"fmt"
	"regexp"
	"strings"
)

// Sheet is language.yaml: what there is to know of a language beside its texts and sentences.
type Sheet struct {
	// Name in English, for operators.
	Name string `yaml:"name"`
	// Months from January, Weekdays from Sunday.
	Months   []string `yaml:"months"`
	Weekdays []string `yaml:"weekdays"`
	// Home is the region that others without a format are written as.
	Home    string            `yaml:"home"`
	Regions map[string]Format `yaml:"regions"`
	// AskedFor are the ways to ask for the language, as patterns over a message's words without accents.
	AskedFor []string `yaml:"asked_for"`

	asked *regexp.Regexp
}

// Format is how a region writes amounts and days.
type Format struct {
	Group   string `yaml:"group"`
	Decimal string `yaml:"decimal"`
	// Money has {amount}, and {symbol} for a currency of Symbols.
	Money   string            `yaml:"money"`
	Symbols map[string]string `yaml:"symbols"`
	// Day has {weekday}, {day} and {month}; Date has {day} and {month}.
	Day  string `yaml:"day"`
	Date string `yaml:"date"`
}

// Format of the region; of the home region, where it has none.
func (s Sheet) Format(region string) Format {
	if f, ok := s.Regions[region]; ok {
		return f
	}
	return s.Regions[s.Home]
}

// mostAsking is how many words a message has that asks for a language and for nothing else. What is longer speaks of one.
const mostAsking = 8

// IsAskedFor says whether a message asks for the language, by its words: lower case, without accents and signs.
func (s Sheet) IsAskedFor(words []string) bool {
	return s.asked != nil && len(words) <= mostAsking && s.asked.MatchString(strings.Join(words, " "))
}

func (l *Language) readSheet() (Sheet, error) {
	var s Sheet
	if err := l.decode("language.yaml", &s); err != nil {
		return s, err
	}
	if len(s.AskedFor) > 0 {
		var err error
		pattern := `^(?:hi |hello |hey |hola |ok |no |sorry |please )*(?:` + strings.Join(s.AskedFor, "|") + `)$`
		if s.asked, err = regexp.Compile(pattern); err != nil {
			return s, fmt.Errorf("language %s: asked_for: %w", l.place, err)
		}
	}
	return s, nil
}

// missing lists what the sheet lacks.
func (s Sheet) missing() []string {
	var all []string
	lacks := func(what string, is bool) {
		if is {
			all = append(all, "language.yaml: "+what)
		}
	}
	lacks("name", s.Name == "")
	lacks(fmt.Sprintf("months: %d of 12", len(s.Months)), len(s.Months) != 12)
	lacks(fmt.Sprintf("weekdays: %d of 7", len(s.Weekdays)), len(s.Weekdays) != 7)
	lacks("asked_for", len(s.AskedFor) == 0)
	if _, ok := s.Regions[s.Home]; !ok {
		lacks(fmt.Sprintf("regions: the home region %q", s.Home), true)
	}
	for name, f := range s.Regions {
		of := func(field string) string { return fmt.Sprintf("regions: %s: %s", name, field) }
		lacks(of("decimal"), f.Decimal == "")
		lacks(of("money with {symbol} and {amount}"), !has(f.Money, "{symbol}", "{amount}"))
		lacks(of("symbols"), len(f.Symbols) == 0)
		lacks(of("day with {weekday}, {day} and {month}"), !has(f.Day, "{weekday}", "{day}", "{month}"))
		lacks(of("date with {day} and {month}"), !has(f.Date, "{day}", "{month}"))
	}
	return all
}

func has(format string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(format, part) {
			return false
		}
	}
	return true
}
