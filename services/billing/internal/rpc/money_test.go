package rpc

import (
	"errors"
	"testing"

	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/protobuf/proto"
)

func TestToMinor(t *testing.T) {
	cases := []struct {
		name     string
		currency string
		units    int64
		nanos    int32
		want     int64
		err      error
	}{
		{"dollars and cents", "USD", 259, 900_000_000, 259_90, nil},
		{"a credit", "USD", -20, -10_000_000, -20_01, nil},
		{"a credit of cents", "USD", 0, -500_000_000, -50, nil},
		{"nothing", "EUR", 0, 0, 0, nil},
		{"yen have no smaller coin", "JPY", 500, 0, 500, nil},
		{"dinars have three digits", "KWD", 1, 5_000_000, 1_005, nil},
		{"Iraqi dinars too, whatever shops write", "IQD", 1, 5_000_000, 1_005, nil},
		{"units of account have four", "CLF", 1, 100_000, 1_0001, nil},
		{"the largest amount", "CLF", maxUnits, 0, maxUnits * 10_000, nil},
		{"finer than a cent", "USD", 1, 5_000_000, 0, errAmount},
		{"half a yen", "JPY", 1, 500_000_000, 0, errAmount},
		{"signs that disagree", "USD", 1, -500_000_000, 0, errAmount},
		{"signs that disagree the other way", "USD", -1, 500_000_000, 0, errAmount},
		{"more nanos than a unit has", "USD", 1, 1_000_000_000, 0, errAmount},
		{"less nanos than a unit has", "USD", -1, -1_000_000_000, 0, errAmount},
		{"beyond all bills", "USD", maxUnits + 1, 0, 0, errAmount},
		{"beyond all credits", "USD", -maxUnits - 1, 0, 0, errAmount},
		{"no currency", "", 1, 0, 0, errCurrency},
		{"a currency in small letters", "usd", 1, 0, 0, errCurrency},
		{"a currency that does not exist", "QQQ", 1, 0, 0, errCurrency},
		{"gold", "XAU", 1, 0, 0, errCurrency},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := &money.Money{CurrencyCode: c.currency, Units: c.units, Nanos: c.nanos}
			got, err := toMinor(m)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %d, %v, want %d, %v", got, err, c.want, c.err)
			}
			if err == nil && !proto.Equal(fromMinor(got, c.currency), m) {
				t.Errorf("%v came back as %v", m, fromMinor(got, c.currency))
			}
		})
	}
}

// An amount that is taken comes back as it was.
func FuzzToMinor(f *testing.F) {
	f.Add("USD", int64(259), int32(900_000_000))
	f.Add("KWD", int64(-1), int32(-5_000_000))
	f.Fuzz(func(t *testing.T, currency string, units int64, nanos int32) {
		m := &money.Money{CurrencyCode: currency, Units: units, Nanos: nanos}
		amount, err := toMinor(m)
		if err == nil && !proto.Equal(fromMinor(amount, currency), m) {
			t.Errorf("%v became %d and came back as %v", m, amount, fromMinor(amount, currency))
		}
	})
}
