package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"google.golang.org/grpc/codes"
)

// What both engines promise. What only the group commit promises is in groupcommit_test.go.

type opener = func(t testing.TB, name string) *store.DB

func migration(statements string) fstest.MapFS {
	return fstest.MapFS{"0001_first.sql": {Data: []byte(statements)}}
}

// shop opens a store with a table of amounts by name.
func shop(t testing.TB, open opener) *store.DB {
	t.Helper()
	db := open(t, "shop")
	err := db.Migrate(t.Context(), "shop", migration(`CREATE TABLE accounts (name TEXT PRIMARY KEY, amount BIGINT NOT NULL, note TEXT, data BYTEA, open BOOLEAN);`))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

type fn = func(ctx context.Context, tx *store.Tx) error

func insert(name string, amount int) fn {
	return func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO accounts (name, amount) VALUES ($1, $2)`, name, amount)
		return err
	}
}

// addOne reads, then writes what it read and one more.
func addOne(name string) fn {
	return func(ctx context.Context, tx *store.Tx) error {
		var amount int
		if err := tx.QueryRow(ctx, `SELECT amount FROM accounts WHERE name = $1`, name).Scan(&amount); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE accounts SET amount = $1 WHERE name = $2`, amount+1, name)
		return err
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stored names, sorted.
func stored(t testing.TB, q store.Querier) []string {
	t.Helper()
	rows, err := q.Query(t.Context(), `SELECT name FROM accounts ORDER BY name`)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		names = append(names, name)
	}
	must(t, rows.Err())
	return names
}

func expectStored(t testing.TB, q store.Querier, want ...string) {
	t.Helper()
	if got := stored(t, q); !slices.Equal(got, want) {
		t.Errorf("stored are %q, want %q", got, want)
	}
}

func amountOf(t testing.TB, q store.Querier, name string) (amount int) {
	t.Helper()
	must(t, q.QueryRow(t.Context(), `SELECT amount FROM accounts WHERE name = $1`, name).Scan(&amount))
	return amount
}

func TestConcurrentReadModifyWritesLoseNoUpdate(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), insert("a", 0)))
		const writers, each = 8, 25
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					if err := db.Write(t.Context(), addOne("a")); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if got := amountOf(t, db, "a"); got != writers*each {
			t.Errorf("%d of %d updates were kept", got, writers*each)
		}
	})
}

