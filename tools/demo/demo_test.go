package demo

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/money"
)

// anchor is in November where Aurora is, although it is December in Greenwich.
var anchor = time.Date(2026, time.December, 1, 3, 0, 0, 0, time.UTC)

func aurora(t *testing.T) *Company {
	t.Helper()
	c, err := Load(os.DirFS("../../deploy/demo"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func cents(t *testing.T, m *money.Money) int64 {
	t.Helper()
	if m.GetCurrencyCode() != "USD" || m.GetNanos()%10_000_000 != 0 {
		t.Fatalf("%v is not in whole cents of USD", m)
	}
	return m.GetUnits()*100 + int64(m.GetNanos())/10_000_000
}

func TestThereAreTwentyFiveCustomersWithPossibleNumbersOfTheirOwn(t *testing.T) {
	c := aurora(t)
	if len(c.Customers) != 25 {
		t.Fatalf("%d customers", len(c.Customers))
	}
	if first := c.Customers[0]; first.Name != "Daniel Reyes" || first.Phone != "+12125550101" || first.Email != "daniel@reyes.example" {
		t.Fatalf("the first customer is %+v", first)
	}
	seen := []string{"+12125550100", "+12125550109"} // Aurora's own
	spanish := 0
	for _, customer := range c.Customers {
		number, err := phonenumbers.Parse(customer.Phone, "")
		if err != nil || !phonenumbers.IsPossibleNumber(number) {
			t.Errorf("%s: %s is not a possible number (%v)", customer.Reference, customer.Phone, err)
		}
		if slices.Contains(seen, customer.Phone) {
			t.Errorf("%s: %s is taken", customer.Reference, customer.Phone)
		}
		seen = append(seen, customer.Phone)
		if customer.Locale[:2] == "es" {
			spanish++
		}
	}
	if spanish < 3 {
		t.Errorf("only %d customers speak Spanish", spanish)
	}
}

func TestEveryInvoiceSumsToItsTotal(t *testing.T) {
	c := aurora(t)
	numbers := map[string]bool{}
	for _, customer := range c.Customers {
		for _, inv := range c.Invoices(customer, anchor) {
			var sum int64
			products := map[string]bool{}
			for _, l := range inv.GetLines() {
				sum += cents(t, l.GetAmount())
				if l.GetDescription() == "" || products[l.GetProduct()] {
					t.Errorf("%s: product %q has no description or stands twice", inv.GetNumber(), l.GetProduct())
				}
				products[l.GetProduct()] = true
			}
			if total := cents(t, inv.GetTotal()); sum != total || total <= 0 {
				t.Errorf("%s: lines sum to %d, total is %d", inv.GetNumber(), sum, total)
			}
			if numbers[inv.GetNumber()] {
				t.Errorf("%s is there twice", inv.GetNumber())
			}
			numbers[inv.GetNumber()] = true
		}
	}
}

func TestDanielsBillIsSeventyDollarsAboveTheUsual(t *testing.T) {
	c := aurora(t)
	invoices := c.Invoices(c.Customers[0], anchor)
	if len(invoices) != 12 {
		t.Fatalf("%d invoices", len(invoices))
	}
	earlier, this := invoices[:11], invoices[11]
	var sum int64
	usual := map[string]int64{}
	totals := map[int64]bool{}
	for _, inv := range earlier {
		sum += cents(t, inv.GetTotal())
		totals[cents(t, inv.GetTotal())] = true
		for _, l := range inv.GetLines() {
			usual[l.GetProduct()] += cents(t, l.GetAmount())
		}
	}
	if sum != 11*18990 {
		t.Errorf("the earlier bills sum to %d, not to eleven times 189.90", sum)
	}
	if len(totals) < 5 {
		t.Errorf("the earlier bills hardly vary: %v", totals)
	}
	if got := cents(t, this.GetTotal()); got != 25990 {
		t.Errorf("this month's bill is %d", got)
	}
	for _, l := range this.GetLines() {
		amount := cents(t, l.GetAmount())
		if l.GetProduct() == "ppv-bundle" {
			if amount != 7000 || l.GetDescription() != "Pay-per-view bundle" || usual["ppv-bundle"] != 0 {
				t.Errorf("the bundle is %v, earlier %d", l, usual["ppv-bundle"])
			}
			continue
		}
		if usual[l.GetProduct()] != 11*amount {
			t.Errorf("%s: %d this month, %d in eleven months before", l.GetProduct(), amount, usual[l.GetProduct()])
		}
	}
}

func TestMonthsAreCountedInTheCompanysZone(t *testing.T) {
	c := aurora(t)
	for _, tt := range []struct {
		name          string
		anchor        time.Time
		oldest, newer string
	}{
		{"before midnight in New York", anchor, "AUR-0001-202512", "AUR-0001-202611"},
		{"after midnight in New York", anchor.Add(3 * time.Hour), "AUR-0001-202601", "AUR-0001-202612"},
		{"on the last of a long month", time.Date(2027, time.March, 31, 12, 0, 0, 0, time.UTC), "AUR-0001-202604", "AUR-0001-202703"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			invoices := c.Invoices(c.Customers[0], tt.anchor)
			if first, last := invoices[0].GetNumber(), invoices[11].GetNumber(); first != tt.oldest || last != tt.newer {
				t.Errorf("from %s to %s", first, last)
			}
			last := invoices[11]
			if last.GetPeriodStartDate().GetDay() != 1 || last.GetIssueDate().GetDay() != 1 || last.GetDueDate().GetDay() != 21 {
				t.Errorf("dated %v, %v, %v", last.GetPeriodStartDate(), last.GetIssueDate(), last.GetDueDate())
			}
		})
	}
}

func TestStories(t *testing.T) {
	c := aurora(t)
	for _, tt := range []struct {
		story, reference string
		bills            int
		last, before     int64 // cents; before is 0 when there is no bill before the last
	}{
		{"internet got dearer two months ago", "AUR-0002", 12, 11770, 11770},
		{"credit for an outage", "AUR-0004", 12, 8980, 10480},
		{"new this month, with an activation fee", "AUR-0005", 1, 10980, 0},
		{"always the same", "AUR-0007", 12, 11770, 11770},
		{"bigger plan this month", "AUR-0008", 12, 16990, 10480},
		{"the welcome discount is over", "AUR-0010", 12, 10480, 8480},
		{"nothing particular", "AUR-0011", 12, 3990, 3990},
		{"sports channels given up", "AUR-0014", 12, 5640, 7630},
		{"half a year", "AUR-0017", 6, 5640, 5640},
	} {
		t.Run(tt.story, func(t *testing.T) {
			i := slices.IndexFunc(c.Customers, func(x Customer) bool { return x.Reference == tt.reference })
			invoices := c.Invoices(c.Customers[i], anchor)
			if len(invoices) != tt.bills {
				t.Fatalf("%d bills", len(invoices))
			}
			if got := cents(t, invoices[tt.bills-1].GetTotal()); got != tt.last {
				t.Errorf("this month: %d, want %d", got, tt.last)
			}
			if tt.before == 0 {
				return
			}
			if got := cents(t, invoices[tt.bills-2].GetTotal()); got != tt.before {
				t.Errorf("last month: %d, want %d", got, tt.before)
			}
		})
	}
}

func TestTheSameAnchorMakesTheSameInvoices(t *testing.T) {
	c := aurora(t)
	for _, customer := range c.Customers {
		first, second := c.Invoices(customer, anchor), c.Invoices(customer, anchor)
		if !slices.EqualFunc(first, second, func(a, b *billingv1.Invoice) bool { return a.String() == b.String() }) {
			t.Errorf("%s: differs from one time to the next", customer.Reference)
		}
	}
}
