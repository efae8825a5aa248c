package timer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"google.golang.org/grpc/codes"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fired notes when timers were run.
type fired struct {
	mu    sync.Mutex
	runs  map[string][]time.Time
	again func(tm Timer) error // what the handler answers; nil: success
	seen  chan Timer
}

func newFired() *fired { return &fired{runs: map[string][]time.Time{}, seen: make(chan Timer, 1000)} }

func (f *fired) handle(_ context.Context, tm Timer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runs[tm.Key] = append(f.runs[tm.Key], time.Now())
	f.seen <- tm
	if f.again != nil {
		return f.again(tm)
	}
	return nil
}

func (f *fired) times(key string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.runs[key])
}

func runner(t testing.TB, db *store.DB, handle Handler) *Timers {
	t.Helper()
	timers, err := New(db, clock.System, slog.New(slog.DiscardHandler))
	must(t, err)
	timers.Handle("remind", handle)
	return timers
}

func started(t testing.TB, db *store.DB, handle Handler) *Timers {
	t.Helper()
	timers := runner(t, db, handle)
	must(t, timers.Start(t.Context()))
	t.Cleanup(func() { must(t, timers.Stop(context.Background())) })
	return timers
}

func set(t testing.TB, db *store.DB, timers *Timers, key string, due time.Time) {
	t.Helper()
	must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return timers.Set(ctx, tx, Timer{Kind: "remind", Key: key, Tenant: "aurora", Due: due, Payload: []byte(key)})
	}))
}

func rows(t testing.TB, db *store.DB) (n int) {
	t.Helper()
	must(t, db.QueryRow(t.Context(), `SELECT count(*) FROM timers`).Scan(&n))
	return n
}

// bubble runs the test on a store of its own with time that passes when everybody waits.
func bubble(t *testing.T, test func(t *testing.T, db *store.DB)) {
	synctest.Test(t, func(t *testing.T) { test(t, storetest.Open(t, "test")) })
}

func TestDueTimersOfTwoProcessesAreEachRunOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		one, other, f := open(t, "test"), open(t, "test"), newFired()
		set1 := runner(t, one, f.handle)
		due := time.Now().Add(-time.Second)
		const n = 60
		must(t, one.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for i := range n {
				err := set1.Set(ctx, tx, Timer{Kind: "remind", Key: fmt.Sprint(i), Tenant: "aurora", Due: due, Payload: []byte{byte(i)}})
				if err != nil {
					return err
				}
			}
			return nil
		}))
		first, second := runner(t, one, f.handle), runner(t, other, f.handle)
		must(t, first.Start(t.Context()))
		must(t, second.Start(t.Context()))
		for range n {
			tm := <-f.seen
			if tm.Tenant != "aurora" || !tm.Due.Equal(due.Truncate(time.Microsecond)) || fmt.Sprint(tm.Payload[0]) != tm.Key {
				t.Errorf("ran %+v", tm)
			}
		}
		must(t, first.Stop(t.Context()))
		must(t, second.Stop(t.Context()))
		for i := range n {
			if got := f.times(fmt.Sprint(i)); got != 1 {
				t.Errorf("timer %d ran %d times", i, got)
			}
		}
		if left := rows(t, one); left != 0 {
			t.Errorf("%d rows are left", left)
		}
	})
}

func TestATimerRunsWhenItIsDueAndOnce(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		f := newFired()
		timers := started(t, db, f.handle)
		due := time.Now().Add(3 * time.Hour)
		set(t, db, timers, "late", due.Add(time.Hour))
		set(t, db, timers, "soon", due)
		time.Sleep(3*time.Hour - time.Millisecond)
		synctest.Wait()
		if f.times("soon") != 0 {
			t.Error("ran early")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if f.times("soon") != 1 || f.times("late") != 0 {
			t.Errorf("soon ran %d times, late %d", f.times("soon"), f.times("late"))
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if f.times("soon") != 1 || f.times("late") != 1 || rows(t, db) != 0 {
			t.Errorf("soon ran %d times, late %d, %d rows are left", f.times("soon"), f.times("late"), rows(t, db))
		}
	})
}

func TestSettingATimerAgainMovesIt(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		f := newFired()
		timers := started(t, db, f.handle)
		set(t, db, timers, "a", time.Now().Add(time.Hour))
		set(t, db, timers, "a", time.Now().Add(3*time.Hour))
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if f.times("a") != 0 {
			t.Error("ran at its first time")
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if f.times("a") != 1 {
			t.Errorf("ran %d times", f.times("a"))
		}
	})
}

func TestATimerSetAgainByItsOwnHandlerRunsAgain(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		f := newFired()
		var timers *Timers
		timers = started(t, db, func(ctx context.Context, tm Timer) error {
			if f.times("a") == 0 {
				set(t, db, timers, "a", time.Now().Add(time.Hour))
			}
			return f.handle(ctx, tm)
		})
		set(t, db, timers, "a", time.Now())
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if f.times("a") != 2 || rows(t, db) != 0 {
			t.Errorf("ran %d times, %d rows are left", f.times("a"), rows(t, db))
		}
	})
}

