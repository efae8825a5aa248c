package access_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"github.com/parleyhq/parley/services/access"
	"google.golang.org/protobuf/proto"
)

func TestAKeyLearnsAsWhomItActs(t *testing.T) {
	cfg := access.Config{Tenants: []access.Tenant{
		{Name: "aurora", TimeZone: "America/New_York", Locale: "en-US", Currency: "USD", SandboxURL: "http://127.0.0.1:8082"},
		{Name: "borealis", TimeZone: "Europe/Madrid"},
	}}
	local := rpc.NewLocal(rpc.Deps{})
	if _, err := access.New(&node.Node{Server: local}, cfg); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]*accessv1.Tenant{
		"aurora": {
			Name: "aurora", TimeZone: "America/New_York", Locale: "en-US", Currency: "USD",
			Sandbox: &accessv1.Sandbox{Url: "http://127.0.0.1:8082"},
		},
		"borealis": {Name: "borealis", TimeZone: "Europe/Madrid"}, // its vendors are real
		"cassini":  {Name: "cassini"},                             // nothing is known of it
	} {
		ctx := caller.With(t.Context(), caller.Service(name, "test"))
		got, err := accessv1.NewAccessServiceClient(local).GetCaller(ctx, &accessv1.GetCallerRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if !proto.Equal(got.GetTenant(), want) || got.GetCaller().GetPrincipal() != "service:test" {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestConfigurationThatIsRefused(t *testing.T) {
	for name, cfg := range map[string]access.Config{
		"without a name":            {Tenants: []access.Tenant{{}}},
		"named twice":               {Tenants: []access.Tenant{{Name: "aurora"}, {Name: "aurora"}}},
		"a sandbox that is nowhere": {Tenants: []access.Tenant{{Name: "aurora", SandboxURL: "127.0.0.1:8082"}}},
	} {
		if err := cfg.Validate(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
