package rpc_test

import (
	"context"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

func TestACallSaysWhoCalls(t *testing.T) {
	cases := map[string]func(context.Context) context.Context{
		"nobody":       func(ctx context.Context) context.Context { return ctx },
		"no tenant":    func(ctx context.Context) context.Context { return caller.With(ctx, caller.Service("", "assistant")) },
		"no principal": func(ctx context.Context) context.Context { return caller.With(ctx, &accessv1.Caller{Tenant: "aurora"}) },
		"one in metadata only": func(ctx context.Context) context.Context {
			return metadata.AppendToOutgoingContext(ctx, rpc.CallerHeader, "\n\x06aurora\x12\x0bservice:all")
		},
	}
	onBothPaths(t, func(t *testing.T, w *world) {
		for name, with := range cases {
			t.Run(name, func(t *testing.T) {
				w.each(t, with(t.Context()), func(t *testing.T, err error) {
					if fault.Code(err) != codes.Unauthenticated || fault.Reason(err) != "NO_CALLER" {
						t.Errorf("got %v, want UNAUTHENTICATED NO_CALLER", err)
					}
				})
			})
		}
	})
}

func TestAccessRuleIsEnforced(t *testing.T) {
	assistant := caller.Service("aurora", "assistant")
	cases := map[string]struct {
		caller *accessv1.Caller
		reason string // of the unary method; empty: allowed
		stream string // of the stream
	}{
		"a service":       {assistant, "", ""},
		"an agent":        {&accessv1.Caller{Role: accessv1.Role_ROLE_AGENT, Scopes: []string{"context.read"}}, "", ""},
		"a partner":       {&accessv1.Caller{Role: accessv1.Role_ROLE_PARTNER, Scopes: []string{"*"}}, "", "ROLE_NOT_ALLOWED"},
		"no role":         {&accessv1.Caller{Scopes: []string{"*"}}, "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED"},
		"another scope":   {&accessv1.Caller{Role: accessv1.Role_ROLE_AGENT, Scopes: []string{"context.write"}}, "SCOPE_MISSING", "SCOPE_MISSING"},
		"a known sender":  {caller.OnBehalfOf(assistant, "customer_1", accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION), "", "NOT_FOR_CUSTOMERS"},
		"a better known":  {caller.OnBehalfOf(assistant, "customer_1", accessv1.Assurance_ASSURANCE_STRONG), "", "NOT_FOR_CUSTOMERS"},
		"an unknown":      {caller.OnBehalfOf(assistant, "customer_1", accessv1.Assurance_ASSURANCE_NONE), "ASSURANCE_TOO_LOW", "NOT_FOR_CUSTOMERS"},
		"assurance unset": {caller.OnBehalfOf(assistant, "customer_1", 0), "ASSURANCE_TOO_LOW", "NOT_FOR_CUSTOMERS"},
	}
	onBothPaths(t, func(t *testing.T, w *world) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				c.caller.Tenant, c.caller.Principal = "aurora", "key:test"
				ctx := caller.With(t.Context(), c.caller)
				if got := fault.Reason(w.get(ctx)); got != c.reason {
					t.Errorf("unary: %q, want %q", got, c.reason)
				}
				if _, err := w.watch(ctx); fault.Reason(err) != c.stream {
					t.Errorf("stream: %v, want %q", err, c.stream)
				}
			})
		}
	})
}

func TestAMethodWithoutARuleIsRefused(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		_, err := healthv1.NewHealthClient(w.conn).Check(asAssistant(t.Context()), &healthv1.HealthCheckRequest{})
		if fault.Code(err) != codes.PermissionDenied || fault.Reason(err) != "NO_ACCESS_RULE" {
			t.Errorf("got %v, want PERMISSION_DENIED NO_ACCESS_RULE", err)
		}
	})
}

func TestARefusalIsCounted(t *testing.T) {
	want := `# HELP rpc_server_handled_total Calls that ended, by the code they ended with.
# TYPE rpc_server_handled_total counter
rpc_server_handled_total{code="InvalidArgument",method="GetConversation",service="parley.context.v1.ContextService"} 1
rpc_server_handled_total{code="PermissionDenied",method="WatchConversation",service="parley.context.v1.ContextService"} 1
rpc_server_handled_total{code="Unauthenticated",method="GetConversation",service="parley.context.v1.ContextService"} 1
`
	onBothPaths(t, func(t *testing.T, w *world) {
		_ = w.get(t.Context())
		_, _ = w.watch(as(t.Context(), accessv1.Role_ROLE_PARTNER, "*"))
		_, _ = w.context.GetConversation(asAssistant(t.Context()), &contextv1.GetConversationRequest{})
		if err := testutil.GatherAndCompare(w.metrics, strings.NewReader(want), "rpc_server_handled_total"); err != nil {
			t.Error(err)
		}
	})
}
