package whatsapp

import (
	"testing"

	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
)

// Identity refuses a telephone number that it cannot parse, and the whole message with it: only WhatsApp's own ids are sent.
func TestASenderIsKnownByWhatsAppsIdsAlone(t *testing.T) {
	for name, s := range map[string]sender{
		"a number of the United States": {waID: "12125550142"},
		"a number of Kosovo":            {waID: "3835551234"},
		"a number of South Sudan":       {waID: "21112345678"},
		"a number and a user id":        {waID: "3835551234", userID: "XK.1001"},
	} {
		for _, h := range s.handles() {
			if h.GetKind() != identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID || h.GetValue() != s.waID && h.GetValue() != s.userID {
				t.Errorf("%s: the sender is said to be %v", name, h)
			}
		}
	}
}
