// Package caller carries, in a context, on whose behalf something is done and with what right. It is set at the edge from
// credentials (gateway) or from what a vendor vouched for (adapters), and never from the text of a message.
package caller

import (
	"context"
	"slices"
	"strings"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/protobuf/proto"
)

type key struct{}

// With puts the caller into the context.
func With(ctx context.Context, c *accessv1.Caller) context.Context {
	return context.WithValue(ctx, key{}, c)
}

// From is the caller of the context, or nil. It must not be changed.
func From(ctx context.Context) *accessv1.Caller {
	c, _ := ctx.Value(key{}).(*accessv1.Caller)
	return c
}

// Tenant of the context's caller; empty when there is none.
func Tenant(ctx context.Context) string { return From(ctx).GetTenant() }

// Service is the caller that a service of Parley is when it acts on its own: all of its tenant, no customer.
func Service(tenant, name string) *accessv1.Caller {
	return &accessv1.Caller{
		Tenant:    tenant,
		Principal: "service:" + name,
		Role:      accessv1.Role_ROLE_SERVICE,
		Assurance: accessv1.Assurance_ASSURANCE_NONE,
		Scopes:    []string{AllScopes},
	}
}

// agentPrefix of the principals of agents.
const agentPrefix = "agent:"

// AgentPrincipal is the principal of the agent whom routing knows under the name.
func AgentPrincipal(name string) string { return agentPrefix + name }

// Agent is the name of the agent who calls; empty when the caller is none. A caller in the role of an agent who is none by
// name goes by the whole principal, which nobody is called: it is an agent whom nothing belongs to, not somebody who is free
// of the rules for agents.
func Agent(ctx context.Context) string {
	c := From(ctx)
	if c.GetRole() != accessv1.Role_ROLE_AGENT {
		return ""
	}
	return strings.TrimPrefix(c.GetPrincipal(), agentPrefix)
}

// OnBehalfOf narrows a caller to one customer, who is known as well as the assurance says.
func OnBehalfOf(c *accessv1.Caller, customerID string, assurance accessv1.Assurance) *accessv1.Caller {
	narrowed := proto.CloneOf(c)
	narrowed.OnBehalfOfCustomer = customerID
	narrowed.Assurance = assurance
	return narrowed
}

// AllScopes as a scope holds every scope.
const AllScopes = "*"

// HasScope says whether the caller holds the scope.
func HasScope(c *accessv1.Caller, scope string) bool {
	return slices.Contains(c.GetScopes(), scope) || slices.Contains(c.GetScopes(), AllScopes)
}

// MayTouch says whether the caller may read or change what belongs to this customer: always, unless it acts on behalf of
// another one.
func MayTouch(c *accessv1.Caller, customerID string) bool {
	behalf := c.GetOnBehalfOfCustomer()
	return behalf == "" || behalf == customerID
}
