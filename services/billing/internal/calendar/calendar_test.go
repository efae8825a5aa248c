package calendar

import (
	"testing"
	"time"
)

// usFederal are the days off of 5 U.S.C. 6103 and Executive Order 11582 (what falls on a Saturday is observed on Friday, on
// a Sunday on Monday), counted by hand. None falls on a weekend.
var usFederal = []string{
	"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-10-12",
	"2026-11-11", "2026-11-26", "2026-12-25",
	"2027-01-01", "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18", "2027-07-05", "2027-09-06", "2027-10-11",
	"2027-11-11", "2027-11-25", "2027-12-24", "2027-12-31", // Friday before Saturday, the first of January 2028
}

func TestFederalHolidaysOfTwoYears(t *testing.T) {
	off := map[string]bool{}
	for _, day := range usFederal {
		off[day] = true
	}
	c := calendarOf(t, "US", "America/New_York")
	for d := (Date{2026, 1, 1}); d.Year < 2028; d = d.AddDays(1) {
		weekday := d.noon().Weekday()
		want := weekday != time.Saturday && weekday != time.Sunday && !off[d.String()]
		if got := c.Worked(d); got != want {
			t.Errorf("%v, a %v: worked is %v", d, weekday, got)
		}
	}
}

func TestBusinessDays(t *testing.T) {
	cases := []struct {
		name, country, from string
		n                   int
		after, before       string
	}{
		{"two plain weeks", "US", "2026-03-02", 10, "2026-03-16", "2026-02-13"}, // Presidents' Day on 16 February
		{"asked on a Saturday", "US", "2026-03-07", 1, "2026-03-09", "2026-03-06"},
		{"asked on a holiday", "US", "2026-11-26", 1, "2026-11-27", "2026-11-25"},
		{"over Thanksgiving", "US", "2026-11-16", 10, "2026-12-01", "2026-10-30"}, // Veterans Day on 11 November
		{"over Christmas and the New Year", "US", "2026-12-18", 10, "2027-01-05", "2026-12-04"},
		{"New Year's Day on a Saturday is observed in the old year", "US", "2027-12-30", 1, "2028-01-03", "2027-12-29"},
		{"Good Friday and Easter Monday", "DE", "2026-04-02", 1, "2026-04-07", "2026-04-01"},
		{"Boxing Day on a Saturday is observed on Monday", "GB", "2026-12-24", 1, "2026-12-29", "2026-12-23"},
		{"a national holiday since 2024", "BR", "2026-11-19", 1, "2026-11-23", "2026-11-18"},
		{"none", "US", "2026-03-07", 0, "2026-03-07", "2026-03-07"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := calendarOf(t, c.country, "UTC")
			if got := k.BusinessDaysAfter(date(t, c.from), c.n).String(); got != c.after {
				t.Errorf("%d after %s: got %s, want %s", c.n, c.from, got, c.after)
			}
			if got := k.BusinessDaysBefore(date(t, c.from), c.n).String(); got != c.before {
				t.Errorf("%d before %s: got %s, want %s", c.n, c.from, got, c.before)
			}
		})
	}
}

func TestHolidaysOfACompany(t *testing.T) {
	c, err := New("US", "UTC", Date{2026, 3, 3})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.BusinessDaysAfter(Date{2026, 3, 2}, 1); got != (Date{2026, 3, 4}) {
		t.Errorf("the day after the company's holiday: got %v", got)
	}
	if !c.Worked(Date{2027, 3, 3}) {
		t.Error("a holiday of 2026 is one in 2027, too")
	}
}

func TestWhenADayBegins(t *testing.T) {
	cases := []struct{ name, zone, day, begins string }{
		{"in winter", "America/New_York", "2026-01-15", "2026-01-15T05:00:00Z"},
		{"in summer", "America/New_York", "2026-07-15", "2026-07-15T04:00:00Z"},
		{"the day after clocks went forward", "America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"},
		{"the day after clocks went back", "America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"},
		{"no midnight: clocks go forward to one o'clock", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"midnight twice: clocks go back to it", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
		{"far in the east", "Pacific/Kiritimati", "2026-03-02", "2026-03-01T10:00:00Z"},
		{"far in the west", "Pacific/Pago_Pago", "2026-03-02", "2026-03-02T11:00:00Z"},
		{"a day that a country left out", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := calendarOf(t, "US", c.zone)
			d := date(t, c.day)
			if got := k.Begin(d).Format(time.RFC3339); got != c.begins {
				t.Errorf("%s begins at %s, want %s", c.day, got, c.begins)
			}
			if begin := k.Begin(d); begin != k.End(d.AddDays(-1)) || k.Today(begin.Add(-time.Second)) == d {
				t.Errorf("%s does not begin where the day before ends", c.day)
			}
		})
	}
}

func TestToday(t *testing.T) {
	at := time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)
	for zone, want := range map[string]Date{
		"America/New_York": {2026, 3, 1}, "UTC": {2026, 3, 2}, "Asia/Tokyo": {2026, 3, 2},
	} {
		if got := calendarOf(t, "US", zone).Today(at); got != want {
			t.Errorf("%s: got %v, want %v", zone, got, want)
		}
	}
}

func TestNoSuchCalendar(t *testing.T) {
	for _, c := range []struct {
		name, country, zone string
		holidays            []Date
	}{
		{"no country", "", "UTC", nil},
		{"a country that nobody has", "XX", "UTC", nil},
		{"no zone", "US", "", nil},
		{"the machine's zone, whatever it is", "US", "Local", nil},
		{"a zone that nobody has", "US", "America/Springfield", nil},
		{"a holiday that never comes", "US", "UTC", []Date{{2026, 2, 30}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(c.country, c.zone, c.holidays...); err == nil {
				t.Error("it was made")
			}
		})
	}
	for _, country := range Countries() {
		calendarOf(t, country, "UTC")
	}
}

func calendarOf(t testing.TB, country, zone string) *Calendar {
	t.Helper()
	c, err := New(country, zone)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
