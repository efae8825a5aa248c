package assistant

import (
	"fmt"
	"os"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// Config of the assistant. What it says and recognises stands in its texts and intents.
type Config struct {
	// Intents is the folder of the tenant's own intents and examples, a folder for each language in it; empty for none.
	Intents string
	// Language of the customers: `en`.
	Language string
	// TimeZone of the tenant by its IANA name, in which "the 5th" and "yesterday" are; empty is UTC.
	TimeZone string
}

// Default is what a tenant gets who sets nothing.
func Default() Config { return Config{Language: "en"} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if _, err := c.zone(); err != nil {
		return err
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

func (c Config) understanding() understand.Config {
	return understand.Config{Language: c.Language, Folder: c.Intents}
}
