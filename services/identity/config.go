package identity

// Config of the service. There is nothing to choose: how a handle is normalised decides who is whom, and must be the same
// in every process for ever.
type Config struct{}

// Default configuration.
func Default() Config { return Config{} }

// Validate says what is wrong with the configuration.
func (Config) Validate() error { return nil }
