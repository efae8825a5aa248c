package entity

import (
	"strconv"
	"strings"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

const (
	monthWord   = `january|february|march|april|may|june|july|august|september|october|november|december|sept|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec`
	dayFigures  = `(\d{1,2})(?:st|nd|rd|th)?`
	yearFigures = `((?:19|20)\d{2})`
)

// dateForms are the ways to say a date, the most telling first. Figures alone are month/day, as the United States write
// them, unless only day/month can be; with points they are day.month.year.
var dateForms = []struct {
	said *pattern.Pattern
	read func(groups []string) (Date, bool)
}{
	{form(yearFigures + `[-/.](\d{1,2})[-/.](\d{1,2})`), func(g []string) (Date, bool) { return day(g[1], g[2], g[3]) }},
	{form(`(\d{1,2})\.(\d{1,2})\.(\d{4})`), func(g []string) (Date, bool) { return day(g[3], g[2], g[1]) }},
	{form(`(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})`), func(g []string) (Date, bool) { return figures3(g[1], g[2], g[3]) }},
	{form(`(\d{1,2})/(\d{1,2})`), func(g []string) (Date, bool) { return figures3(g[1], g[2], "") }},
	{form(`(` + monthWord + `)\.?[ \t]+(?:the[ \t]+)?` + dayFigures + `(?:,?[ \t]+` + yearFigures + `)?`), func(g []string) (Date, bool) { return day(g[3], g[1], g[2]) }},
	{form(`(?:the[ \t]+)?` + dayFigures + `[ \t]+(?:of[ \t]+)?(` + monthWord + `)\.?(?:,?[ \t]+` + yearFigures + `)?`), func(g []string) (Date, bool) { return day(g[3], g[2], g[1]) }},
	{form(`(` + monthWord + `)\.?,?[ \t]+(?:of[ \t]+)?` + yearFigures), func(g []string) (Date, bool) { return day(g[2], g[1], "") }},
	{form(`(?:in|of|for|since|from|last|this|until|till|by|during|and|vs|than|my|the)[ \t]+(` + monthWord + `)`), func(g []string) (Date, bool) { return day("", g[1], "") }},
	{form(`(january|february|march|april|june|july|august|september|october|november|december)`), func(g []string) (Date, bool) { return day("", g[1], "") }},
	{form(`(?:the|on)[ \t]+(\d{1,2})(?:st|nd|rd|th)`), func(g []string) (Date, bool) { return day("", "", g[1]) }},
	{form(`(?:the[ \t]+)?day[ \t]+before[ \t]+yesterday`), back(UnitDay, 2)},
	{form(`yesterday`), back(UnitDay, 1)},
	{form(`today`), back(UnitDay, 0)},
	{form(`(?:the[ \t]+)?month[ \t]+before[ \t]+last`), back(UnitMonth, 2)},
	{form(`(?:last|previous|prior)[ \t]+month`), back(UnitMonth, 1)},
	{form(`(?:this|current)[ \t]+month`), back(UnitMonth, 0)},
	{form(`(?:last|previous)[ \t]+year`), back(UnitYear, 1)},
	{form(`this[ \t]+year`), back(UnitYear, 0)},
	{form(`(\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ \t]+(days?|weeks?|months?|years?)[ \t]+(?:ago|back)`), ago},
}

func form(expression string) *pattern.Pattern {
	return pattern.MustCompile(`(?i)\b` + expression + `\b`)
}

// notADay are words after which "the 2nd" counts things, not days.
var notADay = pattern.MustCompile(`(?i)^[ \t]+(?:one|ones|line|item|charge|time|month|thing|bill|invoice|entry|position|year|week|dispute|movie|box|tv|floor)\b`)

func findDates(on pattern.Text) []Entity {
	text := on.String()
	var all []Entity
	for _, f := range dateForms {
		for _, at := range f.said.FindAllStringSubmatchIndex(on) {
			groups := make([]string, len(at)/2)
			for i := range groups {
				if at[2*i] >= 0 {
					groups[i] = text[at[2*i]:at[2*i+1]]
				}
			}
			date, ok := f.read(groups)
			if !ok || date.Said.Day > 0 && date.Said.Month == 0 && notADay.MatchString(pattern.On(text[at[1]:])) || !standsAlone(text, at[0], at[1]) {
				continue
			}
			all = append(all, Entity{Kind: KindDate, Start: at[0], End: at[1], Date: date})
		}
	}
	return all
}

// day reads year, month and day, each of which may be empty, and refuses a day that no year has.
func day(year, month, dayOfMonth string) (Date, bool) {
	var d Day
	if year != "" {
		d.Year, _ = strconv.Atoi(year)
		if d.Year < 100 {
			d.Year += 2000
		}
	}
	if month != "" {
		d.Month = monthOf(month)
	}
	if dayOfMonth != "" {
		d.Day, _ = strconv.Atoi(dayOfMonth)
	}
	return Date{Said: d}, d.exists(month != "", dayOfMonth != "")
}

// exists says whether there is such a day; 29 February does in some year.
func (d Day) exists(hasMonth, hasDay bool) bool {
	const leapYear = 2024
	year, month := d.Year, d.Month
	if year == 0 {
		year = leapYear
	}
	if !hasMonth {
		month = time.January
	}
	return month >= time.January && month <= time.December && (!hasDay || d.Day >= 1 && d.Day <= daysIn(year, month))
}

func monthOf(word string) time.Month {
	if n, err := strconv.Atoi(word); err == nil {
		return time.Month(n)
	}
	word = strings.ToLower(word)
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), word[:3]) {
			return m
		}
	}
	return 0
}

func figures3(first, second, year string) (Date, bool) {
	if n, _ := strconv.Atoi(first); n > 12 {
		first, second = second, first
	}
	return day(year, first, second)
}

func back(unit Unit, n int) func([]string) (Date, bool) {
	return func([]string) (Date, bool) { return Date{Unit: unit, Back: n}, true }
}

func ago(groups []string) (Date, bool) {
	n, err := strconv.Atoi(groups[1])
	if err != nil {
		n = int(numberValue[strings.ToLower(groups[1])])
	}
	switch strings.ToLower(groups[2])[0] {
	case 'd':
		return Date{Unit: UnitDay, Back: n}, true
	case 'w':
		return Date{Unit: UnitDay, Back: 7 * n}, true
	case 'm':
		return Date{Unit: UnitMonth, Back: n}, true
	default:
		return Date{Unit: UnitYear, Back: n}, true
	}
}
