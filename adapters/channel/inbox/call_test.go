package inbox_test

import (
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
)

func TestACallReachesTheTimelineAndOpensTheServiceWindow(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.receive(fakechannel.Said{Kind: channel.KindCall, ID: "c1", From: "+15550142", Text: "ring", Time: time.Now()})
		w.after(time.Second)
		w.wantRecorded("ring")
		if want := []string{"heard +15550142"}; !slices.Equal(w.outbound.told, want) {
			w.Errorf("the sending side was told %q, want %q", w.outbound.told, want)
		}
	})
}
