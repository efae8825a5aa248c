package rpc

import (
	"testing"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

// Kinds and assurances are converted by their numbers, so these must be the same on both sides.
func TestNumbersAreTheProtos(t *testing.T) {
	kinds := map[customer.Kind]identityv1.HandleKind{
		customer.Phone:      identityv1.HandleKind_HANDLE_KIND_PHONE,
		customer.Email:      identityv1.HandleKind_HANDLE_KIND_EMAIL,
		customer.WhatsAppID: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID,
		customer.Reference:  identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE,
		customer.VisitorID:  identityv1.HandleKind_HANDLE_KIND_VISITOR_ID,
	}
	for kind, want := range kinds {
		if identityv1.HandleKind(kind) != want {
			t.Errorf("kind %d is %v, want %v", kind, identityv1.HandleKind(kind), want)
		}
	}
	if known := len(identityv1.HandleKind_name) - 1; known != len(kinds) {
		t.Errorf("the proto knows %d kinds, the domain %d", known, len(kinds))
	}
	assurances := map[customer.Assurance]accessv1.Assurance{
		customer.AssuranceNone:              accessv1.Assurance_ASSURANCE_NONE,
		customer.AssuranceChannelPossession: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
		customer.AssuranceVerifiedHandle:    accessv1.Assurance_ASSURANCE_VERIFIED_HANDLE,
		customer.AssuranceStrong:            accessv1.Assurance_ASSURANCE_STRONG,
	}
	for assurance, want := range assurances {
		if accessv1.Assurance(assurance) != want {
			t.Errorf("assurance %d is %v, want %v", assurance, accessv1.Assurance(assurance), want)
		}
	}
}
