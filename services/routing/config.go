package routing

import (
	"errors"
	"time"
)

// Config of the routing service.
type Config struct {
	// OfferTimeout is how long an agent has to answer an offer, unless its queue says otherwise.
	OfferTimeout time.Duration
	// IgnoredOffers is how many offers in a row an agent may leave to expire before he is AWAY.
	IgnoredOffers int
	// RejectedFor is how long an agent who rejected a task, or gave it away, is not offered it again.
	RejectedFor time.Duration
	// Lease is how long an agent is believed to be there after a sign of life.
	Lease time.Duration
	// MaxWaiting is how many tasks of a tenant may wait; beyond it RequestAgent is RESOURCE_EXHAUSTED.
	MaxWaiting int64
	// WatchInterval is how late a watcher sees what another replica changed; what this process changed it sees at once.
	WatchInterval time.Duration
}

// Default configuration.
func Default() Config {
	return Config{
		OfferTimeout:  30 * time.Second,
		IgnoredOffers: 2,
		RejectedFor:   time.Minute,
		Lease:         time.Minute,
		MaxWaiting:    10_000,
		WatchInterval: time.Second,
	}
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if c.OfferTimeout < time.Second || c.OfferTimeout > 24*time.Hour {
		errs = append(errs, errors.New("routing.offer_timeout: between a second and a day"))
	}
	if c.IgnoredOffers < 1 {
		errs = append(errs, errors.New("routing.ignored_offers: at least one"))
	}
	if c.RejectedFor < time.Second {
		errs = append(errs, errors.New("routing.rejected_for: at least a second, or a task is offered again to who rejected it"))
	}
	if c.Lease < 3*time.Second {
		errs = append(errs, errors.New("routing.lease: at least three seconds, because watchers renew it in thirds"))
	}
	if c.MaxWaiting < 1 {
		errs = append(errs, errors.New("routing.max_waiting: at least one"))
	}
	if c.WatchInterval < 10*time.Millisecond {
		errs = append(errs, errors.New("routing.watch_interval: at least ten milliseconds"))
	}
	return errors.Join(errs...)
}
