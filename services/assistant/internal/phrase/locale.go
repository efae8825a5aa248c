package phrase

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleyhq/parley/services/assistant/languages"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

// Locale is a language, and how its amounts and days are written for the customers of a tenant.
type Locale struct {
	// Language of the texts: `en`.
	Language string
	language *languages.Language
	format   languages.Format
}

// NewLocale is the language as it is written in the region; as in its home region, where nothing is known of that one.
func NewLocale(l *languages.Language, region string) Locale {
	return Locale{Language: l.Code, language: l, format: l.Format(region)}
}

// whole are currencies without minor units.
var whole = []string{"JPY", "KRW", "CLP", "VND"}

// Money writes an amount: $1,259.90, and -$5.00 for a credit. What is finer than a hundredth is cut.
func (l Locale) Money(m *money.Money) string {
	units, cents := m.GetUnits(), int64(m.GetNanos())/10_000_000
	sign := ""
	if units < 0 || cents < 0 {
		sign, units, cents = "-", -units, -cents
	}
	amount := grouped(units, l.format.Group)
	if !slices.Contains(whole, m.GetCurrencyCode()) {
		amount += fmt.Sprintf("%s%02d", l.format.Decimal, cents)
	}
	symbol, ok := l.format.Symbols[m.GetCurrencyCode()]
	if !ok {
		return sign + m.GetCurrencyCode() + " " + amount
	}
	return sign + strings.NewReplacer("{symbol}", symbol, "{amount}", amount).Replace(l.format.Money)
}

// Day writes a day as people speak of it: Thursday, December 3.
func (l Locale) Day(d *date.Date) string { return l.day(l.format.Day, d) }

// Date writes a day without its weekday: December 3.
func (l Locale) Date(d *date.Date) string { return l.day(l.format.Date, d) }

// Month writes the month of a day: December.
func (l Locale) Month(d *date.Date) string { return l.day("{month}", d) }

func (l Locale) day(form string, d *date.Date) string {
	at := time.Date(int(d.GetYear()), time.Month(d.GetMonth()), int(d.GetDay()), 0, 0, 0, 0, time.UTC)
	return strings.NewReplacer(
		"{weekday}", l.language.Weekdays[at.Weekday()], "{month}", l.language.Months[at.Month()-1], "{day}", strconv.Itoa(at.Day()),
	).Replace(form)
}

func grouped(n int64, separator string) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}
