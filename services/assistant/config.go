package assistant

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// Config of the assistant. What it says and recognises stands in its texts and intents.
type Config struct {
	// Intents is the folder of the tenant's own intents and examples, a folder for each language in it; empty for none.
	Intents string
	// Locale of the customers: `en-US`. Its language is the one that is understood and spoken.
	Locale string
	// TimeZone of the tenant by its IANA name, in which "the 5th" and "yesterday" are; empty is UTC.
	TimeZone string
	// OfferFor is how long a yes to an offer counts. A later one is asked about again.
	OfferFor time.Duration
}

// Default is what a tenant gets who sets nothing.
func Default() Config { return Config{Locale: "en-US", OfferFor: 24 * time.Hour} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if _, err := c.zone(); err != nil {
		return err
	}
	if _, err := c.locale(); err != nil {
		return err
	}
	if c.OfferFor <= 0 {
		return fmt.Errorf("offer for: %v is no time at all", c.OfferFor)
	}
	if c.Intents == "" {
		return nil
	}
	if info, err := os.Stat(c.Intents); err != nil || !info.IsDir() {
		return fmt.Errorf("intents: %s is no folder", c.Intents)
	}
	return nil
}

func (c Config) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	return zone, nil
}

func (c Config) locale() (phrase.Locale, error) { return phrase.NewLocale(c.Locale) }

func (c Config) understanding() understand.Config {
	language, _, _ := strings.Cut(c.Locale, "-")
	return understand.Config{Language: language, Folder: c.Intents}
}
