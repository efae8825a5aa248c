package seal_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

const place = "context.messages/message_1"

var (
	daniel = seal.Customer("customer_daniel")
	maria  = seal.Customer("customer_maria")
	words  = []byte("Why is my bill so high this month?")
)

// onEveryEngine runs the test with a keeper over an empty store, and with what is needed to open a second one.
func onEveryEngine(t *testing.T, test func(t *testing.T, k *seal.Keeper, db *store.DB, kek seal.KEK)) {
	storetest.Engines(t, func(t *testing.T, open func(t testing.TB, name string) *store.DB) {
		db := open(t, "seal")
		kek, _ := seal.NewKEK()
		test(t, openKeeper(t, db, kek), db, kek)
	})
}

func openKeeper(t *testing.T, db *store.DB, kek seal.KEK, options ...seal.Option) *seal.Keeper {
	t.Helper()
	k, err := seal.Open(t.Context(), db, kek, options...)
	if err != nil {
		t.Fatalf("open the keeper: %v", err)
	}
	return k
}

func mustSeal(t *testing.T, k *seal.Keeper, s seal.Subject) []byte {
	t.Helper()
	sealed, err := k.Seal(t.Context(), s, words, place)
	if err != nil {
		t.Fatalf("seal: %v", err)
	}
	return sealed
}

func TestWhatWasSealedIsReadAgainAfterARestart(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, db *store.DB, kek seal.KEK) {
		sealed := mustSeal(t, k, daniel)
		if bytes.Contains(sealed, words[:8]) {
			t.Error("the words can be read in the sealed value")
		}
		got, err := openKeeper(t, db, kek).Open(t.Context(), daniel, sealed, place)
		if err != nil || !bytes.Equal(got, words) {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestASealedValueOpensOnlyInItsPlaceAndForItsSubject(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, _ *store.DB, _ seal.KEK) {
		sealed := mustSeal(t, k, daniel)
		mustSeal(t, k, maria)
		cases := map[string]struct {
			subject seal.Subject
			aad     string
			sealed  []byte
		}{
			"moved to another row":            {daniel, "context.messages/message_2", sealed},
			"given to another customer":       {maria, place, sealed},
			"given to somebody without a key": {seal.Customer("customer_nobody"), place, sealed},
			"given to an account of the name": {seal.Account("customer_daniel"), place, sealed},
			"changed":                         {daniel, place, append(bytes.Clone(sealed[:len(sealed)-1]), sealed[len(sealed)-1]^1)},
			"cut off":                         {daniel, place, sealed[:3]},
			"empty":                           {daniel, place, nil},
		}
		for name, c := range cases {
			if got, err := k.Open(t.Context(), c.subject, c.sealed, c.aad); !errors.Is(err, seal.ErrUnreadable) || got != nil {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
	})
}

func TestAnErasedCustomerCannotBeReadAndGetsNoNewKey(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, db *store.DB, kek seal.KEK) {
		ctx := t.Context()
		sealed, hers := mustSeal(t, k, daniel), mustSeal(t, k, maria)
		never := seal.Customer("customer_never_seen")
		for range 2 { // the second time changes nothing
			for _, s := range []seal.Subject{daniel, never} {
				if err := k.Destroy(ctx, s); err != nil {
					t.Fatalf("destroy the key of %s: %v", s, err)
				}
			}
		}
		for name, keeper := range map[string]*seal.Keeper{"here": k, "after a restart": openKeeper(t, db, kek)} {
			if _, err := keeper.Open(ctx, daniel, sealed, place); !errors.Is(err, seal.ErrDestroyed) {
				t.Errorf("%s, opening: %v", name, err)
			}
			for _, s := range []seal.Subject{daniel, never} {
				if _, err := keeper.Seal(ctx, s, words, place); !errors.Is(err, seal.ErrDestroyed) {
					t.Errorf("%s, sealing for %s: %v", name, s, err)
				}
			}
			if _, err := keeper.Open(ctx, maria, hers, place); err != nil {
				t.Errorf("%s, somebody else's: %v", name, err)
			}
		}
	})
}

func TestAnotherProcessForgetsADestroyedKeyWithinAMinute(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, k *seal.Keeper, db *store.DB, kek seal.KEK) {
		now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		other := openKeeper(t, db, kek, seal.WithClock(func() time.Time { return now }))
		sealed := mustSeal(t, other, daniel)
		if err := k.Destroy(t.Context(), daniel); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
		if _, err := other.Open(t.Context(), daniel, sealed, place); !errors.Is(err, seal.ErrDestroyed) {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestAWrongKeyEncryptionKeyIsToldAtTheStart(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, _ *seal.Keeper, db *store.DB, _ seal.KEK) {
		wrong, _ := seal.NewKEK()
		if _, err := seal.Open(t.Context(), db, wrong); !errors.Is(err, seal.ErrWrongKEK) {
			t.Errorf("got %v", err)
		}
		if _, err := seal.Open(t.Context(), db, seal.KEK{}); err == nil {
			t.Error("opened without any key")
		}
	})
}

func TestManyAtOnceMakeOneKey(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, _ *seal.Keeper, db *store.DB, kek seal.KEK) {
		const processes, messages = 4, 4
		sealed := make([][]byte, processes*messages)
		var all sync.WaitGroup
		for p := range processes {
			k := openKeeper(t, db, kek)
			for m := range messages {
				all.Go(func() {
					value, err := k.Seal(t.Context(), daniel, words, place)
					if err != nil {
						t.Errorf("process %d: %v", p, err)
					}
					sealed[p*messages+m] = value
				})
			}
		}
		all.Wait()
		k := openKeeper(t, db, kek)
		for i, value := range sealed {
			if _, err := k.Open(t.Context(), daniel, value, place); err != nil {
				t.Errorf("value %d: %v", i, err)
			}
		}
	})
}
