package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Seed loads the company for the caller's tenant. It may be repeated, also after it was cut short: with the same anchor
// what is there already stays as it is.
func Seed(ctx context.Context, conn grpc.ClientConnInterface, company *Company, anchor time.Time) error {
	if err := seedStaff(ctx, conn, company.Staff); err != nil {
		return err
	}
	identity := identityv1.NewIdentityServiceClient(conn)
	invoices := billingv1.NewInvoiceServiceClient(conn)
	for _, customer := range company.Customers {
		id, err := seedCustomer(ctx, identity, customer)
		if err != nil {
			return fmt.Errorf("customer %s: %w", customer.Reference, err)
		}
		_, err = invoices.ImportInvoices(ctx, &billingv1.ImportInvoicesRequest{
			CustomerId: id, Invoices: company.Invoices(customer, anchor),
		})
		if err != nil {
			return fmt.Errorf("invoices of customer %s: %w", customer.Reference, err)
		}
	}
	return nil
}

// seedCustomer answers the id. It looks first: request ids are forgotten after some days, references are not.
func seedCustomer(ctx context.Context, identity identityv1.IdentityServiceClient, c Customer) (string, error) {
	reference := &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE, Value: c.Reference}
	found, err := identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{Handle: reference})
	if err == nil {
		return found.GetCustomer().GetId(), nil
	}
	if fault.Code(err) != codes.NotFound {
		return "", err
	}
	created, err := identity.CreateCustomer(ctx, &identityv1.CreateCustomerRequest{
		RequestId:   requestID(caller.Tenant(ctx), c.Reference),
		DisplayName: c.Name,
		Locale:      c.Locale,
		Handles: []*identityv1.Handle{
			reference,
			{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: c.Phone},
			{Kind: identityv1.HandleKind_HANDLE_KIND_EMAIL, Value: c.Email},
		},
	})
	if err != nil {
		return "", err
	}
	return created.GetCustomer().GetId(), nil
}

// requestID is the same for the same customer of the same tenant, wherever it is made.
func requestID(tenant, reference string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("parley:demo:"+tenant+":"+reference)).String()
}
