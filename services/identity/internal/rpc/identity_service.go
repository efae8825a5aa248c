// Package rpc is identity's face to other services: protobuf in, domain out, and back.
package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// scopeWrite is what ResolveCustomer needs to create, beyond what its method option asks for; see mayCreate.
const scopeWrite = "identity.write"

// IdentityService implements parley.identity.v1.IdentityService.
type IdentityService struct {
	identityv1.UnimplementedIdentityServiceServer

	customers *customer.Registry
	pages     *page.Tokens
}

// NewIdentityService serves the customers of the registry.
func NewIdentityService(customers *customer.Registry, pages *page.Tokens) *IdentityService {
	return &IdentityService{customers: customers, pages: pages}
}

// ResolveCustomer finds who holds a handle.
func (s *IdentityService) ResolveCustomer(
	ctx context.Context, req *identityv1.ResolveCustomerRequest,
) (*identityv1.ResolveCustomerResponse, error) {
	seen, err := toSighting(req)
	if err != nil {
		return nil, err
	}
	c, created, err := s.resolve(ctx, seen, req.GetCreate())
	if err != nil {
		return nil, toFault(err)
	}
	if !caller.MayTouch(caller.From(ctx), c.ID) {
		return nil, toFault(customer.ErrNotFound)
	}
	return &identityv1.ResolveCustomerResponse{Customer: fromCustomer(c), Created: created}, nil
}

func (s *IdentityService) resolve(
	ctx context.Context, seen customer.Sighting, create bool,
) (c customer.Customer, created bool, err error) {
	by := caller.From(ctx)
	if !create {
		c, err := s.customers.Find(ctx, by.GetTenant(), seen)
		return c, false, err
	}
	if err := mayCreate(by); err != nil {
		return customer.Customer{}, false, err
	}
	return s.customers.Resolve(ctx, by.GetTenant(), seen)
}

// mayCreate asks for what the options of CreateCustomer and LinkHandle do: to resolve with create is to do both, with an
// assurance of the caller's own claim.
func mayCreate(by *accessv1.Caller) error {
	switch by.GetRole() {
	case accessv1.Role_ROLE_SERVICE, accessv1.Role_ROLE_OPERATOR:
	default:
		return fault.New(codes.PermissionDenied, "ROLE_NOT_ALLOWED", "your role may resolve customers, not create them")
	}
	if !caller.HasScope(by, scopeWrite) {
		return fault.New(codes.PermissionDenied, "SCOPE_MISSING",
			"your credentials lack the scope %s, which creating needs", scopeWrite).With("scope", scopeWrite)
	}
	return nil
}

// CreateCustomer makes a customer.
func (s *IdentityService) CreateCustomer(
	ctx context.Context, req *identityv1.CreateCustomerRequest,
) (*identityv1.CreateCustomerResponse, error) {
	handles, err := toHandles("handles", req.GetHandles())
	if err != nil {
		return nil, err
	}
	locale, err := toLocale(req.GetLocale())
	if err != nil {
		return nil, err
	}
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("marshal the request: %w", err)
	}
	request := customer.Request{ID: req.GetRequestId(), Payload: payload}
	c, err := s.customers.Create(ctx, caller.Tenant(ctx), request, customer.New{
		DisplayName: toName(req.GetDisplayName()), Locale: locale, Handles: handles,
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &identityv1.CreateCustomerResponse{Customer: fromCustomer(c)}, nil
}

// GetCustomer reads one customer.
func (s *IdentityService) GetCustomer(
	ctx context.Context, req *identityv1.GetCustomerRequest,
) (*identityv1.GetCustomerResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	c, err := s.customers.Get(ctx, caller.Tenant(ctx), req.GetCustomerId())
	if err != nil {
		return nil, toFault(err)
	}
	return &identityv1.GetCustomerResponse{Customer: fromCustomer(c)}, nil
}

// Customers of a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)

// ListCustomers lists the tenant's customers.
func (s *IdentityService) ListCustomers(
	ctx context.Context, req *identityv1.ListCustomersRequest,
) (*identityv1.ListCustomersResponse, error) {
	tenant := caller.Tenant(ctx)
	list := s.pages.List(identityv1.IdentityService_ListCustomers_FullMethodName, tenant)
	after, err := list.AfterID(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	customers, last, err := s.customers.List(ctx, tenant, after, page.Size(req.GetPageSize(), pageSize, maxPageSize))
	if err != nil {
		return nil, err
	}
	resp := &identityv1.ListCustomersResponse{}
	for _, c := range customers {
		resp.Customers = append(resp.Customers, fromCustomer(c))
	}
	if last != "" {
		resp.NextPageToken = list.Token(last)
	}
	return resp, nil
}

// LinkHandle gives a customer one more handle.
func (s *IdentityService) LinkHandle(
	ctx context.Context, req *identityv1.LinkHandleRequest,
) (*identityv1.LinkHandleResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	handle, err := toHandle("handle", req.GetHandle())
	if err != nil {
		return nil, err
	}
	c, err := s.customers.Link(ctx, caller.Tenant(ctx), req.GetCustomerId(), handle, customer.Assurance(req.GetAssurance()))
	if err != nil {
		return nil, toFault(err)
	}
	return &identityv1.LinkHandleResponse{Customer: fromCustomer(c)}, nil
}

// MergeCustomers joins a visitor with the customer who it turned out to be.
func (s *IdentityService) MergeCustomers(
	ctx context.Context, req *identityv1.MergeCustomersRequest,
) (*identityv1.MergeCustomersResponse, error) {
	if err := typeid.Check("customer_id", customer.IDPrefix, req.GetCustomerId()); err != nil {
		return nil, err
	}
	if err := typeid.Check("merged_customer_id", customer.IDPrefix, req.GetMergedCustomerId()); err != nil {
		return nil, err
	}
	c, err := s.customers.Merge(ctx, caller.Tenant(ctx), req.GetCustomerId(), req.GetMergedCustomerId())
	if err != nil {
		return nil, toFault(err)
	}
	return &identityv1.MergeCustomersResponse{Customer: fromCustomer(c)}, nil
}

// touchable says whether the id is one, and the caller may know whose: to whoever acts on behalf of somebody else, the
// customer is not there.
func touchable(ctx context.Context, id string) error {
	if err := typeid.Check("customer_id", customer.IDPrefix, id); err != nil {
		return err
	}
	if !caller.MayTouch(caller.From(ctx), id) {
		return toFault(customer.ErrNotFound)
	}
	return nil
}

// toFault gives the domain's errors their public face.
func toFault(err error) error {
	switch {
	case errors.Is(err, customer.ErrNotFound):
		return fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "no such customer").Because(err)
	case errors.Is(err, customer.ErrHandleTaken):
		return fault.New(codes.AlreadyExists, "HANDLE_TAKEN", "another customer holds the handle").Because(err)
	case errors.Is(err, customer.ErrKnown):
		return fault.New(codes.FailedPrecondition, "CUSTOMER_KNOWN", "who is to be merged is a customer of their own").Because(err)
	default:
		return err
	}
}
