package rpc

import (
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"google.golang.org/grpc/codes"
)

// faces of the domain's errors, as callers see them.
var faces = []struct {
	err  error
	face *fault.Error
}{
	{invoice.ErrNotFound, fault.New(codes.NotFound, "INVOICE_NOT_FOUND", "no such invoice")},
	{invoice.ErrNumberTaken, fault.New(codes.AlreadyExists, "INVOICE_NUMBER_TAKEN", "an invoice of the number is there already")},
	{invoice.ErrCustomerErased, fault.New(codes.FailedPrecondition, "CUSTOMER_ERASED", "the customer was erased")},
	{dispute.ErrNotFound, fault.New(codes.NotFound, "DISPUTE_NOT_FOUND", "no such dispute")},
	{dispute.ErrLineNotFound, fault.New(codes.NotFound, "LINE_NOT_FOUND", "the invoice has no such line")},
	{dispute.ErrNotDisputable, fault.New(codes.FailedPrecondition, "LINE_NOT_DISPUTABLE",
		"only a charge can be disputed, and no line of a dispute")},
	{dispute.ErrAlreadyDisputed, fault.New(codes.FailedPrecondition, "LINE_ALREADY_DISPUTED",
		"the line is in a dispute already")},
	{dispute.ErrInvoiceTooOld, fault.New(codes.FailedPrecondition, "INVOICE_TOO_OLD",
		"the invoice is too old to be disputed")},
	{dispute.ErrReasonRequired, fault.Invalid("reason", "DECISION_REASON_REQUIRED", "to reject a dispute needs one")},
	{dispute.ErrEtagStale, fault.New(codes.Aborted, "ETAG_STALE", "the dispute has changed since it was read: read it again")},
	{dispute.ErrActor, fault.New(codes.PermissionDenied, "ON_BEHALF_REQUIRED",
		"a service does this on behalf of a customer only")},
}

// toFault is the error as the caller may see it; the cause stays inside.
func toFault(err error) error {
	var line *dispute.LineError
	if errors.As(err, &line) {
		return aboutLine(line)
	}
	var closed *dispute.ClosedError
	if errors.As(err, &closed) {
		return fault.New(codes.FailedPrecondition, "DISPUTE_CLOSED", "the dispute is %s", closed.State).
			With("state", closed.State.String()).Because(err)
	}
	for _, f := range faces {
		if errors.Is(err, f.err) {
			return f.face.Because(err)
		}
	}
	return err
}

func aboutLine(err *dispute.LineError) error {
	for _, f := range faces {
		if !errors.Is(err.Err, f.err) {
			continue
		}
		face := f.face.With("line_id", err.LineID)
		if err.Holder.DisputeID != "" {
			face = face.With("dispute_id", err.Holder.DisputeID).With("dispute_number", err.Holder.Number)
		}
		return face.Because(err)
	}
	return err
}

// toInvoiceFault is about what is wrong with an invoice of a request.
func toInvoiceFault(field string, err error) error {
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
		return toFault(err)
	}
}

func toImportFault(err error) error {
	var wrong *invoice.ImportError
	if errors.As(err, &wrong) {
		return toInvoiceFault(fmt.Sprintf("invoices[%d]", wrong.Index), wrong.Err)
	}
	return toFault(err)
}
