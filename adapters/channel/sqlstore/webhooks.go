package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/store"
)

func addWebhook(ctx context.Context, tx *store.Tx, w inbox.Webhook) error {
	_, err := tx.Exec(ctx, `INSERT INTO webhooks (id, tenant, account, customer_id, sealed, several, claimed, create_time)
		VALUES ($1, $2, $3, '', $4, $5, FALSE, $6)`,
		w.ID, w.Tenant, w.Account, w.Sealed, w.Several, store.Micros(w.Time))
	return err
}

// rowsOf are the rows of the webhook w; told are those that told whose it is. They came at the same time, by which they are
// found: there is an index on that.
const (
	rowsOf = `FROM inbox i WHERE i.create_time = w.create_time AND i.webhook_id = w.id`
	told   = rowsOf + ` AND i.customer_id <> ''`
)

// Claimable implements inbox.Store.
func (s *Store) Claimable(ctx context.Context, since time.Time, limit int) ([]inbox.Webhook, error) {
	found, err := store.All(ctx, s.db, func(r store.Row) (w inbox.Webhook, err error) {
		var received int64
		err = r.Scan(&w.ID, &w.Tenant, &w.Account, &w.Sealed, &received, &w.CustomerID)
		w.Time = store.Time(received)
		return w, err
	}, `SELECT w.id, w.tenant, w.account, w.sealed, w.create_time, (SELECT MIN(i.customer_id) `+told+`)
		FROM webhooks w WHERE w.claimed = FALSE AND w.create_time >= $1 AND NOT w.several AND EXISTS (SELECT 1 `+told+`)
		ORDER BY w.create_time LIMIT $2`, store.Micros(since), limit)
	if err != nil {
		return nil, fmt.Errorf("look for webhooks to claim: %w", err)
	}
	return found, nil
}

// Claim implements inbox.Store.
func (s *Store) Claim(ctx context.Context, webhooks []inbox.Webhook) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, w := range webhooks {
			if _, err := tx.Exec(ctx, `UPDATE webhooks SET claimed = TRUE, customer_id = $2, sealed = $3 WHERE id = $1`, w.ID, w.CustomerID, w.Sealed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("claim webhooks: %w", err)
	}
	return nil
}

// dropAtOnce bounds how many bodies one write forgets: others wait for it.
const dropAtOnce = 500

// DropUnclaimed implements inbox.Store. It looks for them outside of the write, to be in nobody's way: a webhook without
// a letter or a waiting row gets none any more.
func (s *Store) DropUnclaimed(ctx context.Context) (int, error) {
	for dropped := 0; ; {
		ids, err := s.strings(ctx, `SELECT w.id FROM webhooks w WHERE w.claimed = FALSE
			AND (w.several OR NOT EXISTS (SELECT 1 `+told+`))
			AND NOT EXISTS (SELECT 1 `+rowsOf+` AND i.state = 'waiting')
			AND NOT EXISTS (SELECT 1 FROM dead_letters l WHERE l.webhook_id = w.id) LIMIT $1`, dropAtOnce)
		if err != nil {
			return dropped, fmt.Errorf("look for webhooks that nobody claimed: %w", err)
		}
		if len(ids) == 0 {
			return dropped, nil
		}
		set, args := in(nil, ids)
		if err := s.exec(ctx, "drop webhooks that nobody claimed", `DELETE FROM webhooks WHERE claimed = FALSE AND id IN `+set, args...); err != nil {
			return dropped, err
		}
		dropped += len(ids)
	}
}

// PurgeInbox implements inbox.Store.
func (s *Store) PurgeInbox(ctx context.Context, now time.Time) error {
	before := func(keep time.Duration) int64 { return store.Micros(now.Add(-keep)) }
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM dead_letters WHERE create_time < $1`, before(inbox.KeepLetters)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM inbox WHERE state <> 'waiting' AND create_time < $1
			AND NOT EXISTS (SELECT 1 FROM dead_letters l WHERE l.webhook_id = inbox.webhook_id)`, before(inbox.KeepKeys)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM webhooks WHERE claimed IN (TRUE, FALSE) AND create_time < $1
			AND NOT EXISTS (SELECT 1 FROM dead_letters l WHERE l.webhook_id = webhooks.id)`, before(inbox.KeepBodies))
		return err
	})
	if err != nil {
		return fmt.Errorf("purge the inbox: %w", err)
	}
	return nil
}
