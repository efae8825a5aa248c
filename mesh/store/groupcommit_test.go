package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

// together runs the closures in one batch: a closure before them keeps the writer until all of them wait.
func together(t *testing.T, db *store.DB, fns ...write) []error {
	t.Helper()
	gate := make(chan struct{})
	errs := make([]error, len(fns))
	done := make(chan struct{})
	go func() {
		_ = db.Write(t.Context(), func(context.Context, *store.Tx) error { <-gate; return nil })
		done <- struct{}{}
	}()
	synctest.Wait()
	for i, w := range fns {
		go func() {
			ctx := w.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			errs[i] = db.Write(ctx, w.fn)
			done <- struct{}{}
		}()
		synctest.Wait() // in this order
	}
	close(gate)
	for range len(fns) + 1 {
		<-done
	}
	return errs
}

type write struct {
	ctx context.Context
	fn  fn
}

func grouped(t *testing.T, test func(t *testing.T, db *store.DB)) {
	synctest.Test(t, func(t *testing.T) { test(t, shop(t, storetest.Open)) })
}

func expectErrors(t *testing.T, errs []error, failing ...int) {
	t.Helper()
	for i, err := range errs {
		if (err != nil) != slices.Contains(failing, i) {
			t.Errorf("closure %d: %v", i, err)
		}
	}
}

func TestOneBatchWithAFailingACancelledAndAPanickingClosureKeepsTheOthers(t *testing.T) {
	grouped(t, func(t *testing.T, db *store.DB) {
		gone, leave := context.WithCancel(t.Context())
		defer leave()
		var hooks []string
		hooked := func(name string, end fn) write {
			return write{fn: func(ctx context.Context, tx *store.Tx) error {
				tx.AfterCommit(func() { hooks = append(hooks, name) })
				if err := insert(name, 1)(ctx, tx); err != nil {
					return err
				}
				return end(ctx, tx)
			}}
		}
		fine := func(context.Context, *store.Tx) error { return nil }
		cancelled := hooked("cancelled", fine)
		cancelled.ctx = gone
		errs := together(t, db,
			hooked("a", func(context.Context, *store.Tx) error { leave(); return nil }),
			hooked("failing", func(context.Context, *store.Tx) error { return errors.New("no") }),
			hooked("b", fine),
			cancelled,
			hooked("panicking", func(context.Context, *store.Tx) error { panic("no") }),
			hooked("a", fine), // a second row with the key of the first
			hooked("c", fine),
		)
		expectErrors(t, errs, 1, 3, 4, 5)
		expectStored(t, db, "a", "b", "c")
		if want := []string{"a", "b", "c"}; !slices.Equal(hooks, want) {
			t.Errorf("hooks of %q were run, want %q", hooks, want)
		}
		if !errors.Is(errs[3], context.Canceled) || !store.IsUniqueViolation(errs[5]) {
			t.Errorf("cancelled: %v, second row: %v", errs[3], errs[5])
		}
	})
}

func TestWaitingClosuresShareOneTransaction(t *testing.T) {
	grouped(t, func(t *testing.T, db *store.DB) {
		var fns []write
		for i := range 20 {
			fns = append(fns, write{fn: func(ctx context.Context, tx *store.Tx) error {
				if outside := stored(t, db); len(outside) != 0 {
					return fmt.Errorf("closure %d sees %q committed", i, outside)
				}
				if inside := stored(t, tx); len(inside) != i {
					return fmt.Errorf("closure %d sees %d rows", i, len(inside))
				}
				return insert(fmt.Sprintf("%02d", i), 1)(ctx, tx)
			}})
		}
		expectErrors(t, together(t, db, fns...))
	})
}

// Seen with database/sql and SQLite: a statement whose context ends is interrupted, and SQLite answers an interrupted
// write by rolling back the whole transaction.
func TestAContextThatEndsInAStatementEndsNobodyElse(t *testing.T) {
	grouped(t, func(t *testing.T, db *store.DB) {
		ended, end := context.WithCancel(t.Context())
		end()
		errs := together(t, db,
			write{fn: insert("a", 1)},
			write{fn: func(_ context.Context, tx *store.Tx) error { return insert("b", 1)(ended, tx) }},
			write{fn: func(ctx context.Context, tx *store.Tx) error {
				if ctx.Done() != nil {
					return errors.New("the context of a closure can end")
				}
				return insert("c", 1)(ctx, tx)
			}},
		)
		expectErrors(t, errs)
		expectStored(t, db, "a", "b", "c")
	})
}

