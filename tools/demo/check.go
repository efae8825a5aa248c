package demo

import (
	"fmt"
	"regexp"
)

var (
	phoneFormat    = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)
	emailFormat    = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	currencyFormat = regexp.MustCompile(`^[A-Z]{3}$`)
)

// check says the first thing that does not fit together.
func (c *Company) check() error {
	for _, check := range []func() error{c.checkPlans, c.checkCustomers, c.checkBilling, c.checkStaff} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Company) checkPlans() error {
	seen := map[string]bool{}
	for _, p := range c.Products {
		if p.Code == "" || p.Description == "" || seen[p.Code] || (p.Monthly != nil && p.Once != nil) {
			return fmt.Errorf("%s: product %q: needs a code of its own, a description and at most one price", plansFile, p.Code)
		}
		seen[p.Code] = true
	}
	plans := map[string]bool{}
	for _, plan := range c.Plans {
		if plan.Code == "" || plan.Name == "" || len(plan.Products) == 0 || plans[plan.Code] {
			return fmt.Errorf("%s: plan %q: needs a code of its own, a name and products", plansFile, plan.Code)
		}
		plans[plan.Code] = true
		for _, code := range plan.Products {
			if err := c.checkMonthly(code); err != nil {
				return fmt.Errorf("%s: plan %q: %w", plansFile, plan.Code, err)
			}
		}
	}
	return nil
}

func (c *Company) checkMonthly(code string) error {
	if p := c.product(code); p == nil || p.Monthly == nil {
		return fmt.Errorf("product %q is not one with a monthly price", code)
	}
	return nil
}

func (c *Company) checkCustomers() error {
	taken := map[string]bool{}
	for _, customer := range c.Customers {
		fail := func(what, value string) error {
			return fmt.Errorf("%s: customer %q: %s %q is wrong or taken", customersFile, customer.Reference, what, value)
		}
		switch {
		case customer.Reference == "" || taken[customer.Reference]:
			return fail("reference", customer.Reference)
		case customer.Name == "" || customer.Locale == "":
			return fmt.Errorf("%s: customer %q: name and locale are needed", customersFile, customer.Reference)
		case !phoneFormat.MatchString(customer.Phone) || taken[customer.Phone]:
			return fail("phone", customer.Phone)
		case !emailFormat.MatchString(customer.Email) || taken[customer.Email]:
			return fail("email", customer.Email)
		case c.plan(customer.Plan) == nil:
			return fail("plan", customer.Plan)
		}
		taken[customer.Reference], taken[customer.Phone], taken[customer.Email] = true, true, true
	}
	return nil
}

func (c *Company) checkBilling() error {
	b := c.Billing
	if !currencyFormat.MatchString(b.Currency) || b.IssueDay < 1 || b.IssueDay > b.DueDay || b.DueDay > 28 {
		return fmt.Errorf("%s: needs a currency, and 1 <= issue_day <= due_day <= 28", invoicesFile)
	}
	known := map[string]bool{}
	for _, customer := range c.Customers {
		known[customer.Reference] = true
	}
	for _, bill := range b.Bills {
		if !known[bill.Customer] {
			return fmt.Errorf("%s: customer %q: is not in %s, or is here twice", invoicesFile, bill.Customer, customersFile)
		}
		known[bill.Customer] = false
		if err := c.checkBill(bill); err != nil {
			return fmt.Errorf("%s: customer %q: %w", invoicesFile, bill.Customer, err)
		}
	}
	return nil
}

func (c *Company) checkBill(bill Bill) error {
	if bill.Months < 0 || bill.Months > maxMonths {
		return fmt.Errorf("months: %d is not from 1 to %d", bill.Months, maxMonths)
	}
	for _, code := range bill.Extras {
		if err := c.checkMonthly(code); err != nil {
			return fmt.Errorf("extras: %w", err)
		}
	}
	for code, amounts := range bill.Usage {
		if c.product(code) == nil || len(amounts) != bill.months() {
			return fmt.Errorf("usage: %q is no product, or has %d amounts for %d bills", code, len(amounts), bill.months())
		}
	}
	for _, e := range bill.Exceptions {
		if err := c.checkException(e); err != nil {
			return fmt.Errorf("exceptions: %w", err)
		}
		if e.When.First <= -bill.months() {
			return fmt.Errorf("exceptions: month %d has no bill", e.When.First)
		}
	}
	return nil
}

func (c *Company) checkException(e Exception) error {
	if e.Plan != "" {
		if c.plan(e.Plan) == nil || e.Product != "" || e.Amount != nil {
			return fmt.Errorf("plan %q is none, or stands beside a product or an amount", e.Plan)
		}
		return nil
	}
	p := c.product(e.Product)
	if p == nil {
		return fmt.Errorf("product %q is none", e.Product)
	}
	if e.Amount == nil && p.price() == nil {
		return fmt.Errorf("product %q has no price, so it needs an amount", e.Product)
	}
	return nil
}
