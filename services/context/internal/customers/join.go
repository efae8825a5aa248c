package customers

import (
	"context"

	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/grpc/codes"
)

// mostMerged visitors are looked after when a customer signs in, the newest of all that they ever were. What was said with the
// others was moved when those signed in: that is tried until it is done.
const mostMerged = 16

// Join implements conversation.Customers.
func (r *Resolver) Join(ctx context.Context, tenant string, visitor, known conversation.Sender) (id string, merged []string, err error) {
	resolved, err := r.identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{
		Handle: toHandle(known.Handles[0]), Create: true, Assurance: accessv1.Assurance(known.Assurance),
	})
	if err != nil {
		return "", nil, err
	}
	who := resolved.GetCustomer()
	before, err := r.identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{Handle: toHandle(visitor.Handles[0])})
	switch {
	case fault.Code(err) == codes.NotFound: // said nothing yet
		return who.GetId(), newest(who), nil
	case err != nil:
		return "", nil, err
	case before.GetCustomer().GetId() == who.GetId():
		return who.GetId(), newest(who), nil
	}
	joined, err := r.identity.MergeCustomers(ctx, &identityv1.MergeCustomersRequest{
		CustomerId: who.GetId(), MergedCustomerId: before.GetCustomer().GetId(),
	})
	if fault.Reason(err) == "CUSTOMER_KNOWN" { // somebody else signed in from the same page before
		return who.GetId(), newest(who), nil
	}
	if err != nil {
		return "", nil, err
	}
	r.forget(tenant + "\x00" + visitor.Key()) // who was remembered for the visitor's handle is nobody any more
	return who.GetId(), newest(joined.GetCustomer()), nil
}

// newest visitors who the customer was.
func newest(c *identityv1.Customer) []string {
	merged := c.GetMergedCustomerIds()
	return merged[max(0, len(merged)-mostMerged):]
}

func (r *Resolver) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.young, key)
	delete(r.old, key)
}

func toHandle(h conversation.Handle) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind(h.Kind), Value: h.Value}
}
