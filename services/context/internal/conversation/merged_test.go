package conversation_test

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// forgetful takes a visitor for who they were before they signed in, as a replica does for a while that did not see it.
type forgetful struct{}

func (forgetful) Resolve(context.Context, string, conversation.Sender) (string, error) {
	return "customer_visitor", nil
}

func (forgetful) Join(context.Context, string, conversation.Sender, conversation.Sender) (string, []string, error) {
	return "customer_daniel", []string{"customer_visitor"}, nil
}

func TestWhatIsSaidForAVisitorElsewhereIsTheCustomersAfterSigningIn(t *testing.T) {
	s := open(t)
	vault := conversation.NewVault(sealtest.New(t))
	recorder := conversation.NewRecorder(s, vault, forgetful{}, clock.System, time.Hour)
	signIn := message("0", "")
	signIn.What = conversation.Identified{As: *signIn.Sender}
	for _, r := range recorder.Record(t.Context(), tenant, []conversation.ChannelEvent{
		signIn, message("1", "one"), message("2", "two"), edit("2", "TWO"),
	}) {
		if r.Err != nil || r.CustomerID != "customer_daniel" {
			t.Errorf("recorded for %s, %v", r.CustomerID, r.Err)
		}
	}
	said, err := s.CustomerMessages(t.Context(), tenant, "customer_daniel", "", conversation.Mark{}, 9)
	if err != nil || len(said) != 2 {
		t.Fatalf("Daniel's timeline is %v, %v", said, err)
	}
	for i, want := range []string{"one", "TWO"} {
		if got, err := vault.Open(t.Context(), said[i]); err != nil || got.Words.Content.Text != want {
			t.Errorf("message %d is %q, %v, want %q", i, got.Words.Content.Text, err, want)
		}
	}
}
