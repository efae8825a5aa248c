package entity

import "time"

// Date is a day, a month or a year as it was said. Said is what stands in the text ("March", "3/4", "on the 5th": what was
// not said is zero); a relative date ("last month", "yesterday") has Unit and Back instead.
type Date struct {
	Said Day
	Unit Unit
	// Back counts units into the past from today.
	Back int
}

// Day is a calendar day, or a month when Day is zero, or a year when Month is zero too: google.type.Date has the same rule.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// Unit of a relative date; zero for one that is not relative.
type Unit int

// The units.
const (
	UnitDay Unit = iota + 1
	UnitMonth
	UnitYear
)

// On resolves the date for somebody who says it now, whose location is the tenant's zone. Customers speak of what has been
// billed, so a month or day without its year is the latest one that is not in the future.
func (d Date) On(now time.Time) Day {
	switch d.Unit {
	case UnitDay:
		return dayOf(now.AddDate(0, 0, -d.Back))
	case UnitMonth:
		first := time.Date(now.Year(), now.Month()-time.Month(d.Back), 1, 0, 0, 0, 0, now.Location())
		return Day{Year: first.Year(), Month: first.Month()}
	case UnitYear:
		return Day{Year: now.Year() - d.Back}
	}
	switch {
	case d.Said.Year != 0:
		return d.Said
	case d.Said.Month != 0:
		return latestMonth(d.Said, now)
	default:
		return latestDay(d.Said.Day, now)
	}
}

// yearsBetweenLeaps at most: 1896 to 1904.
const yearsBetweenLeaps = 9

func dayOf(t time.Time) Day { return Day{Year: t.Year(), Month: t.Month(), Day: t.Day()} }

// latestMonth gives "March" or "March 4" the latest year in which it exists and is not in the future.
func latestMonth(said Day, now time.Time) Day {
	said.Year = now.Year()
	for range yearsBetweenLeaps {
		if !said.after(dayOf(now)) && said.Day <= daysIn(said.Year, said.Month) {
			break
		}
		said.Year--
	}
	return said
}

// latestDay gives "the 31st" the latest month that has one.
func latestDay(day int, now time.Time) Day {
	found := Day{Year: now.Year(), Month: now.Month(), Day: day}
	for range 3 { // a month that is too short is never followed by another
		if !found.after(dayOf(now)) && day <= daysIn(found.Year, found.Month) {
			break
		}
		found.Month--
		if found.Month == 0 {
			found.Year, found.Month = found.Year-1, time.December
		}
	}
	return found
}

func (d Day) after(today Day) bool {
	if d.Month != today.Month || d.Year != today.Year {
		return d.Year > today.Year || d.Year == today.Year && d.Month > today.Month
	}
	return d.Day > today.Day
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
