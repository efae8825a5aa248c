package seal

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
)

// erase overwrites the wrapped key with zeros of the same length and leaves the row as a tombstone.
func (k *Keeper) erase(ctx context.Context, s Subject) error {
	now := store.Micros(k.clock())
	err := k.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		wrapped, err := wrappedKey(ctx, tx, s)
		if errors.Is(err, ErrDestroyed) {
			return nil
		}
		if err != nil && !errors.Is(err, store.ErrNoRows) {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO seal_keys (subject, wrapped, create_time, destroyed)
			VALUES ($1, $2, $3, TRUE)
			ON CONFLICT (subject) DO UPDATE SET wrapped = excluded.wrapped, destroyed = TRUE`,
			s.String(), make([]byte, len(wrapped)), now)
		return err
	})
	k.cache.drop(s)
	if err != nil || k.db.Engine() != store.SQLite {
		return err
	}
	return k.emptyLog(ctx)
}

// leaveNoTraces makes SQLite zero what it frees, also when it moves rows to another page. The setting is the
// connection's, and a store writes on one (https://sqlite.org/pragma.html#pragma_secure_delete).
func (k *Keeper) leaveNoTraces(ctx context.Context) error {
	if k.db.Engine() != store.SQLite {
		return nil
	}
	return k.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var on bool
		return tx.QueryRow(ctx, `PRAGMA secure_delete = ON`).Scan(&on)
	})
}

// emptyLog moves SQLite's write-ahead log, which still holds the key, into the database file, where zeros overwrote it
// (https://sqlite.org/pragma.html#pragma_wal_checkpoint). A reader in the middle of something may keep it from that; then
// the next checkpoint does it.
func (k *Keeper) emptyLog(ctx context.Context) error {
	var busy, frames, moved int
	if err := k.db.QueryRow(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return fmt.Errorf("empty the write-ahead log: %w", err)
	}
	return nil
}
