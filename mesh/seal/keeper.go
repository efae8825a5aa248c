package seal

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/tink-crypto/tink-go/v2/tink"
)

//go:embed migrations/*.sql
var migrations embed.FS

var (
	// ErrDestroyed is the answer to whoever asks for what was sealed under a destroyed key, or would seal more.
	ErrDestroyed = errors.New("the key was destroyed")
	// ErrWrongKEK means that the key-encryption key is not the one under which this store's keys were wrapped.
	ErrWrongKEK = errors.New("the key-encryption key does not fit the stored keys")
	// ErrUnreadable means that a sealed value was changed, moved to another place, or sealed under another key.
	ErrUnreadable = errors.New("the sealed value does not open here")
)

// Limits of the cache of unwrapped keys. The age bounds how long a key lives on in other processes after it was destroyed.
const (
	cacheSize = 4096
	cacheAge  = time.Minute
)

// Keeper seals and opens. Safe for concurrent use.
type Keeper struct {
	db    *store.DB
	kek   KEK
	clock clock.Clock
	cache *cache
	blind []byte
}

// Option changes how a Keeper is opened.
type Option func(*Keeper)

// WithClock replaces the system's clock.
func WithClock(clk clock.Clock) Option { return func(k *Keeper) { k.clock = clk } }

// Open migrates the keeper's table in db, which should be a store of its own, and makes the blinding key if it is not
// there. It fails with ErrWrongKEK rather than let a process run with a key that opens nothing.
func Open(ctx context.Context, db *store.DB, kek KEK, options ...Option) (*Keeper, error) {
	if kek.wrap == nil {
		return nil, errors.New("open seal: no key-encryption key")
	}
	k := &Keeper{db: db, kek: kek, clock: clock.System, cache: newCache(cacheSize, cacheAge)}
	for _, option := range options {
		option(k)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "seal", files); err != nil {
		return nil, fmt.Errorf("open seal: %w", err)
	}
	if err := k.leaveNoTraces(ctx); err != nil {
		return nil, fmt.Errorf("open seal: %w", err)
	}
	if k.blind, err = k.blindingKey(ctx); err != nil {
		return nil, fmt.Errorf("open seal: %w", err)
	}
	return k, nil
}

// Seal encrypts under the subject's key, which is made at first use. The aad says where the value stands
// ("context.messages/message_..."): opening needs the same. It does I/O: never call it inside store.DB.Write.
func (k *Keeper) Seal(ctx context.Context, s Subject, plain []byte, aad string) ([]byte, error) {
	key, err := k.dataKey(ctx, s, true)
	if err != nil {
		return nil, fmt.Errorf("seal under %s: %w", s, err)
	}
	sealed, err := key.Encrypt(plain, []byte(aad))
	if err != nil {
		return nil, fmt.Errorf("seal under %s: %w", s, err)
	}
	return sealed, nil
}

// Open decrypts. Errors are ErrDestroyed, ErrUnreadable, or the store's.
func (k *Keeper) Open(ctx context.Context, s Subject, sealed []byte, aad string) ([]byte, error) {
	key, err := k.dataKey(ctx, s, false)
	if err != nil {
		return nil, fmt.Errorf("open under %s: %w", s, err)
	}
	plain, err := key.Decrypt(sealed, []byte(aad))
	if err != nil {
		return nil, fmt.Errorf("open under %s: %w", s, ErrUnreadable)
	}
	return plain, nil
}

// Destroy makes everything sealed under the subject's key unreadable, for ever and also where it was copied to. A subject
// that never had a key gets none any more. Other processes forget the key within a minute.
func (k *Keeper) Destroy(ctx context.Context, s Subject) error {
	if err := k.erase(ctx, s); err != nil {
		return fmt.Errorf("destroy the key of %s: %w", s, err)
	}
	return nil
}

// dataKey is the subject's key, from the cache or the store.
func (k *Keeper) dataKey(ctx context.Context, s Subject, mayMake bool) (tink.AEAD, error) {
	if key, ok := k.cache.get(s, k.clock()); ok {
		return key, nil
	}
	// The generation is read before the store: a Destroy in between makes put refuse what was read.
	generation := k.cache.generation()
	key, err := k.load(ctx, s)
	if errors.Is(err, store.ErrNoRows) {
		if !mayMake {
			return nil, ErrUnreadable
		}
		key, err = k.make(ctx, s)
	}
	if err != nil {
		return nil, err
	}
	k.cache.put(s, key, k.clock(), generation)
	return key, nil
}
