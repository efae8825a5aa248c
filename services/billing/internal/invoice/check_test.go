package invoice

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	cases := []struct {
		name     string
		now      []Line
		earlier  [][]Line // newest first
		usual    int64
		findings []Finding
	}{
		{
			name: "Daniel's bill: a pay-per-view bundle that was never there before",
			now: []Line{
				line("1", "plan-tv-max", 129_90), line("2", "internet-500", 60_00), line("3", "ppv-bundle", 70_00),
			},
			earlier: months(11, line("1", "plan-tv-max", 129_90), line("2", "internet-500", 60_00)),
			usual:   189_90,
			findings: []Finding{
				{Kind: New, Product: "ppv-bundle", Amount: 70_00, Difference: 70_00, LineIDs: []string{"3"}},
			},
		},
		{
			name: "bills that went up and down around the same average",
			now:  []Line{line("1", "mobile", 62_00)},
			earlier: [][]Line{
				{line("1", "mobile", 59_00)}, {line("1", "mobile", 61_00)},
			},
			usual: 60_00,
			findings: []Finding{
				{Kind: Higher, Product: "mobile", Amount: 62_00, Usual: 60_00, Difference: 2_00, LineIDs: []string{"1"}},
			},
		},
		{
			name: "the first invoice ever",
			now:  []Line{line("1", "plan-tv-max", 129_90)},
		},
		{
			name:    "the same as ever",
			now:     []Line{line("1", "plan-tv-max", 129_90)},
			earlier: months(12, line("1", "plan-tv-max", 129_90)),
			usual:   129_90,
		},
		{
			name:    "a sports package that was cancelled",
			now:     []Line{line("1", "plan-tv-max", 129_90)},
			earlier: months(3, line("1", "plan-tv-max", 129_90), line("2", "sports", 15_00)),
			usual:   144_90,
			findings: []Finding{
				{Kind: Gone, Product: "sports", Usual: 15_00, Difference: -15_00},
			},
		},
		{
			name:    "a credit for an outage",
			now:     []Line{line("1", "internet-500", 60_00), line("2", "credit-outage", -20_00)},
			earlier: months(6, line("1", "internet-500", 60_00)),
			usual:   60_00,
			findings: []Finding{
				{Kind: New, Product: "credit-outage", Amount: -20_00, Difference: -20_00, LineIDs: []string{"2"}},
			},
		},
		{
			name:    "a discount that ran out",
			now:     []Line{line("1", "internet-500", 60_00)},
			earlier: months(12, line("1", "internet-500", 60_00), line("2", "welcome-discount", -10_00)),
			usual:   50_00,
			findings: []Finding{
				{Kind: Gone, Product: "welcome-discount", Usual: -10_00, Difference: 10_00},
			},
		},
		{
			name:    "a price rise and a smaller add-on, the larger difference first",
			now:     []Line{line("1", "cloud-storage", 1_99), line("2", "internet-500", 65_00)},
			earlier: months(12, line("1", "cloud-storage", 2_99), line("2", "internet-500", 60_00)),
			usual:   62_99,
			findings: []Finding{
				{Kind: Higher, Product: "internet-500", Amount: 65_00, Usual: 60_00, Difference: 5_00, LineIDs: []string{"2"}},
				{Kind: Lower, Product: "cloud-storage", Amount: 1_99, Usual: 2_99, Difference: -1_00, LineIDs: []string{"1"}},
			},
		},
		{
			name:    "a plan that began in the middle of a month: its short month is part of what is usual",
			now:     []Line{line("1", "internet-500", 60_00)},
			earlier: [][]Line{{line("1", "internet-500", 60_00)}, {line("1", "internet-500", 31_00)}},
			usual:   45_50,
			findings: []Finding{
				{Kind: Higher, Product: "internet-500", Amount: 60_00, Usual: 45_50, Difference: 14_50, LineIDs: []string{"1"}},
			},
		},
		{
			name:    "two films are one product",
			now:     []Line{line("1", "film", 4_99), line("2", "plan-tv-max", 129_90), line("3", "film", 5_99)},
			earlier: months(2, line("1", "plan-tv-max", 129_90), line("2", "film", 4_99)),
			usual:   134_89,
			findings: []Finding{
				{Kind: Higher, Product: "film", Amount: 10_98, Usual: 4_99, Difference: 5_99, LineIDs: []string{"1", "3"}},
			},
		},
		{
			name: "a film in one of three months, and the cent that does not divide",
			now:  []Line{line("1", "internet-500", 60_00)},
			earlier: [][]Line{
				{line("1", "internet-500", 60_00)},
				{line("1", "internet-500", 60_00), line("2", "film", 5_00)},
				{line("1", "internet-500", 60_00)},
			},
			usual: 61_67,
			findings: []Finding{
				{Kind: Gone, Product: "film", Usual: 1_67, Difference: -1_67},
			},
		},
		{
			name: "cents that do not divide go to whoever lost most",
			now:  []Line{line("1", "a", 0), line("2", "b", 0), line("3", "c", 9)},
			earlier: [][]Line{
				{line("1", "a", 1), line("2", "b", 2), line("3", "c", 9)}, {line("3", "c", 9)}, {line("3", "c", 9)},
			},
			usual: 10,
			findings: []Finding{
				{Kind: Lower, Product: "b", Usual: 1, Difference: -1, LineIDs: []string{"2"}},
			},
		},
		{
			name: "half a cent of a credit is rounded away from zero",
			now:  []Line{line("1", "credit", -10)}, earlier: [][]Line{{line("1", "credit", -10)}, {line("1", "credit", -11)}},
			usual: -11,
			findings: []Finding{
				{Kind: Higher, Product: "credit", Amount: -10, Usual: -11, Difference: 1, LineIDs: []string{"1"}},
			},
		},
		{
			name:    "a film that is free this time is not gone, and a new free one is no difference",
			now:     []Line{line("1", "film", 0), line("2", "trailer", 0)},
			earlier: months(1, line("1", "film", 5_00)),
			usual:   5_00,
			findings: []Finding{
				{Kind: Lower, Product: "film", Usual: 5_00, Difference: -5_00, LineIDs: []string{"1"}},
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var earlier []Invoice
			for _, lines := range c.earlier {
				earlier = append(earlier, invoiceOf(lines...))
			}
			check := Compare(invoiceOf(c.now...), earlier)
			if check.Compared != len(c.earlier) || check.UsualTotal != c.usual {
				t.Errorf("compared %d, usual %d; want %d, %d", check.Compared, check.UsualTotal, len(c.earlier), c.usual)
			}
			for i := range c.findings {
				c.findings[i].Description = "the " + c.findings[i].Product
			}
			if got, want := fmt.Sprintf("%+v", check.Findings), fmt.Sprintf("%+v", c.findings); got != want {
				t.Errorf("got findings\n%s, want\n%s", got, want)
			}
			expectSums(t, check)
		})
	}
}

