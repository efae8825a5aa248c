package rpc

import (
	"errors"

	"golang.org/x/text/currency"
	"google.golang.org/genproto/googleapis/type/money"
)

var (
	errAmount   = errors.New("not an amount of whole minor units")
	errCurrency = errors.New("not a currency of ISO 4217 that is paid with")
)

const (
	nanosPerUnit = 1_000_000_000
	maxUnits     = 100_000_000_000_000 // in units of four digits still below the largest int64
)

// minorDigits of the currencies that do not have two: ISO 4217, list one, "minor unit" (SIX Financial Information,
// https://www.six-group.com/en/products-services/financial-information/data-standards.html). The CLDR data in x/text count
// the digits that are written in shops, which is another question: none for the Iraqi dinar, which has three.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0,
	"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// notPaidWith are codes for metals, baskets, tests and nothing: ISO 4217 gives them no minor unit.
var notPaidWith = map[string]bool{
	"XAG": true, "XAU": true, "XBA": true, "XBB": true, "XBC": true, "XBD": true, "XDR": true, "XPD": true, "XPT": true,
	"XSU": true, "XTS": true, "XUA": true, "XXX": true,
}

// paidWith says whether the code is a currency of ISO 4217 in which a bill can be.
func paidWith(code string) bool {
	unit, err := currency.ParseISO(code)
	return err == nil && unit.String() == code && !notPaidWith[code]
}

// nanosPerMinor is how many billionths of a unit the currency's smallest amount is.
func nanosPerMinor(code string) int64 {
	digits, ok := minorDigits[code]
	if !ok {
		digits = 2
	}
	nanos := int64(nanosPerUnit)
	for range digits {
		nanos /= 10
	}
	return nanos
}

// toMinor is the amount in minor units of its currency. errAmount when units and nanos disagree in sign, when the nanos are
// more than a unit or finer than a minor unit, and when it is beyond all bills; errCurrency.
func toMinor(m *money.Money) (int64, error) {
	if !paidWith(m.GetCurrencyCode()) {
		return 0, errCurrency
	}
	perMinor := nanosPerMinor(m.GetCurrencyCode())
	units, nanos := m.GetUnits(), int64(m.GetNanos())
	switch {
	case units > maxUnits, units < -maxUnits:
		return 0, errAmount
	case nanos >= nanosPerUnit, nanos <= -nanosPerUnit, nanos%perMinor != 0:
		return 0, errAmount
	case units > 0 && nanos < 0, units < 0 && nanos > 0:
		return 0, errAmount
	}
	return units*(nanosPerUnit/perMinor) + nanos/perMinor, nil
}

// fromMinor is the amount as the edge has it.
func fromMinor(amount int64, code string) *money.Money {
	perMinor := nanosPerMinor(code)
	perUnit := nanosPerUnit / perMinor
	return &money.Money{CurrencyCode: code, Units: amount / perUnit, Nanos: int32(amount % perUnit * perMinor)}
}
