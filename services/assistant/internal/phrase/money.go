package phrase

import (
	"fmt"

	"google.golang.org/genproto/googleapis/type/money"
)

// symbols of the currencies that an English reader writes with a sign before the amount.
var symbols = map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}

// Money writes an amount as a reader of English expects it: $1,259.90, and -$5.00 for a credit. Parley's amounts have at
// most two decimals when they get here; finer ones are cut.
func Money(m *money.Money) string {
	units, cents := m.GetUnits(), int64(m.GetNanos())/10_000_000
	sign := ""
	if units < 0 || cents < 0 {
		sign, units, cents = "-", -units, -cents
	}
	symbol, ok := symbols[m.GetCurrencyCode()]
	if !ok {
		symbol = m.GetCurrencyCode() + " "
	}
	return fmt.Sprintf("%s%s%s.%02d", sign, symbol, grouped(units), cents)
}

func grouped(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
