package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/store"
)

// addLetter answers false when the webhook, or this body, has a letter already.
func addLetter(ctx context.Context, tx *store.Tx, l inbox.Letter, bodyKey []byte) (bool, error) {
	var id string
	err := tx.QueryRow(ctx, `INSERT INTO dead_letters (id, tenant, account, webhook_id, body_key, reason, detail, create_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
		l.ID, l.Tenant, l.Account, l.WebhookID, bodyKey, l.Reason, l.Detail, store.Micros(l.Time)).Scan(&id)
	if errors.Is(err, store.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

const letterColumns = `l.id, l.tenant, l.account, l.webhook_id, l.reason, l.detail, l.create_time`

func scanLetter(row store.Row, more ...any) (inbox.Letter, error) {
	var l inbox.Letter
	var created int64
	err := row.Scan(append([]any{&l.ID, &l.Tenant, &l.Account, &l.WebhookID, &l.Reason, &l.Detail, &created}, more...)...)
	l.Time = store.Time(created)
	return l, err
}

// Letters implements inbox.Store.
func (s *Store) Letters(ctx context.Context, tenant, account, after string, limit int) ([]inbox.Letter, error) {
	found, err := store.All(ctx, s.db, func(r store.Row) (inbox.Letter, error) { return scanLetter(r) }, `SELECT `+letterColumns+` FROM dead_letters l
		WHERE l.tenant = $1 AND ($2 = '' OR l.account = $2) AND l.id > $3 ORDER BY l.id LIMIT $4`, tenant, account, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return found, nil
}

// Letter implements inbox.Store.
func (s *Store) Letter(ctx context.Context, tenant, id string) (inbox.Letter, inbox.Webhook, error) {
	var w inbox.Webhook
	var received int64
	l, err := scanLetter(s.db.QueryRow(ctx, `SELECT `+letterColumns+`, w.id, w.tenant, w.account, w.customer_id, w.sealed, w.create_time
		FROM dead_letters l JOIN webhooks w ON w.id = l.webhook_id WHERE l.tenant = $1 AND l.id = $2`, tenant, id),
		&w.ID, &w.Tenant, &w.Account, &w.CustomerID, &w.Sealed, &received)
	if errors.Is(err, store.ErrNoRows) {
		return inbox.Letter{}, inbox.Webhook{}, inbox.ErrNoLetter
	}
	if err != nil {
		return inbox.Letter{}, inbox.Webhook{}, fmt.Errorf("read dead letter %s: %w", id, err)
	}
	w.Time = store.Time(received)
	return l, w, nil
}

// Replay implements inbox.Store.
func (s *Store) Replay(ctx context.Context, tenant, id string, rows []inbox.Row, keep bool, accepted func(inbox.Accepted)) error {
	take := takeLetter
	if keep {
		take = readLetter
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := take(ctx, tx, tenant, id); err != nil {
			return err
		}
		// A buried row takes the new id with the new seal, which is bound to it.
		waiting, err := addRows(ctx, tx, rows, `ON CONFLICT (account, event_key) DO UPDATE
			SET id = excluded.id, state = 'waiting', event = excluded.event, webhook_id = excluded.webhook_id, create_time = excluded.create_time
			WHERE inbox.state = 'buried'`)
		if err == nil {
			tx.AfterCommit(func() { accepted(waiting) })
		}
		return err
	})
	if err != nil && !errors.Is(err, inbox.ErrNoLetter) {
		return fmt.Errorf("replay dead letter %s: %w", id, err)
	}
	return err
}

// Erase implements inbox.Store.
func (s *Store) Erase(ctx context.Context, tenant, id string) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		l, err := takeLetter(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM webhooks WHERE id = $1`, l.WebhookID)
		return err
	})
	if err != nil && !errors.Is(err, inbox.ErrNoLetter) {
		return fmt.Errorf("erase dead letter %s: %w", id, err)
	}
	return err
}

func takeLetter(ctx context.Context, tx *store.Tx, tenant, id string) (inbox.Letter, error) {
	return oneLetter(tx.QueryRow(ctx, `DELETE FROM dead_letters AS l WHERE l.tenant = $1 AND l.id = $2
		RETURNING id, tenant, account, webhook_id, reason, detail, create_time`, tenant, id))
}

func readLetter(ctx context.Context, tx *store.Tx, tenant, id string) (inbox.Letter, error) {
	return oneLetter(tx.QueryRow(ctx, `SELECT `+letterColumns+` FROM dead_letters l WHERE l.tenant = $1 AND l.id = $2`, tenant, id))
}

func oneLetter(row store.Row) (inbox.Letter, error) {
	l, err := scanLetter(row)
	if errors.Is(err, store.ErrNoRows) {
		return inbox.Letter{}, inbox.ErrNoLetter
	}
	return l, err
}
