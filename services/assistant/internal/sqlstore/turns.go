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
			ON CONFLICT (tenant, conversation_id, sequence) DO UPDATE SET turn = excluded.turn`,
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
	found, err := s.readTurns(ctx, tenant, conversationID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("select turns: %w", err)
	}
	turns := make([]dialogue.Turn, len(found))
	for i, f := range found {
		plain, err := s.seal.Open(ctx, seal.Customer(f.customerID), f.sealed, turnAt(conversationID, f.sequence))
		if errors.Is(err, seal.ErrDestroyed) {
			return nil, nil // all turns of a conversation are of the one customer
		}
		if err != nil {
			return nil, fmt.Errorf("open a turn: %w", err)
		}
		if err := json.Unmarshal(plain, &turns[i]); err != nil {
			return nil, fmt.Errorf("read a turn: %w", err)
		}
	}
	return turns, nil
}

func (s *Store) readTurns(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]sealedTurn, error) {
	rows, err := s.db.Query(ctx, `SELECT sequence, customer_id, turn FROM turns
		WHERE tenant = $1 AND conversation_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4`,
		tenant, conversationID, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []sealedTurn
	for rows.Next() {
		var t sealedTurn
		if err := rows.Scan(&t.sequence, &t.customerID, &t.sealed); err != nil {
			return nil, err
		}
		found = append(found, t)
	}
	return found, rows.Err()
}

// turnAt binds a sealed turn to its message.
func turnAt(conversationID string, sequence int64) string {
	return "assistant.turns/" + conversationID + "/" + strconv.FormatInt(sequence, 10)
}
