// Package sqlstore keeps conversations in portable SQL. What people said stands in it sealed; see conversation.Vault.
package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/mesh/wake"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Kinds of the timers.
const (
	// IdleTimer closes a conversation; its key is the conversation's id.
	IdleTimer = "context.idle"
	// SweepTimer forgets what is too old; there is one.
	SweepTimer = "context.sweep"
)

// Events publishes what happened, in the transaction in which it happened.
type Events interface {
	Add(ctx context.Context, tx *store.Tx, e conversation.Event) error
}

// Store is a conversation.Store.
type Store struct {
	reader
	db       *store.DB
	events   Events
	timers   *timer.Timers
	requests *idempotency.Requests
	clock    clock.Clock
	// watchers of a conversation, or of a wholeTenant.
	watchers wake.Watchers[string]
}

// New migrates the tables in db.
func New(ctx context.Context, db *store.DB, events Events, timers *timer.Timers, clk clock.Clock) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "conversations", files); err != nil {
		return nil, fmt.Errorf("migrate conversations: %w", err)
	}
	requests, err := idempotency.New(db, timers, clk) // it takes none: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open request ids: %w", err)
	}
	return &Store{reader: reader{db}, db: db, events: events, timers: timers, requests: requests, clock: clk}, nil
}

// Write implements conversation.Store.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, tx conversation.Tx) error) error {
	return s.db.Write(ctx, func(ctx context.Context, t *store.Tx) error {
		return fn(ctx, &tx{reader: reader{t}, tx: t, store: s})
	})
}

// Watch implements conversation.Store.
func (s *Store) Watch(conversationID string) (changed <-chan struct{}, stop func()) {
	return s.watchers.Add(conversationID)
}

// WatchTenant implements conversation.Store.
func (s *Store) WatchTenant(tenant string) (changed <-chan struct{}, stop func()) {
	return s.watchers.Add(wholeTenant(tenant))
}

// wholeTenant is what watchers of all its conversations wait for; no conversation has such an id.
func wholeTenant(tenant string) string { return "tenant/" + tenant }
