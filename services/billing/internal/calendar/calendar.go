// Package calendar is the business-day clock: which days are worked on in a country, and when a day begins and ends in a
// time zone.
package calendar

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
)

// Calendar of one country in one time zone. Safe for concurrent use.
type Calendar struct {
	zone *time.Location
	days *cal.BusinessCalendar
}

// New makes the calendar of a country (ISO 3166-1 alpha-2, upper case) in a time zone (an IANA name), with further days on
// which nobody works: a company's own, or a state's.
func New(country, zone string, holidays ...Date) (*Calendar, error) {
	public, known := countries[country]
	if !known {
		return nil, fmt.Errorf("calendar %q: none of %s", country, strings.Join(Countries(), ", "))
	}
	if zone == "" || zone == "Local" {
		return nil, fmt.Errorf("time zone %q: an IANA name is wanted, as America/New_York", zone)
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	days := cal.NewBusinessCalendar() // Monday to Friday, as in every country here
	days.AddHoliday(public...)
	for _, d := range holidays {
		if !d.Valid() {
			return nil, fmt.Errorf("holiday %v: no such day", d)
		}
		days.AddHoliday(&cal.Holiday{
			Name: d.String(), Func: cal.CalcDayOfMonth, Month: d.Month, Day: d.Day, StartYear: d.Year, EndYear: d.Year,
		})
	}
	return &Calendar{zone: location, days: days}, nil
}

// Countries that have a calendar.
func Countries() []string { return slices.Sorted(maps.Keys(countries)) }

// Today is the day that it is in the zone at a time.
func (c *Calendar) Today(at time.Time) Date { return DateOf(at.In(c.zone)) }

// Worked says whether the day is a business day.
func (c *Calendar) Worked(d Date) bool { return c.days.IsWorkday(d.noon()) }

// BusinessDaysAfter is the nth business day after the day, which itself does not count, worked or not.
func (c *Calendar) BusinessDaysAfter(d Date, n int) Date { return c.step(d, n, 1) }

// BusinessDaysBefore is the nth business day before the day, which itself does not count; the day itself for none.
func (c *Calendar) BusinessDaysBefore(d Date, n int) Date { return c.step(d, n, -1) }

func (c *Calendar) step(d Date, n, direction int) Date {
	for n > 0 {
		if d = d.AddDays(direction); c.Worked(d) {
			n--
		}
	}
	return d
}

// Begin is the first instant of the day in the zone. Where clocks are set forward at midnight the day begins at one
// o'clock, and where they are set back a day has an hour twice, so it is looked for, not computed.
func (c *Calendar) Begin(d Date) time.Time {
	const longest = 36 * time.Hour // from noon in UTC back to the first midnight on earth, and a day that lasts longer
	from := d.noon().Add(-longest)
	seconds := sort.Search(int(2*longest/time.Second), func(i int) bool {
		return !DateOf(from.Add(time.Duration(i) * time.Second).In(c.zone)).Before(d)
	})
	return from.Add(time.Duration(seconds) * time.Second).UTC()
}

// End is the first instant after the day in the zone.
func (c *Calendar) End(d Date) time.Time { return c.Begin(d.AddDays(1)) }
