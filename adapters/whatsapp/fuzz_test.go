package whatsapp

import (
	"errors"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/parleyhq/parley/adapters/channel"
)

// FuzzParse: whatever Meta may sign, every event that comes of it can be keyed, stored and sent on, and every error is a
// dead letter.
func FuzzParse(f *testing.F) {
	for _, file := range fixtures(f) {
		f.Add(read(f, file))
	}
	a := adapter(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := a.Parse(body, nil)
		var u *channel.Unreadable
		if err != nil && (!errors.As(err, &u) || u.Reason == "" || u.Detail == "") {
			t.Fatalf("not a dead letter: %v", err)
		}
		for _, e := range events {
			if e.Kind == "" || !plain(e.ExternalID) || !plain(e.Sender) || e.OccurredTime.IsZero() {
				t.Fatalf("an incomplete event: %+v", e)
			}
			if e.Discriminator != "" && (len(e.Discriminator) > 256 || !utf8.ValidString(e.Discriminator)) {
				t.Fatalf("an unfit discriminator: %q", e.Discriminator)
			}
			if (e.Status != nil) != (e.Kind == channel.KindStatus) {
				t.Fatalf("a status that is none: %+v", e)
			}
			if e.Channel == nil {
				continue
			}
			if len(e.Channel.GetSender().GetHandles()) == 0 || e.Channel.GetEvent() == nil {
				t.Fatalf("an incomplete channel event: %v", e.Channel)
			}
			if _, err := proto.Marshal(e.Channel); err != nil {
				t.Fatalf("it does not marshal: %v", err)
			}
		}
	})
}
