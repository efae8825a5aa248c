package calendar

import (
	"fmt"
	"time"
)

// Date is a day of the tenant's calendar, in no time zone. The zero Date is no day.
type Date struct {
	Year  int // 1 to 9999
	Month time.Month
	Day   int
}

// Valid says whether the day exists.
func (d Date) Valid() bool {
	if d.Year < 1 || d.Year > 9999 {
		return false
	}
	year, month, day := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Date()
	return Date{year, month, day} == d
}

// String is `2026-03-01` (ISO 8601), which sorts as the days do; empty for the zero Date.
func (d Date) String() string {
	if d == (Date{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// ParseDate reads what String wrote.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("parse a date: %w", err)
	}
	year, month, day := t.Date()
	return Date{year, month, day}, nil
}

// DateOf is the day that the time is on in its own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// AddDays is the day so many days later, or earlier.
func (d Date) AddDays(n int) Date { return DateOf(d.noon().AddDate(0, 0, n)) }

// DaysSince is how many days the other day is back; negative when it is ahead.
func (d Date) DaysSince(other Date) int { return int(d.noon().Sub(other.noon()).Hours() / 24) }

// Before says whether the day comes before the other.
func (d Date) Before(other Date) bool { return d.noon().Before(other.noon()) }

// noon of the day in UTC, where every day has 24 hours.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
