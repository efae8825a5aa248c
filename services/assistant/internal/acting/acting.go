// Package acting says for whom the assistant does what it does, whoever made it happen.
package acting

import (
	"context"

	"github.com/parleyhq/parley/mesh/caller"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

const name = "assistant"

// ForNobody has the assistant act on its own, in the tenant of the context's caller: for news that nobody asked for, and for
// words that are needed even when nobody vouches for who wrote them.
func ForNobody(ctx context.Context) context.Context {
	return caller.With(ctx, caller.Service(caller.Tenant(ctx), name))
}

// For has the assistant act for the customer, with the assurance that the context came with. Who has become another customer
// since it came, by signing in, is not vouched for: nobody did when they wrote.
func For(ctx context.Context, customerID string) context.Context {
	c := caller.From(ctx)
	assurance := c.GetAssurance()
	if customerID != c.GetOnBehalfOfCustomer() {
		assurance = accessv1.Assurance_ASSURANCE_NONE
	}
	return caller.With(ctx, caller.OnBehalfOf(caller.Service(c.GetTenant(), name), customerID, assurance))
}
