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