// A SQLite transaction that begins deferred and reads first cannot be upgraded when another process wrote since.
func TestTwoProcessesThatReadFirstBothWrite(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		one := shop(t, open)
		other := open(t, "shop")
		must(t, one.Write(t.Context(), insert("a", 0)))
		const each = 50
		var wg sync.WaitGroup
		for _, db := range []*store.DB{one, other} {
			wg.Go(func() {
				for range each {
					if err := db.Write(t.Context(), addOne("a")); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if got := amountOf(t, one, "a"); got != 2*each {
			t.Errorf("%d of %d updates were kept", got, 2*each)
		}
	})
}

func TestBytesInATextColumnAreTextOrAreRefused(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), insert("a", 0)))
		for what, statement := range map[string]string{
			"insert": `INSERT INTO accounts (name, amount, note) VALUES ('b', 0, $1)`,
			"update": `UPDATE accounts SET note = $1 WHERE name = 'a'`,
		} {
			err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, statement, []byte(what))
				return err
			})
			if err != nil {
				if !strings.Contains(err.Error(), "[]byte was bound to a TEXT column") {
					t.Errorf("%s: %v", what, err)
				}
				continue
			}
			var n int
			must(t, db.QueryRow(t.Context(), `SELECT count(*) FROM accounts WHERE note = $1`, what).Scan(&n))
			if n != 1 {
				t.Errorf("%s was taken, and the text is not found", what)
			}
		}
	})
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		const text = "größer 'als' \"gedacht\" 🙂"
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO accounts (name, amount, note, data, open) VALUES ($1, $2, $3, $4, $5)`,
				"a", int64(-1<<63), text, []byte{0, 255, 'x'}, true)
			return err
		}))
		var amount int64
		var note string
		var data []byte
		var isOpen bool
		must(t, db.QueryRow(t.Context(), `SELECT amount, note, data, open FROM accounts WHERE open = $1`, true).Scan(&amount, &note, &data, &isOpen))
		if amount != -1<<63 || note != text || string(data) != "\x00\xffx" || !isOpen {
			t.Errorf("came back as %d %q %v %v", amount, note, data, isOpen)
		}
	})
}

func TestReadsCannotWrite(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		var name string
		err := db.QueryRow(t.Context(), `INSERT INTO accounts (name, amount) VALUES ('a', 1) RETURNING name`).Scan(&name)
		if err == nil {
			t.Error("QueryRow wrote")
		}
		expectStored(t, db)
	})
}

// panickedWithoutWords wants the stack and not what was thrown: it may be what a customer wrote.
func panickedWithoutWords(err error) bool {
	return err != nil && strings.Contains(err.Error(), "contract_test.go") && !strings.Contains(err.Error(), "overboard")
}

func TestNothingIsKeptOfAWrite(t *testing.T) {
	refused := errors.New("refused")
	cases := map[string]struct {
		fn   fn
		want func(error) bool
	}{
		"that returns an error": {
			func(ctx context.Context, tx *store.Tx) error { return errors.Join(insert("b", 1)(ctx, tx), refused) },
			func(err error) bool { return errors.Is(err, refused) },
		},
		"that panics": {
			func(ctx context.Context, tx *store.Tx) error { _ = insert("b", 1)(ctx, tx); panic("overboard") },
			panickedWithoutWords,
		},
		"that overlooks a failed statement": {
			func(ctx context.Context, tx *store.Tx) error {
				_ = insert("b", 1)(ctx, tx)
				_ = insert("a", 1)(ctx, tx)
				return nil
			},
			store.IsUniqueViolation,
		},
		"that overlooks a failed row": {
			func(ctx context.Context, tx *store.Tx) error {
				var name string
				_ = insert("b", 1)(ctx, tx)
				_ = tx.QueryRow(ctx, `INSERT INTO accounts (name, amount) VALUES ('a', 1) RETURNING name`).Scan(&name)
				_ = tx.QueryRow(ctx, `SELECT name FROM accounts`).Scan(&name)
				return nil
			},
			store.IsUniqueViolation,
		},
	}
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), insert("a", 1)))
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				hooked := false
				err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					tx.AfterCommit(func() { hooked = true })
					return c.fn(ctx, tx)
				})
				if !c.want(err) {
					t.Errorf("the error is %v", err)
				}
				if hooked {
					t.Error("its hook was run")
				}
				expectStored(t, db, "a")
			})
		}
		must(t, db.Write(t.Context(), insert("c", 1)))
	})
}

func TestACallerWhoHasGoneWritesNothing(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		gone, leave := context.WithCancel(t.Context())
		err := db.Write(gone, func(ctx context.Context, tx *store.Tx) error {
			defer leave()
			return insert("while", 1)(ctx, tx)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("left while it was written: %v", err)
		}
		if err := db.Write(gone, insert("before", 1)); !errors.Is(err, context.Canceled) {
			t.Errorf("left before: %v", err)
		}
		expectStored(t, db)
	})
}

func TestHooksRunOnceInOrderAfterTheCommit(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		var seen []string
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			tx.AfterCommit(func() { seen = append(seen, fmt.Sprint("first sees ", stored(t, db))) })
			tx.AfterCommit(func() { seen = append(seen, "second") })
			return insert("a", 1)(ctx, tx)
		}))
		if want := []string{"first sees [a]", "second"}; !slices.Equal(seen, want) {
			t.Errorf("hooks did %q, want %q", seen, want)
		}
	})
}

func TestATransactionReadsWhatItWrote(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := insert("a", 1)(ctx, tx); err != nil {
				return err
			}
			expectStored(t, tx, "a")
			expectStored(t, db)
			return nil
		}))
	})
}

func TestAReopenedStoreHasItsRows(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), insert("a", 1)))
		must(t, db.Close())
		must(t, db.Close())
		if err := db.Write(t.Context(), insert("b", 1)); err == nil {
			t.Error("a closed store wrote")
		}
		expectStored(t, shop(t, open), "a")
	})
}

func TestStoresOfOneConfigAreApart(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		must(t, db.Write(t.Context(), insert("a", 1)))
		other := open(t, "other")
		must(t, other.Migrate(t.Context(), "shop", migration(`CREATE TABLE accounts (name TEXT PRIMARY KEY);`)))
		expectStored(t, other)
		t.Run("as are those of another test", func(t *testing.T) { expectStored(t, shop(t, open)) })
	})
}

func TestMigrations(t *testing.T) {
	first := fstest.MapFS{"0001_a.sql": {Data: []byte("CREATE TABLE a (id TEXT PRIMARY KEY, old TEXT);")}}
	second := fstest.MapFS{
		"0001_a.sql": first["0001_a.sql"],
		"0002_b.sql": {Data: []byte("ALTER TABLE a DROP COLUMN old;\nALTER TABLE a ADD COLUMN fresh TEXT;")},
	}
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		t.Run("are applied once, and then the next ones", func(t *testing.T) {
			db := open(t, "a")
			for _, files := range []fstest.MapFS{first, first, second, second} {
				must(t, db.Migrate(t.Context(), "a", files))
			}
			must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO a (id, fresh) VALUES ('1', 'x')`)
				return err
			}))
		})
		t.Run("of components are counted apart", func(t *testing.T) {
			db := open(t, "a")
			must(t, db.Migrate(t.Context(), "a", first))
			must(t, db.Migrate(t.Context(), "b", migration(`CREATE TABLE b (id TEXT PRIMARY KEY);`)))
		})
		t.Run("of processes that start together take turns", func(t *testing.T) {
			one, other := open(t, "a"), open(t, "a")
			if one.Engine() == store.SQLite {
				return // a folder belongs to one process, which opens a store once
			}
			var wg sync.WaitGroup
			for _, db := range []*store.DB{one, other} {
				wg.Go(func() {
					if err := db.Migrate(t.Context(), "a", second); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		})
		t.Run("that fail say which", func(t *testing.T) {
			err := open(t, "a").Migrate(t.Context(), "a", migration(`CREATE TABEL a (id TEXT);`))
			if err == nil || !strings.Contains(err.Error(), "version:1") {
				t.Errorf("the error is %v", err)
			}
		})
	})
}

