// Package idempotency makes the same call twice one call. A caller names its request by a UUID; the id of what the first
// call made is kept for a week beside a hash of its payload, in the transaction that made it (AIP-155). Timers of the same
// store delete what is older.
package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// kept is how long a request id stands for its first call.
const kept = 7 * 24 * time.Hour

//go:embed migrations/*.sql
var migrations embed.FS

// Requests remembers the calls of one store.
type Requests struct {
	db     *store.DB
	timers *timer.Timers
	clock  clock.Clock
}

// New migrates its table, requests, into the store, and has the store's timers, not yet started, sweep it.
func New(db *store.DB, timers *timer.Timers, clk clock.Clock) (*Requests, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(context.Background(), "idempotency", files); err != nil {
		return nil, err
	}
	r := &Requests{db: db, timers: timers, clock: clk}
	timers.Handle(sweepTimer, r.sweep)
	err = db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error { return r.sweepAt(ctx, tx, clk()) })
	if err != nil {
		return nil, fmt.Errorf("idempotency: schedule the sweep: %w", err)
	}
	return r, nil
}

// Reused is the reason of the error when a request id was used before, for another request.
const Reused = "REQUEST_ID_REUSED"

// Once runs do, which answers the id of what it made, unless the context's caller made the same request (tenant,
// principal, method, request id) within seven days: then do is not run and the id of the first time is the answer.
//
// Errors: what do returns, and then nothing is remembered; INVALID_ARGUMENT REQUEST_ID_REQUIRED; UNAUTHENTICATED
// NO_CALLER; ALREADY_EXISTS REQUEST_ID_REUSED when the payload is another than the first time.
func (r *Requests) Once(ctx context.Context, tx *store.Tx, method, requestID string, payload proto.Message, do func() (resultID string, err error)) (string, error) {
	if requestID == "" {
		return "", fault.Invalid("request_id", "REQUEST_ID_REQUIRED", "this call needs one")
	}
	who := caller.From(ctx)
	if who.GetTenant() == "" || who.GetPrincipal() == "" {
		return "", fault.New(codes.Unauthenticated, "NO_CALLER", "nobody in particular is calling")
	}
	hash, err := hashOf(requestID, payload)
	if err != nil {
		return "", err
	}
	key := []any{who.GetTenant(), who.GetPrincipal(), method, requestID}
	first, err := r.first(ctx, tx, key, hash)
	if first != "" || err != nil {
		return first, err
	}
	result, err := do()
	if err != nil {
		return "", err
	}
	if result == "" {
		return "", fmt.Errorf("idempotency: %s answered no id", method)
	}
	return result, r.remember(ctx, tx, key, hash, result)
}

// first is the answer of the first call; empty when there was none, or too long ago.
func (r *Requests) first(ctx context.Context, tx *store.Tx, key []any, hash []byte) (string, error) {
	var result string
	var before []byte
	var created int64
	err := tx.QueryRow(ctx, `SELECT result_id, payload_hash, created_time FROM requests
		WHERE tenant = $1 AND principal = $2 AND method = $3 AND request_id = $4`, key...).Scan(&result, &before, &created)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("idempotency: look for the first call: %w", err)
	}
	if created <= r.forgotten() {
		return "", nil
	}
	if !bytes.Equal(before, hash) {
		return "", fault.New(codes.AlreadyExists, Reused, "this request_id was used for another request")
	}
	return result, nil
}

func (r *Requests) remember(ctx context.Context, tx *store.Tx, key []any, hash []byte, result string) error {
	_, err := tx.Exec(ctx, `INSERT INTO requests (tenant, principal, method, request_id, payload_hash, result_id, created_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (tenant, principal, method, request_id) DO UPDATE
		SET payload_hash = excluded.payload_hash, result_id = excluded.result_id, created_time = excluded.created_time`,
		append(key, hash, result, store.Micros(r.clock()))...)
	if err != nil {
		return fmt.Errorf("idempotency: remember the call: %w", err)
	}
	return nil
}

// forgotten is the time up to which calls are.
func (r *Requests) forgotten() int64 { return store.Micros(r.clock().Add(-kept)) }

// hashOf is salted by the request id, so that equal payloads do not show.
func hashOf(requestID string, payload proto.Message) ([]byte, error) {
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("idempotency: hash the payload: %w", err)
	}
	h := sha256.New()
	h.Write([]byte(requestID))
	h.Write([]byte{0})
	h.Write(data)
	return h.Sum(nil), nil
}
