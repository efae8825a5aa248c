package conversation

import (
	"context"
	"math"
	"time"

	"github.com/parleyhq/parley/mesh/wake"
)

// watchPage is how many messages a watcher reads at a time: what it holds in memory, however far behind it is.
const watchPage = 100

// Place is how far a watcher is: all messages up to the sequence, as they were at the revision.
type Place struct{ Sequence, Revision int64 }

// Watch sends the messages behind the place (one without a revision is as of now), and then each one that is appended or
// changed, until the context ends or send fails. Each state of a message is sent at most once, the newest always; with each
// goes the place from which another watch goes on.
//
// What this process writes wakes the watcher; what another replica wrote is seen within the interval. Either way the
// watcher reads what is behind its own position, so there is no buffer that could overflow.
func (t *Timeline) Watch(
	ctx context.Context, reach Reach, id string, from Place, interval time.Duration, send func(Said, Place) error,
) error {
	changed, stop := t.store.Watch(id)
	defer stop()
	c, err := conversationWithin(ctx, t.store, reach, id)
	if err != nil {
		return err
	}
	if from.Revision == 0 {
		from.Revision = c.Revision
	}
	w := watcher{timeline: t, conversation: c, place: from, send: send}
	if err := w.stored(ctx); err != nil {
		return err
	}
	return wake.Watch(ctx, changed, interval, w.changed)
}

// watcher has sent everything up to its place.
type watcher struct {
	timeline     *Timeline
	conversation Conversation
	place        Place
	send         func(Said, Place) error
}

// stored sends what was there when the watch began. A message that changed since is left for changed.
func (w *watcher) stored(ctx context.Context) error {
	c := w.conversation
	for {
		messages, err := w.timeline.store.ConversationMessages(ctx, c.Tenant, c.ID, w.place.Sequence, watchPage)
		if err != nil {
			return err
		}
		for _, m := range messages {
			w.place.Sequence = m.Sequence
			if m.Revision > w.place.Revision {
				continue
			}
			if err := w.open(ctx, m); err != nil {
				return err
			}
		}
		if len(messages) < watchPage {
			w.place.Sequence = math.MaxInt64
			return nil
		}
	}
}

// changed sends what was appended or changed since.
func (w *watcher) changed(ctx context.Context) error {
	c := w.conversation
	for {
		messages, err := w.timeline.store.ChangedMessages(ctx, c.Tenant, c.ID, w.place.Revision, watchPage)
		if err != nil {
			return err
		}
		for _, m := range messages {
			w.place.Revision = m.Revision
			if err := w.open(ctx, m); err != nil {
				return err
			}
		}
		if len(messages) < watchPage {
			return nil
		}
	}
}

func (w *watcher) open(ctx context.Context, m Message) error {
	said, err := w.timeline.vault.Open(ctx, m)
	if err != nil {
		return err
	}
	return w.send(said, w.place)
}
