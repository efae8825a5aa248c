package demo

import "time"

// Company is everything that is loaded.
type Company struct {
	Customers []Customer
	Products  []Product
	Plans     []Plan
	Billing   Billing
	Staff     Staff
	// Location is the zone of Billing.TimeZone.
	Location *time.Location
}

// Customer is one person in the company's books.
type Customer struct {
	// Reference is the number in the company's books, as `AUR-0001`.
	Reference string `yaml:"reference"`
	Name      string `yaml:"name"`
	// Phone is E.164.
	Phone string `yaml:"phone"`
	Email string `yaml:"email"`
	// Locale is a BCP 47 tag.
	Locale string `yaml:"locale"`
	// Plan is a plan's code.
	Plan string `yaml:"plan"`
}

// Product is what a line of an invoice bills.
type Product struct {
	Code        string `yaml:"code"`
	Description string `yaml:"description"`
	// Monthly or Once is its price; with neither, each bill says how much.
	Monthly *Cents `yaml:"monthly"`
	Once    *Cents `yaml:"once"`
}

func (p Product) price() *Cents {
	if p.Monthly != nil {
		return p.Monthly
	}
	return p.Once
}

// Plan is products that are billed together every month.
type Plan struct {
	Code     string   `yaml:"code"`
	Name     string   `yaml:"name"`
	Products []string `yaml:"products"`
}

// Billing is how invoices are dated, and what they hold beyond the plans.
type Billing struct {
	// TimeZone is an IANA name: its calendar says which month the anchor is in.
	TimeZone string `yaml:"time_zone"`
	Currency string `yaml:"currency"`
	// IssueDay and DueDay are days of the month billed, at most 28.
	IssueDay int    `yaml:"issue_day"`
	DueDay   int    `yaml:"due_day"`
	Bills    []Bill `yaml:"bills"`
}

// Bill is what is particular to one customer.
type Bill struct {
	// Customer is a reference.
	Customer string `yaml:"customer"`
	// Months billed, the anchor's included; 0 means twelve.
	Months int `yaml:"months"`
	// Extras are products billed every month on top of the plan.
	Extras []string `yaml:"extras"`
	// Usage is one amount for every month of a product, the oldest first.
	Usage      map[string][]Cents `yaml:"usage"`
	Exceptions []Exception        `yaml:"exceptions"`
}

// maxMonths billed, and the number when a bill does not say.
const maxMonths = 12

func (b Bill) months() int {
	if b.Months == 0 {
		return maxMonths
	}
	return b.Months
}

// Exception changes the bills of some months: another plan, or a product at another amount or beyond the usual.
type Exception struct {
	When    Span   `yaml:"when"`
	Plan    string `yaml:"plan"`
	Product string `yaml:"product"`
	Amount  *Cents `yaml:"amount"`
}

func (c *Company) product(code string) *Product {
	for i := range c.Products {
		if c.Products[i].Code == code {
			return &c.Products[i]
		}
	}
	return nil
}

func (c *Company) plan(code string) *Plan {
	for i := range c.Plans {
		if c.Plans[i].Code == code {
			return &c.Plans[i]
		}
	}
	return nil
}

// bill of a customer; the zero Bill, twelve months of the plan, when nothing is particular.
func (c *Company) bill(reference string) Bill {
	for _, b := range c.Billing.Bills {
		if b.Customer == reference {
			return b
		}
	}
	return Bill{Customer: reference}
}
