package idempotency

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
)

// called remembers n calls made at the time.
func called(t testing.TB, db *store.DB, n int, at time.Time) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i := range n {
			_, err := tx.Exec(ctx, `INSERT INTO requests (tenant, principal, method, request_id, payload_hash, result_id, created_time)
				VALUES ('aurora', 'billing', 'OpenDispute', $1, $2, 'dispute_1', $3)`, fmt.Sprint(at.UnixMicro(), "/", i), []byte{1}, store.Micros(at))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, db *store.DB) (n int) {
	t.Helper()
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM requests`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestForgottenRequestsAreSweptInSmallSteps(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		called(t, d.db, sweepAtOnce+100, d.now)
		d.now = d.now.Add(kept)
		called(t, d.db, 5, d.now.Add(-kept+time.Microsecond))
		for i, want := range []struct {
			left int
			next time.Duration
		}{{105, sweepPause}, {5, sweepEvery}, {5, sweepEvery}} {
			if err := d.requests.sweep(t.Context(), timer.Timer{}); err != nil {
				t.Fatal(err)
			}
			var next int64
			if err := d.db.QueryRow(t.Context(), `SELECT next_time FROM timers`).Scan(&next); err != nil {
				t.Fatal(err)
			}
			if n, pause := count(t, d.db), store.Time(next).Sub(d.now); n != want.left || pause != want.next {
				t.Errorf("after step %d %d are left and the next follows in %v, want %d and %v", i+1, n, pause, want.left, want.next)
			}
		}
	})
}

// A store is swept from the start on, whether or not anybody calls, and to the end.
func TestAllThatIsForgottenIsSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "test")
		timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(db, timers, clock.System); err != nil {
			t.Fatal(err)
		}
		called(t, db, 5*sweepAtOnce, time.Now().Add(-kept))
		called(t, db, 10, time.Now())
		if err := timers.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if n := count(t, db); n != 10 {
			t.Errorf("%d are kept, want 10", n)
		}
		time.Sleep(kept + sweepEvery)
		synctest.Wait()
		if n := count(t, db); n != 0 {
			t.Errorf("after a week %d are kept", n)
		}
		if err := timers.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