// What a product is called is told as the newest invoice that has it does.
func TestDescription(t *testing.T) {
	renamed := func(amount int64, description string) Invoice {
		i := invoiceOf(line("1", "internet-500", amount))
		i.Lines[0].Description = description
		return i
	}
	earlier := []Invoice{invoiceOf(), renamed(60_00, "Internet 500 Plus"), renamed(60_00, "Internet 500")}
	if got := Compare(invoiceOf(), earlier).Findings[0].Description; got != "Internet 500 Plus" {
		t.Errorf("a product that is gone is described as %q", got)
	}
	if got := Compare(renamed(70_00, "Internet Giga"), earlier).Findings[0].Description; got != "Internet Giga" {
		t.Errorf("a product of the invoice is described as %q", got)
	}
}

// Whatever was billed: the findings explain the difference to the cent.
func FuzzCompare(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, uint8(seed%13), uint8(seed%7))
	}
	f.Fuzz(func(t *testing.T, seed uint64, months, products uint8) {
		random := rand.New(rand.NewPCG(seed, 0))
		bill := func() Invoice {
			var lines []Line
			for at := range random.IntN(int(products)%16 + 1) {
				name := fmt.Sprintf("product-%d", random.IntN(8))
				lines = append(lines, line(fmt.Sprint(at), name, random.Int64N(200_00)-50_00))
			}
			return invoiceOf(lines...)
		}
		now := bill()
		var earlier []Invoice
		for range months % 13 {
			earlier = append(earlier, bill())
		}
		check := Compare(now, earlier)
		expectSums(t, check)
		expectMeans(t, check, earlier)
	})
}

// expectSums is the promise that an explanation to a customer stands on.
func expectSums(t *testing.T, check Check) {
	t.Helper()
	if check.Compared == 0 {
		if check.UsualTotal != 0 || check.Difference != 0 || check.Findings != nil {
			t.Errorf("without a history nothing is usual, got %+v", check)
		}
		return
	}
	var difference int64
	for _, f := range check.Findings {
		difference += f.Difference
		if f.Difference == 0 || f.Difference != f.Amount-f.Usual {
			t.Errorf("finding %+v: wrong difference", f)
		}
	}
	if difference != check.Difference || check.Difference != check.Invoice.Total-check.UsualTotal {
		t.Errorf("findings sum to %d, the difference is %d = %d - %d",
			difference, check.Difference, check.Invoice.Total, check.UsualTotal)
	}
	if !slices.IsSortedFunc(check.Findings, func(a, b Finding) int {
		return int(magnitude(b.Difference) - magnitude(a.Difference))
	}) {
		t.Errorf("findings are not sorted: %+v", check.Findings)
	}
}

// expectMeans: no usual amount is a whole unit away from the mean.
func expectMeans(t *testing.T, check Check, earlier []Invoice) {
	t.Helper()
	for _, f := range check.Findings {
		var sum int64
		for _, e := range earlier {
			for _, l := range e.Lines {
				if l.Product == f.Product {
					sum += l.Amount
				}
			}
		}
		n := int64(len(earlier))
		if off := magnitude(f.Usual*n - sum); off >= n {
			t.Errorf("%s: usual %d, mean %d/%d", f.Product, f.Usual, sum, n)
		}
	}
}

func line(id, product string, amount int64) Line {
	return Line{ID: id, Product: product, Description: "the " + product, Amount: amount}
}

func invoiceOf(lines ...Line) Invoice {
	i := Invoice{Currency: "USD", Lines: lines}
	for _, l := range lines {
		i.Total += l.Amount
	}
	return i
}

func months(n int, lines ...Line) [][]Line { return slices.Repeat([][]Line{lines}, n) }
