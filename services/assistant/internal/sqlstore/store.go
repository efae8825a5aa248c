// Package sqlstore keeps dialogue states and turns in SQL. Both are sealed under their customer's key.
package sqlstore

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store implements dialogue.Store.
type Store struct {
	db    *store.DB
	seal  *seal.Keeper
	clock clock.Clock
}

// New brings the tables up to date.
func New(ctx context.Context, db *store.DB, keeper *seal.Keeper, clk clock.Clock) (*Store, error) {
	fsys, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "assistant", fsys); err != nil {
		return nil, fmt.Errorf("migrate dialogues: %w", err)
	}
	return &Store{db: db, seal: keeper, clock: clk}, nil
}

// Load implements dialogue.Store.
func (s *Store) Load(ctx context.Context, tenant, conversationID string) (dialogue.State, error) {
	return s.load(ctx, `SELECT customer_id, conversation_id, state FROM dialogues WHERE tenant = $1 AND conversation_id = $2`,
		tenant, conversationID)
}

// Latest implements dialogue.Store.
func (s *Store) Latest(ctx context.Context, tenant, customerID string) (dialogue.State, error) {
	return s.load(ctx, `SELECT customer_id, conversation_id, state FROM dialogues WHERE tenant = $1 AND customer_id = $2
		ORDER BY update_time DESC, conversation_id DESC LIMIT 1`, tenant, customerID)
}

func (s *Store) load(ctx context.Context, query string, arguments ...any) (dialogue.State, error) {
	var customerID, conversationID string
	var sealed []byte
	err := s.db.QueryRow(ctx, query, arguments...).Scan(&customerID, &conversationID, &sealed)
	if errors.Is(err, store.ErrNoRows) {
		return dialogue.State{}, dialogue.ErrNoState
	}
	if err != nil {
		return dialogue.State{}, fmt.Errorf("select dialogue: %w", err)
	}
	plain, err := s.seal.Open(ctx, seal.Customer(customerID), sealed, aad(conversationID))
	if errors.Is(err, seal.ErrDestroyed) {
		return dialogue.State{}, dialogue.ErrNoState
	}
	if err != nil {
		return dialogue.State{}, fmt.Errorf("open dialogue: %w", err)
	}
	var state dialogue.State
	if err := json.Unmarshal(plain, &state); err != nil {
		return dialogue.State{}, fmt.Errorf("read dialogue: %w", err)
	}
	return state, nil
}

// Save implements dialogue.Store.
func (s *Store) Save(ctx context.Context, tenant string, state dialogue.State) error {
	row, err := s.sealState(ctx, tenant, state)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, row.save)
}

// stateRow is a state as it is written.
type stateRow struct {
	tenant, conversationID, customerID string
	answeredSequence, updateTime       int64
	sealed                             []byte
}

func (s *Store) sealState(ctx context.Context, tenant string, state dialogue.State) (stateRow, error) {
	plain, err := json.Marshal(state)
	if err != nil {
		return stateRow{}, fmt.Errorf("write dialogue: %w", err)
	}
	sealed, err := s.seal.Seal(ctx, seal.Customer(state.CustomerID), plain, aad(state.ConversationID))
	if err != nil {
		return stateRow{}, fmt.Errorf("seal dialogue: %w", err)
	}
	return stateRow{
		tenant: tenant, conversationID: state.ConversationID, customerID: state.CustomerID,
		answeredSequence: state.AnsweredSequence, updateTime: store.Micros(s.clock()), sealed: sealed,
	}, nil
}

func (r stateRow) save(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx,
		`INSERT INTO dialogues (tenant, conversation_id, customer_id, answered_sequence, state, update_time)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant, conversation_id) DO UPDATE
		SET customer_id = excluded.customer_id, answered_sequence = excluded.answered_sequence, state = excluded.state,
			update_time = excluded.update_time
		WHERE dialogues.answered_sequence <= excluded.answered_sequence`,
		r.tenant, r.conversationID, r.customerID, r.answeredSequence, r.sealed, r.updateTime)
	return err
}

// aad binds a sealed state to its conversation.
func aad(conversationID string) string { return "assistant.dialogues/" + conversationID }
