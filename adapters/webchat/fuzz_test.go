package webchat

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

// FuzzParse: whatever stands in the inbox, every event that comes of it can be keyed, stored and sent on, every error is a dead
// letter, and a customer is only whom the envelope names.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"id":"1","text":"hello","time":"2026-07-01T12:00:00Z"}`), aVisitor, daniel)
	f.Add([]byte(`{"sign_in":true,"time":"2026-07-01T12:00:00Z"}`), aVisitor, daniel)
	f.Add([]byte(`{"id":"1/2","text":"","time":null}`), aVisitor, "")
	f.Add([]byte(`{"id":"1","text":"x","time":"2026-07-01T12:00:00Z","customer":"AUR-0002"}`), "visitor_", "")
	a, err := New(account(), Deps{Clock: (&hand{at: noon}).now})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, visitor, customer string) {
		events, err := a.Parse(body, envelope{visitor: visitor, customer: customer}.header())
		var dead *channel.Unreadable
		if err != nil && (!errors.As(err, &dead) || dead.Reason == "" || dead.Detail == "" || len(events) > 0) {
			t.Fatalf("not a dead letter: %v", err)
		}
		for _, e := range events {
			if e.Kind == "" || e.ExternalID == "" || e.Sender == "" || e.OccurredTime.IsZero() || e.Channel == nil {
				t.Fatalf("an incomplete event: %+v", e)
			}
			if e.Kind == channel.KindSignIn {
				if customer == "" || e.Channel.GetIdentified() == nil {
					t.Fatalf("nobody signs in: %v", e.Channel)
				}
				continue
			}
			if known := e.Channel.GetSender().GetAssurance() > accessv1.Assurance_ASSURANCE_NONE; known != (customer != "") {
				t.Fatalf("customer %q is known as %v", customer, e.Channel.GetSender())
			}
			if _, err := proto.Marshal(e.Channel); err != nil {
				t.Fatalf("it does not marshal: %v", err)
			}
		}
	})
}
