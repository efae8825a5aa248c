package knowledge

import (
	"fmt"
	"time"
)

// Config of the service.
type Config struct {
	// Threshold of confidence, above 0 and at most 1, below which no article answers.
	Threshold float64
	// KeepSearches is how long it is remembered what was asked. At least an hour.
	KeepSearches time.Duration
}

// Default configuration: a threshold at which none of some 250 questions that no article covers was answered.
func Default() Config { return Config{Threshold: 0.93, KeepSearches: 90 * 24 * time.Hour} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if !(c.Threshold > 0 && c.Threshold <= 1) {
		return fmt.Errorf("threshold: %v is not above 0 and at most 1", c.Threshold)
	}
	if c.KeepSearches < time.Hour {
		return fmt.Errorf("keep searches: %v is less than an hour", c.KeepSearches)
	}
	return nil
}
