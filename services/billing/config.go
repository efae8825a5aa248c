package billing

import (
	"errors"
	"fmt"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
)

// maxCompared is what the proto promises of CheckInvoice.
const maxCompared = 12

// Limits of what an operator may choose.
const (
	maxBusinessDays  = 250
	maxOldestInvoice = 3660
)

// Config of the service.
type Config struct {
	// Compared is how many earlier invoices make up what is usual, 1 to 12.
	Compared int
	// Calendar is the country (ISO 3166-1 alpha-2) whose days are worked on, TimeZone the IANA name of the zone in which days
	// begin and end: the tenant's.
	Calendar, TimeZone string
	// Holidays are further days on which nobody works, as `2026-12-24`.
	Holidays []string
	// BusinessDays from the day on which a dispute is opened until its decision is due, 1 to 250.
	BusinessDays int
	// ReminderDays are the business days before the due date on which staff are reminded: fewer than BusinessDays, 0 for the
	// due date itself.
	ReminderDays int
	// OldestInvoice is how many days ago an invoice may have been issued to be disputed, 1 to 3660.
	OldestInvoice int
}

// Default configuration: a year of monthly invoices; decisions in ten business days with a reminder two days before;
// disputes of invoices of the last four months.
func Default() Config {
	return Config{
		Compared: maxCompared, Calendar: "US", TimeZone: "America/New_York",
		BusinessDays: 10, ReminderDays: 2, OldestInvoice: 120,
	}
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if c.Compared < 1 || c.Compared > maxCompared {
		errs = append(errs, fmt.Errorf("compared invoices: %d is not between 1 and %d", c.Compared, maxCompared))
	}
	if _, err := c.calendar(); err != nil {
		errs = append(errs, err)
	}
	if c.BusinessDays < 1 || c.BusinessDays > maxBusinessDays {
		errs = append(errs, fmt.Errorf("business days: %d is not between 1 and %d", c.BusinessDays, maxBusinessDays))
	}
	if c.ReminderDays < 0 || c.ReminderDays >= c.BusinessDays {
		errs = append(errs, fmt.Errorf("reminder days: %d is not between 0 and the business days", c.ReminderDays))
	}
	if c.OldestInvoice < 1 || c.OldestInvoice > maxOldestInvoice {
		errs = append(errs, fmt.Errorf("oldest invoice: %d days are not between 1 and %d", c.OldestInvoice, maxOldestInvoice))
	}
	return errors.Join(errs...)
}

func (c Config) calendar() (*calendar.Calendar, error) {
	holidays := make([]calendar.Date, len(c.Holidays))
	for at, day := range c.Holidays {
		var err error
		if holidays[at], err = calendar.ParseDate(day); err != nil {
			return nil, fmt.Errorf("holidays[%d]: %w", at, err)
		}
	}
	return calendar.New(c.Calendar, c.TimeZone, holidays...)
}

func (c Config) policy() (dispute.Policy, error) {
	days, err := c.calendar()
	return dispute.Policy{
		Calendar: days, BusinessDays: c.BusinessDays, ReminderDays: c.ReminderDays, OldestInvoice: c.OldestInvoice,
	}, err
}
