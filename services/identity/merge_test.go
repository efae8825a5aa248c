package identity_test

import (
	"slices"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/grpc/codes"
)

func TestMergeCustomers(t *testing.T) {
	w := start(t)
	chat := &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_VISITOR_ID, Value: typeid.New("visitor")}
	create := func(h *identityv1.Handle) *identityv1.Customer {
		t.Helper()
		resp, err := w.identity.ResolveCustomer(operator(t), &identityv1.ResolveCustomerRequest{Handle: h, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		return resp.GetCustomer()
	}
	daniel, nobody, ana := create(reference("AUR-0001")), create(chat), create(phone("+12125550102"))
	merge := &identityv1.MergeCustomersRequest{CustomerId: daniel.GetId(), MergedCustomerId: nobody.GetId()}
	for range 2 {
		resp, err := w.identity.MergeCustomers(service(t), merge)
		if err != nil || !slices.Equal(resp.GetCustomer().GetMergedCustomerIds(), []string{nobody.GetId()}) {
			t.Fatalf("merged: %v, %v", resp, err)
		}
		expectValues(t, resp.GetCustomer(), "AUR-0001", chat.GetValue())
	}
	if found := w.find(t, chat); found.GetId() != daniel.GetId() {
		t.Errorf("the visitor is %v", found)
	}
	_, err := w.identity.MergeCustomers(service(t), &identityv1.MergeCustomersRequest{CustomerId: daniel.GetId(), MergedCustomerId: ana.GetId()})
	expectFault(t, err, codes.FailedPrecondition, "CUSTOMER_KNOWN", "")
	_, err = w.identity.MergeCustomers(service(t), &identityv1.MergeCustomersRequest{CustomerId: daniel.GetId(), MergedCustomerId: "daniel"})
	expectFault(t, err, codes.InvalidArgument, "ID_INVALID", "merged_customer_id")
	asDaniel := caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), daniel.GetId(), accessv1.Assurance_ASSURANCE_STRONG))
	_, err = w.identity.MergeCustomers(asDaniel, merge)
	expectFault(t, err, codes.PermissionDenied, "NOT_FOR_CUSTOMERS", "")
}
