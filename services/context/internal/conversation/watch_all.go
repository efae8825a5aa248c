package conversation

import (
	"context"
	"maps"
	"time"

	"github.com/parleyhq/parley/mesh/wake"
)

// lateCommit is how long a transaction may take from the time that it writes to its commit. A watcher of a whole tenant looks
// back so far, because on PostgreSQL a change may be committed behind one that is newer.
const lateCommit = 10 * time.Second

// WatchAll sends each conversation within reach that is opened or changes after `since`, as it is then, until the context ends
// or send fails. Another watch since the ChangeTime of the last conversation that was sent misses no change; what changed
// shortly before is sent to it again.
func (t *Timeline) WatchAll(
	ctx context.Context, reach Reach, since time.Time, interval time.Duration, send func(Conversation) error,
) error {
	changed, stop := t.store.WatchTenant(reach.Tenant)
	defer stop()
	w := allWatcher{timeline: t, reach: reach, position: since, sent: map[string]Conversation{}}
	return wake.Watch(ctx, changed, interval, func(ctx context.Context) error { return w.catchUp(ctx, send) })
}

// allWatcher has sent what changed up to its position.
type allWatcher struct {
	timeline *Timeline
	reach    Reach
	position time.Time
	// sent are the conversations that changed not longer before the position than a commit may be late.
	sent map[string]Conversation
}

func (w *allWatcher) catchUp(ctx context.Context, send func(Conversation) error) error {
	after := Mark{Time: w.position.Add(-lateCommit)}
	for {
		page, err := w.timeline.store.ChangedConversations(ctx, w.reach.Tenant, after, watchPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			after = Mark{Time: c.ChangeTime, ID: c.ID}
			if w.sent[c.ID].Revision == c.Revision || !w.reach.covers(c.CustomerID) {
				continue
			}
			if err := send(c); err != nil {
				return err
			}
			w.sent[c.ID] = c
		}
		if len(page) < watchPage {
			break
		}
	}
	if after.Time.After(w.position) {
		w.position = after.Time
	}
	maps.DeleteFunc(w.sent, func(_ string, c Conversation) bool { return c.ChangeTime.Before(w.position.Add(-lateCommit)) })
	return nil
}
