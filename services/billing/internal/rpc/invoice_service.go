// Package rpc is billing's face to other services: protobuf in, domain out, and back.
package rpc

import (
	"context"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// customerPrefix of the TypeIDs that identity gives to customers.
const customerPrefix = "customer"

// InvoiceService implements parley.billing.v1.InvoiceService.
type InvoiceService struct {
	billingv1.UnimplementedInvoiceServiceServer

	invoices *invoice.Registry
	pages    *page.Tokens
	requests *Requests
}

// NewInvoiceService serves the invoices of the registry.
func NewInvoiceService(invoices *invoice.Registry, pages *page.Tokens, requests *Requests) *InvoiceService {
	return &InvoiceService{invoices: invoices, pages: pages, requests: requests}
}

// ListInvoices lists a customer's invoices, newest first.
func (s *InvoiceService) ListInvoices(
	ctx context.Context, req *billingv1.ListInvoicesRequest,
) (*billingv1.ListInvoicesResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	tenant, customerID := caller.Tenant(ctx), req.GetCustomerId()
	list := s.pages.List(billingv1.InvoiceService_ListInvoices_FullMethodName, tenant, customerID)
	before, err := invoicesBefore(list, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	invoices, err := s.invoices.List(ctx, tenant, customerID, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &billingv1.ListInvoicesResponse{}
	invoices, res.NextPageToken = page.Cut(list, invoices, size, func(i invoice.Invoice) []string {
		last := i.Position()
		return []string{last.Issued.String(), last.ID}
	})
	res.Invoices = fromInvoices(invoices)
	return res, nil
}

func invoicesBefore(list page.List, token string) (invoice.Position, error) {
	place, err := list.After(token, 2)
	if err != nil || place == nil {
		return invoice.Position{}, err
	}
	issued, err := calendar.ParseDate(place[0])
	if err != nil {
		return invoice.Position{}, page.NotOfList().Because(err)
	}
	return invoice.Position{Issued: issued, ID: place[1]}, nil
}

// GetInvoice reads one invoice.
func (s *InvoiceService) GetInvoice(
	ctx context.Context, req *billingv1.GetInvoiceRequest,
) (*billingv1.GetInvoiceResponse, error) {
	if err := typeid.Check("invoice_id", invoice.IDPrefix, req.GetInvoiceId()); err != nil {
		return nil, err
	}
	i, err := s.invoices.Get(ctx, caller.Tenant(ctx), req.GetInvoiceId())
	if err != nil {
		return nil, toFault(err)
	}
	if !caller.MayTouch(caller.From(ctx), i.CustomerID) {
		return nil, toFault(invoice.ErrNotFound)
	}
	return &billingv1.GetInvoiceResponse{Invoice: fromInvoice(i)}, nil
}

// CheckInvoice holds an invoice against the ones before it.
func (s *InvoiceService) CheckInvoice(
	ctx context.Context, req *billingv1.CheckInvoiceRequest,
) (*billingv1.CheckInvoiceResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	if id := req.GetInvoiceId(); id != "" {
		if err := typeid.Check("invoice_id", invoice.IDPrefix, id); err != nil {
			return nil, err
		}
	}
	check, err := s.invoices.Check(ctx, caller.Tenant(ctx), req.GetCustomerId(), req.GetInvoiceId())
	if err != nil {
		return nil, toFault(err)
	}
	return &billingv1.CheckInvoiceResponse{Check: fromCheck(check)}, nil
}

// ImportInvoices brings a customer's invoices in, all or none.
func (s *InvoiceService) ImportInvoices(
	ctx context.Context, req *billingv1.ImportInvoicesRequest,
) (*billingv1.ImportInvoicesResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	invoices, err := toInvoices(req.GetInvoices())
	if err != nil {
		return nil, err
	}
	kept, err := s.invoices.Import(ctx, caller.Tenant(ctx), req.GetCustomerId(), invoices)
	if err != nil {
		return nil, toImportFault(err)
	}
	return &billingv1.ImportInvoicesResponse{Invoices: fromInvoices(kept)}, nil
}

// PreviewNextInvoice says which adjustments the next invoice will carry.
func (s *InvoiceService) PreviewNextInvoice(
	ctx context.Context, req *billingv1.PreviewNextInvoiceRequest,
) (*billingv1.PreviewNextInvoiceResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	waiting, err := s.invoices.Pending(ctx, caller.Tenant(ctx), req.GetCustomerId())
	if err != nil {
		return nil, err
	}
	return fromPending(waiting), nil
}

// IssueInvoice makes the customer's next invoice, with the adjustments that wait for one.
func (s *InvoiceService) IssueInvoice(
	ctx context.Context, req *billingv1.IssueInvoiceRequest,
) (*billingv1.IssueInvoiceResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	i, err := toInvoice("invoice", req.GetInvoice())
	if err != nil {
		return nil, err
	}
	request, err := s.requests.of(ctx, "billing.IssueInvoice", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	issued, err := s.invoices.Issue(ctx, request, caller.Tenant(ctx), req.GetCustomerId(), i)
	if err != nil {
		return nil, toInvoiceFault("invoice", err)
	}
	return &billingv1.IssueInvoiceResponse{Invoice: fromInvoice(issued)}, nil
}

// touchable says whether the id is a customer's, and the caller may know whose: to whoever acts on behalf of somebody else,
// the customer's invoices are not there.
func touchable(ctx context.Context, customerID string) error {
	if err := typeid.Check("customer_id", customerPrefix, customerID); err != nil {
		return err
	}
	if !caller.MayTouch(caller.From(ctx), customerID) {
		return toFault(invoice.ErrNotFound)
	}
	return nil
}
