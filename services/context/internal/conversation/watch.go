package conversation

import (
	"context"
	"time"
)

// watchPage is how many messages a watcher reads at a time: what it holds in memory, however far behind it is.
const watchPage = 100

// Watch sends the messages with a sequence above `after`, and then each one that is appended or changed, until the
// context ends or send fails. Each state of a message is sent at most once, the newest always.
//
// What this process writes wakes the watcher; what another replica wrote is seen within the interval. Either way the
// watcher reads what is behind its own position, so there is no buffer that could overflow.
func (t *Timeline) Watch(
	ctx context.Context, reach Reach, id string, after int64, interval time.Duration, send func(Said) error,
) error {
	changed, stop := t.store.Watch(id)
	defer stop()
	c, err := conversationWithin(ctx, t.store, reach, id)
	if err != nil {
		return err
	}
	w := watcher{timeline: t, conversation: c, send: send}
	if err := w.stored(ctx, after); err != nil {
		return err
	}
	again := time.NewTicker(interval)
	defer again.Stop()
	for {
		if err := w.changed(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-again.C:
		}
	}
}

// watcher has sent everything up to the revision of its conversation.
type watcher struct {
	timeline     *Timeline
	conversation Conversation
	send         func(Said) error
}

// stored sends what was there when the watch began. A message that changed since is left for changed.
func (w *watcher) stored(ctx context.Context, after int64) error {
	for {
		messages, err := w.timeline.store.ConversationMessages(ctx, w.conversation.Tenant, w.conversation.ID, after, watchPage)
		if err != nil {
			return err
		}
		for _, m := range messages {
			after = m.Sequence
			if m.Revision > w.conversation.Revision {
				continue
			}
			if err := w.open(ctx, m); err != nil {
				return err
			}
		}
		if len(messages) < watchPage {
			return nil
		}
	}
}

// changed sends what was appended or changed since.
func (w *watcher) changed(ctx context.Context) error {
	c := &w.conversation
	for {
		messages, err := w.timeline.store.ChangedMessages(ctx, c.Tenant, c.ID, c.Revision, watchPage)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if err := w.open(ctx, m); err != nil {
				return err
			}
			c.Revision = m.Revision
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
	return w.send(said)
}
