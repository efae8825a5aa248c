package sandbox

import (
	"fmt"
	"regexp"
)

// visitorName is what a browser is called on the sandbox's surface.
var visitorName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// visitorInbound gives m the id by which the page knows its line again.
func visitorInbound(m *message, in Inbound) error {
	if in.Text == "" {
		return fmt.Errorf("%w: text: is empty", errInbound)
	}
	if in.Kind != "" && in.Kind != "text" {
		return fmt.Errorf("%w: kind: %q is none that is said in a web chat", errInbound, in.Kind)
	}
	m.ID, m.Customer, m.Raw = randomHex(16), in.Customer, in.Text
	return nil
}
