package assistant

import (
	"time"

	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/rpc"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
)

// Understander says what the assistant takes a text to want, without a running platform. It is safe for concurrent use.
type Understander struct {
	interpreter *tongue.Interpreter
	zone        *time.Location
}

// NewUnderstander learns from the shipped examples and the tenant's, as the service does at start.
func NewUnderstander(cfg Config) (*Understander, error) {
	zone, err := cfg.zone()
	if err != nil {
		return nil, err
	}
	voices, err := cfg.voices()
	if err != nil {
		return nil, err
	}
	interpreter, err := voices.interpreter(cfg.Intents)
	if err != nil {
		return nil, err
	}
	return &Understander{interpreter: interpreter, zone: zone}, nil
}

// Understand is what AssistantService.Understand answers.
func (u *Understander) Understand(text string, now time.Time) *assistantv1.Understanding {
	return rpc.Understanding(u.interpreter.Understand(tongue.Fact{}, text), now.In(u.zone))
}

// Intents that can be recognised, sorted.
func (u *Understander) Intents() []string { return u.interpreter.Intents() }
