package billing_test

import (
	"testing"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/protobuf/proto"
)

// Daniel's bill: the amount, what is usual, and the line that makes the difference, to the cent.
func TestWhyIsMyBillSoHigh(t *testing.T) {
	w := start(t)
	daniel := newCustomer()
	year := w.imports(t, daniel, history(11)...)
	high := bill("AUR-12", 12, 189_90)
	high.Lines = append(high.Lines, line("ppv-bundle", "Pay-per-view bundle", 70_00))
	high.Total = dollars(259_90)
	w.imports(t, daniel, high)

	res, err := w.billing.CheckInvoice(as(t, daniel), &billingv1.CheckInvoiceRequest{CustomerId: daniel})
	if err != nil {
		t.Fatal(err)
	}
	check := res.GetCheck()
	if check.GetComparedInvoiceCount() != 11 || check.GetInvoice().GetNumber() != "AUR-12" {
		t.Errorf("checked %s against %d", check.GetInvoice().GetNumber(), check.GetComparedInvoiceCount())
	}
	expectMoney(t, "usual total", check.GetUsualTotal(), dollars(189_90))
	expectMoney(t, "difference", check.GetDifference(), dollars(70_00))
	if len(check.GetFindings()) != 1 {
		t.Fatalf("got findings %v, want one", check.GetFindings())
	}
	want := &billingv1.Finding{
		Kind: billingv1.Finding_KIND_NEW, Product: "ppv-bundle", Description: "Pay-per-view bundle",
		Amount: dollars(70_00), UsualAmount: dollars(0), Difference: dollars(70_00), LineIds: []string{"2"},
	}
	if got := check.GetFindings()[0]; !proto.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	first, err := w.billing.CheckInvoice(as(t, daniel),
		&billingv1.CheckInvoiceRequest{CustomerId: daniel, InvoiceId: year[0].GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if c := first.GetCheck(); c.GetComparedInvoiceCount() != 0 || c.GetUsualTotal() != nil || c.GetFindings() != nil {
		t.Errorf("the first invoice ever has nothing to be compared with, got %v", c)
	}
}

func TestInvoicesInAnotherCurrencyAreNotCompared(t *testing.T) {
	w := start(t)
	ana := newCustomer()
	euros := bill("AUR-1", 1, 100_00)
	euros.Total.CurrencyCode, euros.Lines[0].Amount.CurrencyCode = "EUR", "EUR"
	w.imports(t, ana, euros, bill("AUR-2", 2, 60_00), bill("AUR-3", 3, 60_00))
	res, err := w.billing.CheckInvoice(as(t, ana), &billingv1.CheckInvoiceRequest{CustomerId: ana})
	if err != nil || res.GetCheck().GetComparedInvoiceCount() != 1 {
		t.Errorf("got %v, %v, want one invoice to compare with", res, err)
	}
}

func TestAtMostTwelveInvoicesAreCompared(t *testing.T) {
	w := start(t)
	ana := newCustomer()
	w.imports(t, ana, history(15)...)
	res, err := w.billing.CheckInvoice(as(t, ana), &billingv1.CheckInvoiceRequest{CustomerId: ana})
	if err != nil || res.GetCheck().GetComparedInvoiceCount() != 12 {
		t.Errorf("got %v, %v, want twelve invoices to compare with", res, err)
	}
}
