package contextsvc

import (
	"errors"
	"time"
)

// Config of the context service.
type Config struct {
	// IdleAfter is how long a conversation may be silent before it is closed.
	IdleAfter time.Duration
	// KeepKeys is how long a redelivered event is known again by its key. Vendors redeliver for seven days.
	KeepKeys time.Duration
	// WaitForMessage is how long an edit, deletion or reaction waits for a message that nobody has seen yet.
	WaitForMessage time.Duration
	// WatchInterval is how late a watcher sees what another replica wrote; what this process wrote it sees at once.
	WatchInterval time.Duration
}

// Default configuration.
func Default() Config {
	return Config{
		IdleAfter:      30 * 24 * time.Hour,
		KeepKeys:       30 * 24 * time.Hour,
		WaitForMessage: 8 * 24 * time.Hour,
		WatchInterval:  2 * time.Second,
	}
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if c.IdleAfter < time.Hour {
		errs = append(errs, errors.New("context.idle_after: at least one hour"))
	}
	if c.KeepKeys < 8*24*time.Hour {
		errs = append(errs, errors.New("context.keep_keys: at least eight days, because vendors redeliver for seven"))
	}
	if c.WaitForMessage < time.Hour {
		errs = append(errs, errors.New("context.wait_for_message: at least one hour"))
	}
	if c.WatchInterval < 10*time.Millisecond {
		errs = append(errs, errors.New("context.watch_interval: at least ten milliseconds"))
	}
	return errors.Join(errs...)
}
