package lanes_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
)

// table is work per key, in order.
type table struct {
	mu    sync.Mutex
	work  map[string][]string
	done  []string
	reads int
	fail  map[string]int // how often a key's turn fails, or panics when negative
}

func (t *table) add(key, item string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.work[key] = append(t.work[key], item)
}

func (t *table) keys(_ context.Context, after string, limit int) ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var keys []string
	for key, items := range t.work {
		if len(items) > 0 && key > after {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys[:min(limit, len(keys))], nil
}

func (t *table) turn(_ context.Context, key string, handed []string) lanes.Next {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fail[key] > 0 {
		t.fail[key]--
		return lanes.Retry()
	}
	if t.fail[key] < 0 {
		t.fail[key]++
		panic("a bug")
	}
	if handed == nil {
		t.reads++
	}
	if len(t.work[key]) == 0 {
		return lanes.Done()
	}
	t.done = append(t.done, t.work[key][0])
	t.work[key] = t.work[key][1:]
	if handed != nil {
		return lanes.Done()
	}
	return lanes.Again()
}

func (t *table) finished() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.done)
}

func inPool(t *testing.T, change func(*lanes.Config[[]string]), test func(*table, *lanes.Pool[[]string])) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tab := &table{work: map[string][]string{}, fail: map[string]int{}}
		cfg := lanes.Config[[]string]{Turn: tab.turn, Keys: tab.keys, Workers: 1, Log: slog.New(slog.DiscardHandler)}
		if change != nil {
			change(&cfg)
		}
		pool := lanes.New(cfg)
		test(tab, pool)
		for range 2 {
			if err := pool.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhatStandsInTheTableAtTheStartIsDone(t *testing.T) {
	inPool(t, nil, func(tab *table, pool *lanes.Pool[[]string]) {
		for i := range 3 {
			tab.add("a", fmt.Sprintf("a%d", i))
		}
		tab.add("b", "b0")
		_ = pool.Start(t.Context())
		synctest.Wait()
		if got := tab.finished(); !slices.Equal(got, []string{"a0", "b0", "a1", "a2"}) {
			t.Errorf("done %q: keys take turns", got)
		}
	})
}

func TestWhatIsHandedToAnIdleLaneIsNotLookedUp(t *testing.T) {
	inPool(t, nil, func(tab *table, pool *lanes.Pool[[]string]) {
		_ = pool.Start(t.Context())
		synctest.Wait()
		tab.add("a", "a0")
		pool.Wake("a", []string{"a0"})
		synctest.Wait()
		if got := tab.finished(); len(got) != 1 || tab.reads != 0 {
			t.Errorf("done %q with %d reads", got, tab.reads)
		}
	})
}

func TestWhatComesBeforeATurnBeginsIsNotForgotten(t *testing.T) {
	var gate chan struct{}
	holdBusy := func(c *lanes.Config[[]string]) {
		gate = make(chan struct{}) // of the bubble
		turn := c.Turn
		c.Turn = func(ctx context.Context, key string, handed []string) lanes.Next {
			if key == "busy" {
				<-gate
			}
			return turn(ctx, key, handed)
		}
	}
	inPool(t, holdBusy, func(tab *table, pool *lanes.Pool[[]string]) {
		_ = pool.Start(t.Context())
		synctest.Wait()
		pool.Wake("busy", nil)
		for _, item := range []string{"a0", "a1"} {
			tab.add("a", item)
			pool.Wake("a", []string{item})
		}
		close(gate)
		synctest.Wait()
		if got := tab.finished(); !slices.Equal(got, []string{"a0", "a1"}) {
			t.Errorf("done %q, want both: the second came while the first waited for a worker", got)
		}
	})
}

func TestKeysBeyondTheRoomAreFoundInTheTableLater(t *testing.T) {
	inPool(t, func(c *lanes.Config[[]string]) { c.MaxLanes = 4 }, func(tab *table, pool *lanes.Pool[[]string]) {
		_ = pool.Start(t.Context())
		synctest.Wait()
		for i := range 2000 {
			key := fmt.Sprintf("k%04d", i)
			tab.add(key, key)
			pool.Wake(key, []string{key})
			if pool.Len() > 4 {
				t.Fatalf("%d lanes", pool.Len())
			}
		}
		synctest.Wait()
		if got := len(tab.finished()); got != 2000 {
			t.Errorf("%d done, want 2000", got)
		}
	})
}

func TestALaneThatFailsOrPanicsSleepsAloneAndComesBack(t *testing.T) {
	var log bytes.Buffer
	logged := func(c *lanes.Config[[]string]) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) }
	inPool(t, logged, func(tab *table, pool *lanes.Pool[[]string]) {
		tab.fail["a"], tab.fail["p"] = 5, -3
		tab.add("a", "a0")
		tab.add("p", "p0")
		tab.add("b", "b0")
		_ = pool.Start(t.Context())
		synctest.Wait()
		if got := tab.finished(); !slices.Equal(got, []string{"b0"}) {
			t.Errorf("at once %q", got)
		}
		time.Sleep(time.Minute) // the bubble's time
		synctest.Wait()
		if got := tab.finished(); len(got) != 3 {
			t.Errorf("at last %q", got)
		}
		if strings.Contains(log.String(), "a bug") || !strings.Contains(log.String(), "pool_test.go") {
			t.Errorf("the log should hold the stack and not what was thrown: %s", log.String())
		}
	})
}

func TestAKickEndsASleep(t *testing.T) {
	var turns []time.Time
	sleeper := func(context.Context, string, []string) lanes.Next {
		turns = append(turns, time.Now())
		if len(turns) == 2 {
			return lanes.Done()
		}
		return lanes.Sleep(time.Hour)
	}
	inPool(t, func(c *lanes.Config[[]string]) { c.Turn = sleeper }, func(_ *table, pool *lanes.Pool[[]string]) {
		_ = pool.Start(t.Context())
		synctest.Wait()
		pool.Wake("a", nil)
		synctest.Wait()
		pool.Wake("a", nil)
		synctest.Wait()
		if len(turns) != 1 {
			t.Error("a wake ended the sleep")
		}
		pool.Kick("a")
		synctest.Wait()
		if len(turns) != 2 {
			t.Error("a kick did not end the sleep")
		}
	})
}

func TestWhatIsWokenLaterSleepsFirst(t *testing.T) {
	inPool(t, nil, func(tab *table, pool *lanes.Pool[[]string]) {
		_ = pool.Start(t.Context())
		synctest.Wait()
		tab.add("a", "a0")
		pool.WakeAfter("a", time.Minute)
		time.Sleep(time.Minute - 1) // the bubble's time
		tab.add("a", "a1")
		pool.WakeAfter("a", time.Minute)
		synctest.Wait()
		if got := tab.finished(); len(got) != 0 {
			t.Errorf("done %q before its time", got)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if got := tab.finished(); !slices.Equal(got, []string{"a0", "a1"}) {
			t.Errorf("done %q in its time, want both", got)
		}
	})
}
