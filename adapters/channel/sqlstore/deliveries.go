package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/mesh/store"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

var _ delivery.Store = (*Store)(nil)

const deliveryColumns = `id, tenant, account, lane, message_id, customer_id, part, parts, payload, phase, state, reason,
	external_key, external_id, attempts, attempt_time, resends, next_time, trace, create_time, update_time`

func scanDelivery(row store.Row) (delivery.Delivery, error) {
	var d delivery.Delivery
	var attempt, next, created, updated int64
	err := row.Scan(&d.ID, &d.Tenant, &d.Account, &d.Lane, &d.MessageID, &d.CustomerID, &d.Part, &d.Parts, &d.Payload, &d.Phase, &d.State,
		&d.Reason, &d.ExternalKey, &d.ExternalID, &d.Attempts, &attempt, &d.Resends, &next, &d.Trace, &created, &updated)
	d.AttemptTime, d.NextTime = store.Time(attempt), store.Time(next)
	d.CreateTime, d.UpdateTime = store.Time(created), store.Time(updated)
	if errors.Is(err, store.ErrNoRows) {
		return delivery.Delivery{}, delivery.ErrNone
	}
	return d, err
}

func (s *Store) deliveries(ctx context.Context, where string, args ...any) ([]delivery.Delivery, error) {
	found, err := store.All(ctx, s.db, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	return found, nil
}

func one(ctx context.Context, q store.Querier, where string, args ...any) (delivery.Delivery, error) {
	d, err := scanDelivery(q.QueryRow(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE `+where, args...))
	if err != nil && !errors.Is(err, delivery.ErrNone) {
		return d, fmt.Errorf("read a delivery: %w", err)
	}
	return d, err
}

// Add implements delivery.Store.
func (s *Store) Add(ctx context.Context, deliveries []delivery.Delivery) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, d := range deliveries {
			_, err := tx.Exec(ctx, `INSERT INTO deliveries (`+deliveryColumns+`, reported)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
				ON CONFLICT (message_id, part) DO NOTHING`,
				d.ID, d.Tenant, d.Account, d.Lane, d.MessageID, d.CustomerID, d.Part, d.Parts, d.Payload, string(d.Phase), int64(d.State),
				d.Reason, d.ExternalKey, d.ExternalID, d.Attempts, store.Micros(d.AttemptTime), d.Resends, store.Micros(d.NextTime), d.Trace,
				store.Micros(d.CreateTime), store.Micros(d.UpdateTime), int64(contextv1.DeliveryState_DELIVERY_STATE_PENDING))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add deliveries: %w", err)
	}
	return nil
}

// Update implements delivery.Store.
func (s *Store) Update(ctx context.Context, id string, now time.Time, change func(*delivery.Delivery) bool) (delivery.Delivery, error) {
	var result delivery.Delivery
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d, err := one(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		result = d
		unknownKey := d.ExternalKey == nil
		if !change(&d) {
			return nil
		}
		if unknownKey && d.ExternalKey != nil {
			if err := foldEarly(ctx, tx, &d); err != nil {
				return err
			}
		}
		d.UpdateTime = store.Time(store.Micros(now))
		result = d
		_, err = tx.Exec(ctx, `UPDATE deliveries SET phase = $2, state = $3, reason = $4, external_key = $5, external_id = $6,
			attempts = $7, attempt_time = $8, resends = $9, next_time = $10, update_time = $11 WHERE id = $1`,
			d.ID, string(d.Phase), int64(d.State), d.Reason, d.ExternalKey, d.ExternalID,
			d.Attempts, store.Micros(d.AttemptTime), d.Resends, store.Micros(d.NextTime), store.Micros(now))
		return err
	})
	if err != nil {
		return delivery.Delivery{}, fmt.Errorf("update delivery %s: %w", id, err)
	}
	return result, nil
}

// foldEarly takes the status that waited for the delivery's external key.
func foldEarly(ctx context.Context, tx *store.Tx, d *delivery.Delivery) error {
	var state contextv1.DeliveryState
	var reason string
	err := tx.QueryRow(ctx, `DELETE FROM early_statuses WHERE account = $1 AND external_key = $2 RETURNING state, reason`,
		d.Account, d.ExternalKey).Scan(&state, &reason)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err == nil {
		d.Fold(state, reason)
	}
	return err
}

// Find implements delivery.Store.
func (s *Store) Find(ctx context.Context, account, id string, externalKey []byte) (delivery.Delivery, error) {
	if id != "" {
		d, err := one(ctx, s.db, `account = $1 AND id = $2`, account, id)
		if !errors.Is(err, delivery.ErrNone) {
			return d, err
		}
	}
	return one(ctx, s.db, `account = $1 AND external_key = $2 ORDER BY id LIMIT 1`, account, externalKey)
}

// Await implements delivery.Store.
func (s *Store) Await(ctx context.Context, account string, externalKey []byte, state contextv1.DeliveryState, reason string, now time.Time) (bool, error) {
	var known bool
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE account = $1 AND external_key = $2)`,
			account, externalKey).Scan(&known); err != nil || known {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO early_statuses (account, external_key, state, reason, create_time)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account, external_key) DO UPDATE SET state = excluded.state, reason = excluded.reason
			WHERE early_statuses.state < excluded.state`, account, externalKey, int64(state), reason, store.Micros(now))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep an early status: %w", err)
	}
	return known, nil
}
