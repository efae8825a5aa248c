package invoice

import (
	"errors"
	"testing"
)

func TestValidate(t *testing.T) {
	cases := []struct {
		name    string
		invoice Invoice
		want    error
	}{
		{"lines that sum to the total", invoiceOf(line("1", "plan", 10_00), line("2", "credit", -2_50)), nil},
		{"an invoice of nothing", Invoice{}, nil},
		{"a cent too much", Invoice{Lines: []Line{line("1", "plan", 10_00)}, Total: 10_01}, ErrUnbalanced},
		{"two lines of one id", invoiceOf(line("1", "plan", 1), line("1", "film", 1)), ErrLineIDs},
		{"an amount nobody owes", invoiceOf(line("1", "plan", MaxAmount+1)), ErrTooLarge},
		{"a credit nobody gets", invoiceOf(line("1", "plan", -MaxAmount-1)), ErrTooLarge},
		{"more lines than a bill has", Invoice{Lines: make([]Line, MaxLines+1)}, ErrTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := c.invoice.Validate(); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

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
