package assistant

// Config of the assistant. There is nothing to set: what it says and recognises stands in its texts and intents.
type Config struct{}

// Default is what a tenant gets who sets nothing.
func Default() Config { return Config{} }

// Validate says what is wrong with the configuration.
func (Config) Validate() error { return nil }
