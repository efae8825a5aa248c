package assistant

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// Config of the assistant. What it says and recognises stands in its texts and intents.
type Config struct {
	// Intents is the folder of the tenant's own intents and examples, a folder for each language in it; empty for none.
	Intents string
	// Languages is a folder of languages beside those that are shipped, a folder for each; empty for none.
	Languages string
	// Locale of the tenant: `en-US`. Its language is spoken to whose own is not known, its region's way to write amounts and days
	// is used in every language.
	Locale string
	// TimeZone of the tenant by its IANA name, in which "the 5th" and "yesterday" are; empty is UTC.
	TimeZone string
	// OfferFor is how long a yes to an offer counts. A later one is asked about again.
	OfferFor time.Duration
	// Queues in which a customer waits for a person, in the order in which they are looked at: the first one of whose words the
	// customer wrote lately, otherwise the last. Without any a person is only noted as wanted.
	Queues []Queue
	// Hours in which people are there, as customers are told, by language: `every day from 8 a.m. to 10 p.m.`
	Hours map[string]string
}

// Queue of routing, and what belongs there.
type Queue struct {
	Name string
	// Words in lower case, of any language.
	Words []string
}

// Default is what a tenant gets who sets nothing.
func Default() Config { return Config{Locale: "en-US", OfferFor: 24 * time.Hour} }

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if _, err := c.zone(); err != nil {
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

// languages that are spoken. The tenant's own intents are of some of them.
func (c Config) languages() (*languages.Set, error) {
	set, err := languages.Load(c.Languages)
	if err != nil {
		return nil, err
	}
	isThere := func(code string) bool {
		_, err := os.Stat(filepath.Join(c.Intents, code))
		return err == nil
	}
	if c.Intents != "" && !slices.ContainsFunc(set.Codes(), isThere) {
		return nil, fmt.Errorf("intents: %s has a folder for none of the languages %v", c.Intents, set.Codes())
	}
	return set, nil
}

func (c Config) desk() *colleague.Desk {
	d := &colleague.Desk{Hours: c.Hours}
	for _, q := range c.Queues {
		d.Queues = append(d.Queues, colleague.Queue(q))
	}
	return d
}
