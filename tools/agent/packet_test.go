package agent

import (
	"strings"
	"testing"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/genproto/googleapis/type/date"
)

func TestAHandoffReadsAsAPage(t *testing.T) {
	for _, c := range []struct {
		name string
		h    *contextv1.Handoff
		want string
	}{
		{"the whole story, each line with its source", &contextv1.Handoff{
			Customer: &identityv1.Customer{
				Id: "customer_1", DisplayName: "Daniel Reyes", Locale: "en-US",
				Handles: []*identityv1.LinkedHandle{{
					Handle:    &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE, Value: "AUR-0001"},
					Assurance: accessv1.Assurance_ASSURANCE_STRONG,
				}},
			},
			Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
			Wanted:    []*contextv1.HandoffLine{{Text: "Asked for a person.", MessageId: "message_1", RecordId: "request_1"}},
			Said: []*contextv1.HandoffLine{{
				Text: "A person!", MessageId: "message_1", Channel: "sms", Author: contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER,
			}},
			SaidMore: true,
			Promised: []*contextv1.HandoffLine{{
				Text: "A decision.", RecordId: "dispute_1", DueDate: &date.Date{Year: 2026, Month: 12, Day: 7},
			}},
		}, `
Daniel Reyes (en-US), vouched for by the channel where they wrote last  [customer_1]
  customer reference AUR-0001: signed in
Wanted
  Asked for a person.  [request_1 message_1]
Said
  sms customer: A person!  [message_1]
Promised
  by 2026-12-07: A decision.  [dispute_1]
There is more from before.

`},
		{"somebody of whom nothing is known", &contextv1.Handoff{Customer: &identityv1.Customer{Id: "customer_2"}}, `
Somebody without a name, not vouched for where they wrote last  [customer_2]

`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got strings.Builder
			page(&got, c.h)
			if got.String() != c.want {
				t.Errorf("got %s\nwant %s", got.String(), c.want)
			}
		})
	}
}
