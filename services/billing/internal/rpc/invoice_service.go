// Package rpc is billing's face to other services: protobuf in, domain out, and back.
package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"google.golang.org/grpc/codes"
)

// Invoices a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)

// customerPrefix of the TypeIDs that identity gives to customers.
const customerPrefix = "customer"

// InvoiceService implements parley.billing.v1.InvoiceService.
type InvoiceService struct {
	billingv1.UnimplementedInvoiceServiceServer

	invoices *invoice.Registry
	pages    *page.Tokens
}

// NewInvoiceService serves the invoices of the registry.
func NewInvoiceService(invoices *invoice.Registry, pages *page.Tokens) *InvoiceService {
	return &InvoiceService{invoices: invoices, pages: pages}
}

// ListInvoices lists a customer's invoices, newest first.
func (s *InvoiceService) ListInvoices(
	ctx context.Context, req *billingv1.ListInvoicesRequest,
) (*billingv1.ListInvoicesResponse, error) {
	if err := touchable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	list := listing{tenant: caller.Tenant(ctx), customerID: req.GetCustomerId()}
	before, err := list.position(s.pages, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	// One more than asked for tells whether there is a next page.
	invoices, err := s.invoices.List(ctx, list.tenant, list.customerID, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &billingv1.ListInvoicesResponse{}
	if len(invoices) > size {
		invoices = invoices[:size]
		res.NextPageToken = list.token(s.pages, invoices[size-1].Position())
	}
	res.Invoices = fromInvoices(invoices)
	return res, nil
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
		return nil, toFault(err)
	}
	return &billingv1.ImportInvoicesResponse{Invoices: fromInvoices(kept)}, nil
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

// toFault gives the domain's errors their public face.
func toFault(err error) error {
	var wrong *invoice.ImportError
	if errors.As(err, &wrong) {
		return toImportFault(wrong)
	}
	if errors.Is(err, invoice.ErrNotFound) {
		return fault.New(codes.NotFound, "INVOICE_NOT_FOUND", "no such invoice").Because(err)
	}
	return err
}

func toImportFault(err *invoice.ImportError) error {
	field := fmt.Sprintf("invoices[%d]", err.Index)
	switch {
	case errors.Is(err, invoice.ErrDiffers):
		return fault.New(codes.AlreadyExists, "INVOICE_DIFFERS", "%s: an invoice of the same number says something else", field).
			With("field", field).Because(err)
	case errors.Is(err, invoice.ErrUnbalanced):
		return fault.Invalid(field+".total", "INVOICE_UNBALANCED", "the lines do not sum to it").Because(err)
	case errors.Is(err, invoice.ErrLineIDs):
		return fault.Invalid(field+".lines", "LINE_ID_DUPLICATE", "two of them have the same id").Because(err)
	case errors.Is(err, invoice.ErrTooLarge):
		return fault.Invalid(field, "INVOICE_TOO_LARGE", "at most %d lines and %d minor units", invoice.MaxLines, invoice.MaxAmount).
			Because(err)
	default:
		return err
	}
}
