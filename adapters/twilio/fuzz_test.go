package twilio

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/parleyhq/parley/adapters/channel"
)

// FuzzParse: whatever Twilio may sign, every event that comes of it can be keyed, stored and sent on, and every error is
// a dead letter.
func FuzzParse(f *testing.F) {
	for _, file := range fixtures(f) {
		f.Add(read(f, file))
	}
	a := adapter(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := a.Parse(body, nil)
		var u *channel.Unreadable
		if err != nil && (!errors.As(err, &u) || u.Reason == "" || u.Detail == "" || len(events) > 0) {
			t.Fatalf("not a dead letter: %v", err)
		}
		for _, e := range events {
			if e.Kind == "" || !sidFormat.MatchString(e.ExternalID) || !numberFormat.MatchString(e.Sender) || len(e.Discriminator) > 64 {
				t.Fatalf("an incomplete event: %+v", e)
			}
			spoken := e.Kind == channel.KindMessage || e.Kind == channel.KindCall
			if (e.Status != nil) != (e.Kind == channel.KindStatus) || (e.Channel != nil) != spoken {
				t.Fatalf("an event of two kinds: %+v", e)
			}
			if _, err := proto.Marshal(e.Channel); err != nil {
				t.Fatalf("it does not marshal: %v", err)
			}
		}
	})
}
