package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/store"
)

// Suppress implements delivery.Store.
func (s *Store) Suppress(ctx context.Context, account string, address []byte, now time.Time) error {
	return s.exec(ctx, "suppress a recipient", `INSERT INTO suppressions (account, address, create_time) VALUES ($1, $2, $3)
		ON CONFLICT (account, address) DO NOTHING`, account, address, store.Micros(now))
}

// Unsuppress implements delivery.Store.
func (s *Store) Unsuppress(ctx context.Context, account string, address []byte) error {
	return s.exec(ctx, "lift a suppression", `DELETE FROM suppressions WHERE account = $1 AND address = $2`, account, address)
}

// Suppressed implements delivery.Store.
func (s *Store) Suppressed(ctx context.Context, account string, address []byte) (bool, error) {
	var is bool
	err := s.db.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM suppressions WHERE account = $1 AND address = $2)`, account, address).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("look for a suppression: %w", err)
	}
	return is, nil
}

// Heard implements delivery.Store.
func (s *Store) Heard(ctx context.Context, account string, address []byte, at time.Time) error {
	return s.exec(ctx, "note when a customer wrote", `INSERT INTO last_heard (account, address, heard_time) VALUES ($1, $2, $3)
		ON CONFLICT (account, address) DO UPDATE SET heard_time = excluded.heard_time
		WHERE last_heard.heard_time < excluded.heard_time`, account, address, store.Micros(at))
}

// LastHeard implements delivery.Store.
func (s *Store) LastHeard(ctx context.Context, account string, address []byte) (time.Time, error) {
	var at int64
	err := s.db.QueryRow(ctx, `SELECT heard_time FROM last_heard WHERE account = $1 AND address = $2`, account, address).Scan(&at)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return time.Time{}, fmt.Errorf("look when a customer wrote: %w", err)
	}
	return store.Time(at), nil
}

func (s *Store) exec(ctx context.Context, what, query string, args ...any) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
