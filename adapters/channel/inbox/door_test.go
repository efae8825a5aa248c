package inbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channel/inbox"
)

// slowStore has those wait who write while it is busy.
type slowStore struct {
	inbox.Store
	busy chan struct{} // nil while it is not
}

func (s *slowStore) Commit(ctx context.Context, w inbox.Webhook, accepted func(inbox.Accepted)) error {
	if s.busy != nil {
		<-s.busy
	}
	return s.Store.Commit(ctx, w, accepted)
}

func TestWhatWasTakenWaitsForThoseAtTheDoorButNotForLong(t *testing.T) {
	for _, tt := range []struct {
		name    string
		atDoor  int
		letIn   time.Duration // after the message was taken
		waiting time.Duration // the message is not recorded before this, and soon after
	}{
		{"some at the door", 47, time.Minute, 0},
		{"a crowd that is let in soon", 48, 100 * time.Millisecond, 100 * time.Millisecond},
		{"a crowd that stays", 64, 10 * time.Second, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tables := &slowStore{Store: w.cfg.Store}
				w.cfg.Store = tables
				w.open()
				w.receive(says("+15550142", "m1", "hello"))
				tables.busy = make(chan struct{})
				answered := make(chan error, tt.atDoor)
				for i := range tt.atDoor {
					body := fakechannel.Body(fakechannel.Said{
						Kind: channel.KindOptIn, ID: fmt.Sprint("o", i), From: "+15550199", Time: time.Now(),
					})
					go func() { answered <- w.inbox.Accept(context.Background(), w.adapter, nil, body) }()
				}
				w.after(0)
				if err := w.inbox.Start(w.Context()); err != nil {
					t.Fatal(err)
				}
				time.AfterFunc(tt.letIn, func() { close(tables.busy) })
				if tt.waiting > 0 {
					w.after(tt.waiting - time.Millisecond)
					w.wantRecorded()
				}
				w.after(50 * time.Millisecond)
				w.wantRecorded("hello")
				for range tt.atDoor {
					if err := <-answered; err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}
