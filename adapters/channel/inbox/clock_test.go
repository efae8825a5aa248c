package inbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// wrongClock has the vendor say this time of everything.
type wrongClock struct {
	*fakechannel.Adapter
	says time.Time
}

func (a wrongClock) Parse(body []byte, header http.Header) ([]channel.Event, error) {
	events, err := a.Adapter.Parse(body, header)
	for i := range events {
		events[i].OccurredTime = a.says
		if events[i].Channel != nil {
			events[i].Channel.OccurredTime = timestamppb.New(a.says)
		}
		if events[i].Status != nil {
			events[i].Status.Time = a.says
		}
	}
	return events, err
}

// The timeline is told the vendor's time where that can be true. Order and service window go by our own clock.
func TestAVendorsClockThatIsWrongHarmsNothing(t *testing.T) {
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // where a bubble's time begins
	for name, c := range map[string]struct{ says, told time.Time }{
		"right":                  {now, now},
		"two days slow":          {now.Add(-48 * time.Hour), now.Add(-48 * time.Hour)},
		"before 1970":            {time.Unix(-1, 0).UTC(), now},
		"before our era":         {time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC), now},
		"a day fast":             {now.Add(24 * time.Hour), now},
		"milliseconds as if s":   {time.Unix(now.UnixMilli(), 0).UTC(), now},
		"all that 64 bits allow": {time.Unix(1<<62, 0).UTC(), now},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.cfg.Adapters = []channel.Adapter{wrongClock{w.adapter, c.says}}
				w.open() // what is recorded comes from the table
				w.receive(says("+1ann", "a1", "first"), fakechannel.Said{Kind: channel.KindStatus, ID: "o1", From: "+1ann", State: sent})
				w.receive(says("+1ann", "a2", "second"))
				w.after(time.Hour)
				w.start()
				w.wantRecorded("first", "second")
				for _, told := range w.timeline.times {
					if !told.Equal(c.told) {
						w.Errorf("the timeline was told %v, want %v", told, c.told)
					}
				}
				for _, at := range w.outbound.heard {
					if !at.Equal(now) {
						w.Errorf("the service window opens at %v, want %v: when it came", at, now)
					}
				}
			})
		})
	}
}

func TestALetterReplayedOpensNoServiceWindowAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Riddle = "riddle"
		w.start()
		received := time.Now()
		w.receive(says("+1ann", "a1", "riddle"))
		w.after(48 * time.Hour)
		w.adapter.Riddle = ""
		if _, err := w.inbox.Replay(w.Context(), "acme", w.letters()[0].ID); err != nil {
			w.Fatal(err)
		}
		w.after(time.Second)
		w.wantRecorded("riddle")
		if heard := w.outbound.heard; len(heard) != 1 || !heard[0].Equal(received) {
			w.Errorf("heard at %v, want %v: the vendor counts from there", heard, received)
		}
	})
}
