package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

// Finish implements dialogue.Store.
func (s *Store) Finish(ctx context.Context, tenant string, state dialogue.State, t dialogue.Turn) error {
	row, err := s.sealState(ctx, tenant, state)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write a turn: %w", err)
	}
	sealed, err := s.seal.Seal(ctx, seal.Customer(t.CustomerID), plain, turnAt(t.ConversationID, t.Sequence))
	if err != nil {
		return fmt.Errorf("seal a turn: %w", err)
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := row.save(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx,
			`INSERT INTO turns (tenant, conversation_id, sequence, customer_id, turn) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant, conversation_id, sequence) DO UPDATE
			SET customer_id = excluded.customer_id, turn = excluded.turn`,
			tenant, t.ConversationID, t.Sequence, t.CustomerID, sealed)
		return err
	})
}

// sealedTurn is a turn as it was read.
type sealedTurn struct {
	sequence   int64
	customerID string
	sealed     []byte
}

// Turns implements dialogue.Store.
func (s *Store) Turns(
	ctx context.Context, tenant, conversationID string, after int64, limit int,
) ([]dialogue.Turn, error) {
	var turns []dialogue.Turn
	for len(turns) < limit {
		found, err := s.readTurns(ctx, tenant, conversationID, after, limit-len(turns))
		if err != nil {
			return nil, fmt.Errorf("select turns: %w", err)
		}
		if len(found) == 0 {
			break
		}
		for _, f := range found {
			after = f.sequence
			t, err := s.openTurn(ctx, conversationID, f)
			if errors.Is(err, seal.ErrDestroyed) {
				continue // the visitor's, who a customer was then, may be gone without the customer's
			}
			if err != nil {
				return nil, err
			}
			turns = append(turns, t)
		}
	}
	return turns, nil
}

func (s *Store) openTurn(ctx context.Context, conversationID string, f sealedTurn) (t dialogue.Turn, err error) {
	plain, err := s.seal.Open(ctx, seal.Customer(f.customerID), f.sealed, turnAt(conversationID, f.sequence))
	if err != nil {
		return t, fmt.Errorf("open a turn: %w", err)
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return t, fmt.Errorf("read a turn: %w", err)
	}
	return t, nil
}

func (s *Store) readTurns(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]sealedTurn, error) {
	scan := func(r store.Row) (t sealedTurn, err error) {
		err = r.Scan(&t.sequence, &t.customerID, &t.sealed)
		return t, err
	}
	return store.All(ctx, s.db, scan, `SELECT sequence, customer_id, turn FROM turns
		WHERE tenant = $1 AND conversation_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4`,
		tenant, conversationID, after, limit)
}

// turnAt binds a sealed turn to its message.
func turnAt(conversationID string, sequence int64) string {
	return "assistant.turns/" + conversationID + "/" + strconv.FormatInt(sequence, 10)
}
