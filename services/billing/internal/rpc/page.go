package rpc

import (
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// listing is whose invoices are listed. A page token is good for one listing.
type listing struct{ tenant, customerID string }

func (l listing) token(pages *page.Tokens, last invoice.Position) string {
	return pages.Encode(billingv1.InvoiceService_ListInvoices_FullMethodName,
		l.tenant, l.customerID, last.Issued.String(), last.ID)
}

// position is where the token's page begins; the zero Position for the first page.
func (l listing) position(pages *page.Tokens, token string) (invoice.Position, error) {
	cursor, err := pages.Decode(billingv1.InvoiceService_ListInvoices_FullMethodName, token)
	if err != nil || cursor == nil {
		return invoice.Position{}, err
	}
	if len(cursor) != 4 || cursor[0] != l.tenant || cursor[1] != l.customerID {
		return invoice.Position{}, notForThis()
	}
	issued, err := calendar.ParseDate(cursor[2])
	if err != nil {
		return invoice.Position{}, notForThis().Because(err)
	}
	return invoice.Position{Issued: issued, ID: cursor[3]}, nil
}

func notForThis() *fault.Error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this customer's invoices")
}
