package calendar

import "testing"

func TestDate(t *testing.T) {
	cases := []struct {
		name  string
		date  Date
		valid bool
	}{
		{"a day", Date{2026, 3, 1}, true},
		{"the day of a leap year", Date{2028, 2, 29}, true},
		{"no leap year", Date{2026, 2, 29}, false},
		{"a month without a day", Date{2026, 3, 0}, false},
		{"a year without a month", Date{2026, 0, 0}, false},
		{"a day of every year", Date{0, 12, 24}, false},
		{"month thirteen", Date{2026, 13, 1}, false},
		{"no date", Date{}, false},
		{"year ten thousand", Date{10000, 1, 1}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.date.Valid(); got != c.valid {
				t.Errorf("%v: valid is %v", c.date, got)
			}
			if !c.valid {
				return
			}
			if again, err := ParseDate(c.date.String()); err != nil || again != c.date {
				t.Errorf("%v was read back as %v, %v", c.date, again, err)
			}
		})
	}
}
