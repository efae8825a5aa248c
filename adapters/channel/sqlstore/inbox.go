package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/store"
)

var _ inbox.Store = (*Store)(nil)

// Commit implements inbox.Store.
func (s *Store) Commit(ctx context.Context, w inbox.Webhook, accepted func(inbox.Accepted)) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		waiting, err := addRows(ctx, tx, w.Rows, `ON CONFLICT (account, event_key) DO NOTHING`)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { accepted(waiting) })
		lettered := false
		if w.Letter != nil {
			if lettered, err = addLetter(ctx, tx, *w.Letter, w.BodyKey); err != nil {
				return err
			}
		}
		if len(waiting.Fresh) == 0 && !lettered {
			return nil
		}
		return addWebhook(ctx, tx, w)
	})
	if err != nil {
		return fmt.Errorf("commit a webhook to the inbox: %w", err)
	}
	return nil
}

// addRows answers what now waits of the rows.
func addRows(ctx context.Context, tx *store.Tx, rows []inbox.Row, onConflict string) (inbox.Accepted, error) {
	var waiting inbox.Accepted
	for _, r := range rows {
		added, err := tx.Exec(ctx, `INSERT INTO inbox
				(id, tenant, account, lane, kind, event_key, state, event, webhook_id, customer_id, trace, create_time)
			VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, '', $9, $10) `+onConflict,
			r.ID, r.Tenant, r.Account, r.Lane, r.Kind, r.Key, r.Sealed, r.WebhookID, r.Trace, store.Micros(r.Time))
		if err != nil {
			return waiting, err
		}
		if n, err := added.RowsAffected(); err != nil || n == 1 {
			waiting.Fresh = append(waiting.Fresh, r)
			continue
		}
		lane, err := waitsIn(ctx, tx, r.Account, r.Key)
		if err != nil {
			return waiting, err
		}
		if lane != "" {
			waiting.Lanes = append(waiting.Lanes, lane)
		}
	}
	return waiting, nil
}

// waitsIn is the lane of a row that waits; empty when it is done with.
func waitsIn(ctx context.Context, tx *store.Tx, account string, key []byte) (lane string, err error) {
	err = tx.QueryRow(ctx, `SELECT lane FROM inbox WHERE account = $1 AND event_key = $2 AND state = 'waiting'`, account, key).Scan(&lane)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	return lane, err
}

// WaitingLanes implements inbox.Store.
func (s *Store) WaitingLanes(ctx context.Context, after string, limit int) ([]string, error) {
	return s.strings(ctx, `SELECT DISTINCT lane FROM inbox WHERE state = 'waiting' AND lane > $1 ORDER BY lane LIMIT $2`, after, limit)
}

func (s *Store) strings(ctx context.Context, query string, args ...any) ([]string, error) {
	return store.All(ctx, s.db, store.Text, query, args...)
}

// Waiting implements inbox.Store.
func (s *Store) Waiting(ctx context.Context, lane string, limit int) ([]inbox.Row, error) {
	found, err := store.All(ctx, s.db, func(row store.Row) (r inbox.Row, err error) {
		var received int64
		err = row.Scan(&r.ID, &r.Tenant, &r.Account, &r.Lane, &r.Kind, &r.Key, &r.Sealed, &r.WebhookID, &r.Trace, &received)
		r.Time = store.Time(received)
		return r, err
	}, `SELECT id, tenant, account, lane, kind, event_key, event, webhook_id, trace, create_time
		FROM inbox WHERE state = 'waiting' AND lane = $1 ORDER BY id LIMIT $2`, lane, limit)
	if err != nil {
		return nil, fmt.Errorf("read waiting events: %w", err)
	}
	return found, nil
}

// noEvent is what is left of an event that waits no longer.
var noEvent = []byte{}

// Settle implements inbox.Store.
func (s *Store) Settle(ctx context.Context, recorded []inbox.Recorded, buried []inbox.Buried) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for customer, ids := range byCustomer(recorded) {
			if err := setState(ctx, tx, "recorded", customer, ids); err != nil {
				return err
			}
		}
		for _, b := range buried {
			if err := setState(ctx, tx, "buried", "", []string{b.RowID}); err != nil {
				return err
			}
			if _, err := addLetter(ctx, tx, b.Letter, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle events of the inbox: %w", err)
	}
	return nil
}

// byCustomer gathers the ids of rows. Those of a turn are of one customer, as a rule.
func byCustomer(recorded []inbox.Recorded) map[string][]string {
	ids := map[string][]string{}
	for _, r := range recorded {
		ids[r.CustomerID] = append(ids[r.CustomerID], r.RowID)
	}
	return ids
}

func setState(ctx context.Context, tx *store.Tx, state, customerID string, ids []string) error {
	set, args := in([]any{state, noEvent, customerID}, ids)
	_, err := tx.Exec(ctx, `UPDATE inbox SET state = $1, event = $2, customer_id = $3 WHERE state = 'waiting' AND id IN `+set, args...)
	return err
}
