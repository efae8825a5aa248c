package billing_test

import (
	"testing"

	"github.com/parleyhq/parley/services/billing"
)

func TestConfig(t *testing.T) {
	if err := billing.Default().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	for name, change := range map[string]func(*billing.Config){
		"compared with nothing":                 func(c *billing.Config) { c.Compared = 0 },
		"compared with more than a year":        func(c *billing.Config) { c.Compared = 13 },
		"a calendar that nobody has":            func(c *billing.Config) { c.Calendar = "XX" },
		"no time zone":                          func(c *billing.Config) { c.TimeZone = "" },
		"a holiday that is no date":             func(c *billing.Config) { c.Holidays = []string{"Christmas"} },
		"a holiday that is empty":               func(c *billing.Config) { c.Holidays = []string{""} },
		"a decision at once":                    func(c *billing.Config) { c.BusinessDays = 0 },
		"a decision after more than a year":     func(c *billing.Config) { c.BusinessDays = 251 },
		"a reminder before the dispute":         func(c *billing.Config) { c.ReminderDays = 10 },
		"a reminder after the due date":         func(c *billing.Config) { c.ReminderDays = -1 },
		"no invoice young enough":               func(c *billing.Config) { c.OldestInvoice = 0 },
		"invoices that nobody keeps any longer": func(c *billing.Config) { c.OldestInvoice = 3661 },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := billing.Default()
			change(&cfg)
			if err := cfg.Validate(); err == nil {
				t.Error("it is valid")
			}
		})
	}
}
