package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
)

const (
	// Lease is how long a process has for one timer.
	Lease = time.Minute
	// atOnce is how many timers a process runs side by side.
	atOnce = 16
	// poll is how soon a process sees what another one set on PostgreSQL. SQLite has one process: it looks when it is told.
	poll = 5 * time.Second
	idle = time.Hour

	firstPause   = time.Second
	longestPause = 10 * time.Minute
	// A timer whose handler fails is set aside in the end; setting it again revives it. A passing failure has about half
	// a day to pass.
	attempts        = 10
	passingAttempts = 100
	never           = math.MaxInt64
)

// claimed is a timer that this process holds until the lease ends.
type claimed struct {
	Timer
	attempts, claim int64
}

// run takes timers as they come due, as many at once as there are free slots.
func (t *Timers) run(ctx, handling context.Context) {
	for ctx.Err() == nil {
		free := t.free(ctx)
		due, err := t.take(ctx, free)
		for _, c := range due {
			t.running.Go(func() {
				defer t.release(1)
				t.fire(handling, c)
			})
		}
		t.release(free - len(due))
		if err != nil && ctx.Err() == nil {
			t.log.WarnContext(ctx, "timers cannot be read", slog.Any("error", err))
		}
		if err == nil && len(due) == free {
			continue
		}
		t.sleep(ctx, err)
	}
}

// free takes all free slots, waiting for one.
func (t *Timers) free(ctx context.Context) int {
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	for n := 1; ; n++ {
		select {
		case t.slots <- struct{}{}:
		default:
			return n
		}
	}
}

func (t *Timers) release(n int) {
	for range n {
		<-t.slots
	}
}

// sleep until the next timer is due, another is set, or it is time to see what other processes did.
func (t *Timers) sleep(ctx context.Context, failed error) {
	pause := poll
	if failed == nil && t.db.Engine() == store.SQLite {
		pause = idle
	}
	if failed == nil {
		pause = min(pause, t.untilNext(ctx))
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.wake:
	case <-ctx.Done():
	}
}

func (t *Timers) untilNext(ctx context.Context) time.Duration {
	kinds, args := t.kinds()
	var next int64
	err := t.db.QueryRow(ctx, `SELECT next_time FROM timers WHERE kind IN `+kinds+` ORDER BY next_time LIMIT 1`, args...).Scan(&next)
	if err != nil || next == never {
		return idle
	}
	// The clock may stand a microsecond before the due time after the sleep: round up.
	return max(0, store.Time(next).Sub(t.clock())+time.Microsecond)
}

// take leases up to n due timers.
func (t *Timers) take(ctx context.Context, n int) (due []claimed, err error) {
	if n == 0 || len(t.handlers) == 0 {
		return nil, nil
	}
	now := t.clock()
	kinds, args := t.kinds()
	args = append(args, store.Micros(now), n, store.Micros(now.Add(Lease)))
	last := len(args)
	query := fmt.Sprintf(`UPDATE timers SET next_time = $%d, attempts = attempts + 1, claim = claim + 1
		WHERE (kind, timer_key) IN (SELECT kind, timer_key FROM timers WHERE kind IN %s AND next_time <= $%d
		ORDER BY next_time LIMIT $%d)
		RETURNING kind, timer_key, tenant, due_time, payload, attempts, claim`, last, kinds, last-2, last-1)
	if nothing, err := t.nothingDue(ctx, kinds, args[:last-2]); nothing || err != nil {
		return nil, err
	}
	err = t.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		due = due[:0]
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var c claimed
			var micros int64
			if err := rows.Scan(&c.Kind, &c.Key, &c.Tenant, &micros, &c.Payload, &c.attempts, &c.claim); err != nil {
				return err
			}
			c.Due = store.Time(micros)
			due = append(due, c)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("timer: take what is due: %w", err)
	}
	slices.SortFunc(due, func(a, b claimed) int { return a.Due.Compare(b.Due) })
	return due, nil
}

// nothingDue says whether nothing is due, without a write.
func (t *Timers) nothingDue(ctx context.Context, kinds string, args []any) (bool, error) {
	var one int
	err := t.db.QueryRow(ctx, fmt.Sprintf(`SELECT 1 FROM timers WHERE kind IN %s AND next_time <= $%d LIMIT 1`, kinds, len(args)), args...).Scan(&one)
	if errors.Is(err, store.ErrNoRows) {
		return true, nil
	}
	return false, err
}

// kinds that have a handler here, as an IN list and its arguments from $1.
func (t *Timers) kinds() (list string, args []any) {
	var b strings.Builder
	for kind := range t.handlers {
		args = append(args, kind)
		fmt.Fprintf(&b, ",$%d", len(args))
	}
	if len(args) == 0 {
		return "(NULL)", nil
	}
	return "(" + b.String()[1:] + ")", args
}

// fire runs the handler within the lease and writes down what came of it.
func (t *Timers) fire(ctx context.Context, c claimed) {
	leased, cancel := context.WithTimeout(ctx, Lease)
	err := t.handle(leased, c.Timer)
	cancel()
	if ctx.Err() != nil {
		return // stopped: the lease runs out, and the timer runs again
	}
	if err := t.settle(ctx, c, err); err != nil {
		t.log.WarnContext(ctx, "a timer's end was not written down: it will run again", slog.String("kind", c.Kind), slog.Any("error", err))
	}
}

func (t *Timers) handle(ctx context.Context, tm Timer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("timer: the handler of %s panicked: %w\n%s", tm.Kind, fault.Thrown(p), debug.Stack())
		}
	}()
	return t.handlers[tm.Kind](ctx, tm)
}

// settle deletes the timer, or has it run again later. A timer that was set or taken meanwhile is no longer ours.
func (t *Timers) settle(ctx context.Context, c claimed, failed error) error {
	next := int64(never)
	if failed != nil && c.attempts < limit(failed) {
		next = store.Micros(t.clock().Add(pause(c.attempts)))
	}
	if failed != nil {
		level := slog.LevelWarn
		if next == never {
			level = slog.LevelError
		}
		t.log.Log(ctx, level, "a timer failed", slog.String("kind", c.Kind), slog.String("key", c.Key),
			slog.Int64("attempt", c.attempts), slog.Bool("given_up", next == never), slog.Any("error", failed))
	}
	return t.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if failed == nil {
			_, err := tx.Exec(ctx, `DELETE FROM timers WHERE kind = $1 AND timer_key = $2 AND claim = $3`, c.Kind, c.Key, c.claim)
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE timers SET next_time = $1 WHERE kind = $2 AND timer_key = $3 AND claim = $4`, next, c.Kind, c.Key, c.claim)
		tx.AfterCommit(t.look)
		return err
	})
}

func limit(failed error) int64 {
	if fault.Passing(failed) {
		return passingAttempts
	}
	return attempts
}

// pause doubles with each attempt, half of it by chance.
func pause(attempt int64) time.Duration {
	most := min(longestPause, firstPause<<min(attempt-1, 20))
	return most/2 + rand.N(most/2)
}
