package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// load reads and unwraps the subject's key; store.ErrNoRows when it never had one.
func (k *Keeper) load(ctx context.Context, s Subject) (tink.AEAD, error) {
	wrapped, err := wrappedKey(ctx, k.db, s)
	if err != nil {
		return nil, err
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), k.kek.wrap, []byte(s.String()))
	if err != nil {
		return nil, ErrWrongKEK
	}
	return aead.New(handle)
}

// wrappedKey reads the stored form of a key.
func wrappedKey(ctx context.Context, from store.Querier, s Subject) ([]byte, error) {
	var wrapped []byte
	var destroyed bool
	err := from.QueryRow(ctx, `SELECT wrapped, destroyed FROM seal_keys WHERE subject = $1`, s.String()).
		Scan(&wrapped, &destroyed)
	if err != nil {
		return nil, err
	}
	if destroyed {
		return nil, ErrDestroyed
	}
	return wrapped, nil
}

// make makes the subject's key. Whoever comes second finds and takes the first one's.
func (k *Keeper) make(ctx context.Context, s Subject) (tink.AEAD, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), k.kek.wrap, []byte(s.String())); err != nil {
		return nil, err
	}
	if err := k.insert(ctx, s, wrapped.Bytes()); err != nil {
		return nil, err
	}
	return k.load(ctx, s)
}

// insert stores a wrapped key unless the subject has one, or had.
func (k *Keeper) insert(ctx context.Context, s Subject, wrapped []byte) error {
	now := store.Micros(k.clock())
	return k.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seal_keys (subject, wrapped, create_time, destroyed)
			VALUES ($1, $2, $3, FALSE) ON CONFLICT (subject) DO NOTHING`, s.String(), wrapped, now)
		return err
	})
}

// blindSubject names the row of the blinding key.
var blindSubject = Subject{kind: "blind", id: "hmac-sha-256"}

// blindingKey reads the blinding key, and makes it at first start.
func (k *Keeper) blindingKey(ctx context.Context) ([]byte, error) {
	wrapped, err := wrappedKey(ctx, k.db, blindSubject)
	if errors.Is(err, store.ErrNoRows) {
		wrapped, err = k.makeBlindingKey(ctx)
	}
	if err != nil {
		return nil, err
	}
	key, err := k.kek.wrap.Decrypt(wrapped, []byte(blindSubject.String()))
	if err != nil {
		return nil, ErrWrongKEK
	}
	return key, nil
}

func (k *Keeper) makeBlindingKey(ctx context.Context) ([]byte, error) {
	key := make([]byte, blindingKeySize)
	rand.Read(key)
	wrapped, err := k.kek.wrap.Encrypt(key, []byte(blindSubject.String()))
	if err != nil {
		return nil, fmt.Errorf("wrap the blinding key: %w", err)
	}
	if err := k.insert(ctx, blindSubject, wrapped); err != nil {
		return nil, err
	}
	return wrappedKey(ctx, k.db, blindSubject)
}