func TestACancelledTimerDoesNotRun(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		f := newFired()
		timers := started(t, db, f.handle)
		set(t, db, timers, "a", time.Now().Add(time.Hour))
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return timers.Cancel(ctx, tx, "remind", "a") }))
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if f.times("a") != 0 {
			t.Error("ran")
		}
	})
}

func TestAFailingTimerIsTriedAgainEverMoreSeldomAndInTheEndSetAside(t *testing.T) {
	cases := map[string]struct {
		err    error
		within time.Duration
		times  int
	}{
		"a passing failure": {fault.New(codes.Unavailable, "AWAY", "away"), 24 * time.Hour, passingAttempts},
		"another failure":   {errors.New("a bug"), 24 * time.Hour, attempts},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, db *store.DB) {
				f := newFired()
				f.again = func(Timer) error { return c.err }
				timers := started(t, db, f.handle)
				set(t, db, timers, "a", time.Now())
				set(t, db, timers, "other", time.Now().Add(time.Minute))
				time.Sleep(c.within)
				synctest.Wait()
				if f.times("a") != c.times {
					t.Errorf("ran %d times, want %d", f.times("a"), c.times)
				}
				f.again = nil
				set(t, db, timers, "a", time.Now())
				time.Sleep(time.Second)
				synctest.Wait()
				if f.times("a") != c.times+1 || rows(t, db) != 1 {
					t.Errorf("set again it ran %d times, %d rows are left", f.times("a")-c.times, rows(t, db))
				}
			})
		})
	}
}

func TestAPanickingHandlerIsAFailureAndItsWordsAreNotLogged(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		var log bytes.Buffer
		f := newFired()
		f.again = func(Timer) error {
			f.again = nil
			panic("overboard")
		}
		timers := runner(t, db, f.handle)
		timers.log = slog.New(slog.NewTextHandler(&log, nil))
		set(t, db, timers, "a", time.Now())
		must(t, timers.Start(t.Context()))
		time.Sleep(time.Minute)
		synctest.Wait()
		must(t, timers.Stop(t.Context()))
		if f.times("a") != 2 || rows(t, db) != 0 {
			t.Errorf("ran %d times, %d rows are left", f.times("a"), rows(t, db))
		}
		if strings.Contains(log.String(), "overboard") || !strings.Contains(log.String(), "timer_test.go") {
			t.Errorf("the log should hold the stack and not what was thrown: %s", log.String())
		}
	})
}

func TestATimerOfAProcessThatDiedRunsWhenItsLeaseEnds(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		dying := runner(t, db, func(ctx context.Context, _ Timer) error { <-ctx.Done(); return ctx.Err() })
		set(t, db, dying, "a", time.Now())
		must(t, dying.Start(t.Context()))
		time.Sleep(time.Second)
		killed, kill := context.WithCancel(t.Context())
		kill()
		if err := dying.Stop(killed); err == nil {
			t.Error("Stop did not say that a handler was still running")
		}
		f := newFired()
		started(t, db, f.handle)
		time.Sleep(Lease - 2*time.Second)
		synctest.Wait()
		if f.times("a") != 0 {
			t.Error("ran while the lease of another lasted")
		}
		time.Sleep(2*time.Second + time.Millisecond)
		synctest.Wait()
		if f.times("a") != 1 {
			t.Errorf("ran %d times", f.times("a"))
		}
	})
}

func TestAHandlerEndsWithItsLease(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		var lasted time.Duration
		timers := started(t, db, func(ctx context.Context, _ Timer) error {
			begin := time.Now()
			<-ctx.Done()
			lasted = time.Since(begin)
			return nil
		})
		set(t, db, timers, "a", time.Now())
		time.Sleep(Lease + time.Second)
		synctest.Wait()
		if lasted > Lease {
			t.Errorf("the handler had %v", lasted)
		}
	})
}

func TestASlowTimerDoesNotKeepOthers(t *testing.T) {
	bubble(t, func(t *testing.T, db *store.DB) {
		f := newFired()
		timers := started(t, db, func(ctx context.Context, tm Timer) error {
			if tm.Key == "slow" {
				<-ctx.Done()
			}
			return f.handle(ctx, tm)
		})
		set(t, db, timers, "slow", time.Now())
		synctest.Wait()
		set(t, db, timers, "quick", time.Now())
		time.Sleep(time.Second)
		synctest.Wait()
		if f.times("quick") != 1 {
			t.Error("did not run beside the slow one")
		}
	})
}

func TestStopIsIdempotentAndSafeBeforeStart(t *testing.T) {
	timers := runner(t, storetest.Open(t, "test"), newFired().handle)
	must(t, timers.Stop(t.Context()))
	must(t, timers.Start(t.Context()))
	must(t, timers.Start(t.Context()))
	must(t, timers.Stop(t.Context()))
	must(t, timers.Stop(t.Context()))
}
