package customers

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/handoff"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Directory is a handoff.Customers.
type Directory struct {
	identity identityv1.IdentityServiceClient
}

// NewDirectory asks the identity service among the peers.
func NewDirectory(peers grpc.ClientConnInterface) *Directory {
	return &Directory{identity: identityv1.NewIdentityServiceClient(peers)}
}

// Customer implements handoff.Customers.
func (d *Directory) Customer(ctx context.Context, tenant, id string) (handoff.Customer, error) {
	ctx = caller.With(ctx, caller.Service(tenant, "context"))
	response, err := d.identity.GetCustomer(ctx, &identityv1.GetCustomerRequest{CustomerId: id})
	if fault.Code(err) == codes.NotFound {
		return handoff.Customer{}, conversation.ErrCustomerNotFound
	}
	if err != nil {
		return handoff.Customer{}, fmt.Errorf("get customer %s: %w", id, err)
	}
	c := response.GetCustomer()
	known := handoff.Customer{ID: c.GetId(), Name: c.GetDisplayName(), Locale: c.GetLocale()}
	for _, h := range c.GetHandles() {
		known.Handles = append(known.Handles, handoff.Handle{
			Handle:    conversation.Handle{Kind: int(h.GetHandle().GetKind()), Value: h.GetHandle().GetValue()},
			Assurance: conversation.Assurance(h.GetAssurance()),
			LinkTime:  h.GetLinkTime().AsTime(),
		})
	}
	return known, nil
}
