package billing

import "fmt"

// maxCompared is what the proto promises of CheckInvoice.
const maxCompared = 12

// Config of the service.
type Config struct {
	// Compared is how many earlier invoices make up what is usual, 1 to 12.
	Compared int
}

// Default configuration: a year of monthly invoices.
func Default() Config { return Config{Compared: maxCompared} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if c.Compared < 1 || c.Compared > maxCompared {
		return fmt.Errorf("compared invoices: %d is not between 1 and %d", c.Compared, maxCompared)
	}
	return nil
}
