package caller_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

func TestAgentIsWhoCalls(t *testing.T) {
	for name, c := range map[string]struct {
		caller *accessv1.Caller
		want   string
	}{
		"nobody":                {nil, ""},
		"a service":             {caller.Service("aurora", "assistant"), ""},
		"an operator":           {&accessv1.Caller{Principal: "key:demo", Role: accessv1.Role_ROLE_OPERATOR}, ""},
		"an agent":              {&accessv1.Caller{Principal: caller.AgentPrincipal("agent-ana"), Role: accessv1.Role_ROLE_AGENT}, "agent-ana"},
		"an agent without name": {&accessv1.Caller{Principal: "key:agent", Role: accessv1.Role_ROLE_AGENT}, "key:agent"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := caller.Agent(caller.With(t.Context(), c.caller)); got != c.want {
				t.Errorf("Agent = %q, want %q", got, c.want)
			}
		})
	}
}
