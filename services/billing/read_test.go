package billing_test

import (
	"context"
	"slices"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/grpc/codes"
)

func TestListInvoices(t *testing.T) {
	w := start(t)
	daniel := newCustomer()
	w.imports(t, daniel, history(7)...)
	var numbers []string
	token := ""
	for {
		res, err := w.billing.ListInvoices(as(t, daniel),
			&billingv1.ListInvoicesRequest{CustomerId: daniel, PageSize: 3, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range res.GetInvoices() {
			numbers = append(numbers, i.GetNumber())
		}
		if token = res.GetNextPageToken(); token == "" {
			break
		}
		_, err = w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: newCustomer(), PageToken: token})
		expectFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token")
	}
	want := []string{"AUR-7", "AUR-6", "AUR-5", "AUR-4", "AUR-3", "AUR-2", "AUR-1"}
	if !slices.Equal(numbers, want) {
		t.Errorf("got %v, want %v", numbers, want)
	}
	res, err := w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: newCustomer()})
	if err != nil || len(res.GetInvoices()) != 0 {
		t.Errorf("who was never billed has %v, %v", res, err)
	}
}

func TestInvoicesOfOthers(t *testing.T) {
	w := start(t)
	daniel, ana := newCustomer(), newCustomer()
	id := w.imports(t, daniel, bill("AUR-1", 1, 60_00))[0].GetId()
	if _, err := w.billing.GetInvoice(as(t, daniel), &billingv1.GetInvoiceRequest{InvoiceId: id}); err != nil {
		t.Errorf("Daniel reads his own invoice: %v", err)
	}
	neighbour := caller.With(t.Context(), caller.Service("borealis", "test"))
	weak := caller.With(t.Context(),
		caller.OnBehalfOf(caller.Service("aurora", "assistant"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	cases := []struct {
		name   string
		ctx    context.Context
		call   func(context.Context) error
		code   codes.Code
		reason string
	}{
		{"Ana reads Daniel's invoice", as(t, ana), w.get(id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana lists Daniel's invoices", as(t, ana), w.list(daniel), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana checks Daniel's invoices", as(t, ana), w.check(daniel, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana checks Daniel's invoice as hers", as(t, ana), w.check(ana, id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"another tenant reads it", neighbour, w.get(id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"another tenant checks it", neighbour, w.check(daniel, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"nobody vouched for who asks", weak, w.get(id), codes.PermissionDenied, "ASSURANCE_TOO_LOW"},
		{"there is no such invoice", operator(t), w.get(typeid.New("invoice")), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"nothing was ever billed", operator(t), w.check(ana, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"an invoice id that is none", operator(t), w.get("AUR-1"), codes.InvalidArgument, "ID_INVALID"},
		{"a customer id that is none", operator(t), w.list("daniel"), codes.InvalidArgument, "ID_INVALID"},
		{"a customer id in place of the invoice's", operator(t), w.check(daniel, ana), codes.InvalidArgument, "ID_INVALID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { expectFault(t, c.call(c.ctx), c.code, c.reason, "") })
	}
}