func TestNamesThatCannotBeATableAreRefused(t *testing.T) {
	for _, name := range []string{"", "a b", `a"; DROP TABLE x`, "../up", "Upper"} {
		if _, err := store.Open(t.Context(), name, store.Config{Engine: store.SQLite, Dir: t.TempDir()}); err == nil {
			t.Errorf("opened %q", name)
		}
	}
}

func TestAServerThatIsAwayIsAPassingFailure(t *testing.T) {
	_, err := store.Open(t.Context(), "shop", store.Config{Engine: store.PostgreSQL, DSN: "postgres://localhost:1/none?connect_timeout=1"})
	if err == nil || !fault.Passing(err) || fault.Code(err) != codes.Unavailable {
		t.Errorf("the error is %v", err)
	}
}

func TestTimesAreMicroseconds(t *testing.T) {
	at := time.Date(2026, 3, 29, 1, 59, 59, 123456789, time.FixedZone("", 7200))
	if got := store.Time(store.Micros(at)); !got.Equal(at.Truncate(time.Microsecond)) || got.Location() != time.UTC {
		t.Errorf("%v came back as %v", at, got)
	}
	if store.Micros(time.Time{}) != 0 || !store.Time(0).IsZero() {
		t.Error("the zero time is not 0")
	}
}
