package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/mesh/store"
)

// OpenLanes implements delivery.Store.
func (s *Store) OpenLanes(ctx context.Context, account, after string, limit int) ([]string, error) {
	return s.strings(ctx, `SELECT DISTINCT lane FROM deliveries WHERE phase <> 'settled' AND account = $1 AND lane > $2
		ORDER BY lane LIMIT $3`, account, after, limit)
}

// Head implements delivery.Store.
func (s *Store) Head(ctx context.Context, account, lane string) (delivery.Delivery, error) {
	return one(ctx, s.db, `phase <> 'settled' AND account = $1 AND lane = $2 ORDER BY id LIMIT 1`, account, lane)
}

// List implements delivery.Store.
func (s *Store) List(ctx context.Context, tenant string, f delivery.Filter, after string, limit int) ([]delivery.Delivery, error) {
	return s.deliveries(ctx, `tenant = $1 AND ($2 = '' OR account = $2) AND ($3 = '' OR message_id = $3) AND id > $4
		ORDER BY id LIMIT $5`, tenant, f.Account, f.MessageID, after, limit)
}

// Unreported implements delivery.Store.
func (s *Store) Unreported(ctx context.Context, after string, limit int) ([]string, error) {
	return s.strings(ctx, `SELECT DISTINCT message_id FROM deliveries WHERE state <> reported AND message_id > $1
		ORDER BY message_id LIMIT $2`, after, limit)
}

// Parts implements delivery.Store.
func (s *Store) Parts(ctx context.Context, messageID string) ([]delivery.Delivery, error) {
	return s.deliveries(ctx, `message_id = $1 ORDER BY part`, messageID)
}

// Reported implements delivery.Store.
func (s *Store) Reported(ctx context.Context, parts []delivery.Delivery) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range parts {
			if _, err := tx.Exec(ctx, `UPDATE deliveries SET reported = $2 WHERE id = $1`, p.ID, int64(p.State)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note what was reported: %w", err)
	}
	return nil
}

// PurgeDeliveries implements delivery.Store.
func (s *Store) PurgeDeliveries(ctx context.Context, now time.Time) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM early_statuses WHERE create_time < $1`, store.Micros(now.Add(-delivery.KeepEarly))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM last_heard WHERE heard_time < $1`, store.Micros(now.Add(-delivery.KeepHeard))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM deliveries WHERE phase = 'settled' AND state = reported AND create_time < $1`,
			store.Micros(now.Add(-delivery.KeepSettled)))
		return err
	})
	if err != nil {
		return fmt.Errorf("purge deliveries: %w", err)
	}
	return nil
}
