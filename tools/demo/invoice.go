package demo

import (
	"maps"
	"slices"
	"strconv"
	"time"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/date"
)

// Invoices are a customer's, oldest first; the last is the anchor's month's.
func (c *Company) Invoices(customer Customer, anchor time.Time) []*billingv1.Invoice {
	bill := c.bill(customer.Reference)
	thisMonth := anchor.In(c.Location)
	var invoices []*billingv1.Invoice
	for month := 1 - bill.months(); month <= 0; month++ {
		// The first of the month: a later day would run over into the next month after a short one.
		start := time.Date(thisMonth.Year(), thisMonth.Month()+time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		invoices = append(invoices, c.invoice(customer, bill, month, start))
	}
	return invoices
}

func (c *Company) invoice(customer Customer, bill Bill, month int, start time.Time) *billingv1.Invoice {
	inv := &billingv1.Invoice{
		Number:          customer.Reference + "-" + start.Format("200601"),
		PeriodStartDate: dateOf(start),
		IssueDate:       dateOf(start.AddDate(0, 0, c.Billing.IssueDay-1)),
		DueDate:         dateOf(start.AddDate(0, 0, c.Billing.DueDay-1)),
	}
	var total Cents
	for i, l := range c.lines(customer, bill, month) {
		total += l.amount
		inv.Lines = append(inv.Lines, &billingv1.InvoiceLine{
			Id: strconv.Itoa(i + 1), Product: l.product.Code, Description: l.product.Description,
			Amount: l.amount.Money(c.Billing.Currency),
		})
	}
	inv.Total = total.Money(c.Billing.Currency)
	return inv
}

// line is one product on one bill.
type line struct {
	product *Product
	amount  Cents
}

// lines of one month: the plan, the extras and the usage as they are usually, then what is exceptional.
func (c *Company) lines(customer Customer, bill Bill, month int) []line {
	var lines []line
	set := func(code string, amount Cents) {
		for i := range lines {
			if lines[i].product.Code == code {
				lines[i].amount = amount
				return
			}
		}
		lines = append(lines, line{c.product(code), amount})
	}
	plan := customer.Plan
	for _, e := range bill.Exceptions {
		if e.Plan != "" && e.When.Holds(month) {
			plan = e.Plan
		}
	}
	for _, code := range slices.Concat(c.plan(plan).Products, bill.Extras) {
		set(code, *c.product(code).Monthly)
	}
	for _, code := range slices.Sorted(maps.Keys(bill.Usage)) {
		set(code, bill.Usage[code][month+bill.months()-1])
	}
	for _, e := range bill.Exceptions {
		if e.Product == "" || !e.When.Holds(month) {
			continue
		}
		amount := e.Amount
		if amount == nil {
			amount = c.product(e.Product).price()
		}
		set(e.Product, *amount)
	}
	return lines
}

func dateOf(t time.Time) *date.Date {
	return &date.Date{Year: int32(t.Year()), Month: int32(t.Month()), Day: int32(t.Day())}
}