func TestABatchThatIsRuinedIsRunAgainOneByOne(t *testing.T) {
	cases := map[string]struct {
		ruin  fn
		fault string // reason of the culprit's error
	}{
		"by a statement that rolls everything back": {
			ruin: func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT OR ROLLBACK INTO accounts (name, amount) VALUES ('old', 1)`)
				return err
			},
			fault: "INTERNAL",
		},
		"by one that does so unseen": {
			ruin: func(ctx context.Context, tx *store.Tx) error {
				_, _ = tx.Exec(ctx, `INSERT OR ROLLBACK INTO accounts (name, amount) VALUES ('old', 1)`)
				_, _ = tx.Exec(ctx, `INSERT INTO accounts (name, amount) VALUES ('unseen', 1)`)
				return nil
			},
			fault: "INTERNAL",
		},
		"by a full disk": {
			ruin: func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO accounts (name, amount, data) VALUES ('big', 1, zeroblob(10000000))`)
				return err
			},
			fault: "STORE_UNAVAILABLE",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			grouped(t, func(t *testing.T, db *store.DB) {
				must(t, db.Write(t.Context(), insert("old", 1)))
				must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Exec(ctx, `PRAGMA max_page_count = 1000`)
					return err
				}))
				runs, hooks := map[string]int{}, map[string]int{}
				counted := func(name string, fn fn) write {
					return write{fn: func(ctx context.Context, tx *store.Tx) error {
						runs[name]++
						tx.AfterCommit(func() { hooks[name]++ })
						return fn(ctx, tx)
					}}
				}
				errs := together(t, db, counted("a", insert("a", 1)), counted("ruin", c.ruin), counted("b", insert("b", 1)))
				expectErrors(t, errs, 1)
				expectStored(t, db, "a", "b", "old")
				if runs["a"] != 3 || hooks["a"] != 1 || hooks["b"] != 1 || hooks["ruin"] != 0 {
					t.Errorf("runs %v, hooks %v", runs, hooks)
				}
				if fault.Reason(errs[1]) != c.fault {
					t.Errorf("the culprit was told %v", errs[1])
				}
			})
		})
	}
}

func TestAClosureThatEndsItsGoroutineHarmsNobody(t *testing.T) {
	grouped(t, func(t *testing.T, db *store.DB) {
		errs := together(t, db,
			write{fn: insert("a", 1)},
			write{fn: func(ctx context.Context, tx *store.Tx) error {
				_ = insert("left", 1)(ctx, tx)
				runtime.Goexit()
				return nil
			}},
			write{fn: insert("b", 1)},
		)
		expectErrors(t, errs, 1)
		expectStored(t, db, "a", "b")
	})
}

func TestWhoWaitsBeyondTheBoundMayLeave(t *testing.T) {
	grouped(t, func(t *testing.T, db *store.DB) {
		gate := make(chan struct{})
		go func() {
			_ = db.Write(t.Context(), func(context.Context, *store.Tx) error { <-gate; return nil })
		}()
		synctest.Wait()
		for i := range 256 {
			go func() { _ = db.Write(t.Context(), insert(fmt.Sprint(i), 1)) }()
		}
		synctest.Wait()
		impatient, leave := context.WithCancel(t.Context())
		left := make(chan error)
		go func() { left <- db.Write(impatient, insert("impatient", 1)) }()
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("the one who left was told %v", err)
		}
		close(gate)
		must(t, db.Close())
		again, err := store.Open(t.Context(), "other", store.Config{Engine: store.SQLite, Dir: t.TempDir()})
		must(t, err)
		must(t, again.Close())
	})
}

func TestCloseWritesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := store.Config{Engine: store.SQLite, Dir: t.TempDir()}
		open := func(t testing.TB, name string) *store.DB {
			db, err := store.Open(t.Context(), name, cfg)
			must(t, err)
			return db
		}
		db := shop(t, open)
		gate := make(chan struct{})
		go func() {
			_ = db.Write(t.Context(), func(context.Context, *store.Tx) error { <-gate; return nil })
		}()
		synctest.Wait()
		written := make(chan error)
		go func() { written <- db.Write(t.Context(), insert("a", 1)) }()
		synctest.Wait()
		closed := make(chan error)
		go func() { closed <- db.Close() }()
		synctest.Wait()
		close(gate)
		must(t, <-written)
		must(t, <-closed)
		db = shop(t, open)
		expectStored(t, db, "a")
		must(t, db.Close())
	})
}

func TestDurabilityIsThatOfFsync(t *testing.T) {
	db := shop(t, storetest.Open)
	must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		var journal, synchronous string
		if err := tx.QueryRow(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `PRAGMA synchronous`).Scan(&synchronous); err != nil {
			return err
		}
		if !strings.EqualFold(journal, "wal") || synchronous != "2" {
			t.Errorf("journal_mode is %s, synchronous %s", journal, synchronous)
		}
		return nil
	}))
}
