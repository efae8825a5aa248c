package bus

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// parkedRowsAtOnce keeps an INSERT below the engines' limits of parameters.
const parkedRowsAtOnce = 100

// mostPassing failures of a parked event are waited out: at DefaultPace about half a day.
const mostPassing = 100

// parkedEvent is a row of bus_parked. Envelopes hold ids and no content, so they may stand there in clear.
type parkedEvent struct {
	*event
	attempts int       // that failed lastingly
	passing  int       // that failed passingly
	due      time.Time // zero for those that wait behind another
	reason   string    // of the last failure
}

// failed counts the failure; nil is none.
func (e *parkedEvent) failed(err error) {
	if err == nil {
		return
	}
	e.reason = reason(err)
	if fault.Passing(err) {
		e.passing++
	} else {
		e.attempts++
	}
}

func (e *parkedEvent) failures() int { return e.attempts + e.passing }

// cause of giving up on an event whose last failure is known by its reason only.
func (e *parkedEvent) cause() error {
	return fault.New(codes.Aborted, "GAVE_UP", "failed %d times, last with %s", e.failures(), e.reason)
}

// exhausted says whether the event has had its tries.
func (c *Consumer) exhausted(e parkedEvent) bool {
	return e.attempts >= c.cfg.MaxAttempts || e.passing >= mostPassing
}

// insertParked takes events in. One that is there already stays as it is: it came again after a crash.
func (c *Consumer) insertParked(ctx context.Context, tx *store.Tx, events []parkedEvent) error {
	for some := range slices.Chunk(events, parkedRowsAtOnce) {
		var args []any
		for _, e := range some {
			args = append(args, c.cfg.Role, c.cfg.Stream, e.env.GetId(), e.env.GetPartitionKey(), e.env.GetSequence(),
				int64(e.at.seq), e.attempts, e.passing, store.Micros(e.due), e.reason, e.raw)
		}
		_, err := tx.Exec(ctx, `INSERT INTO bus_parked (role, stream, id, partition_key, sequence, seq, attempts, passing,
				due_time, reason, envelope) VALUES `+placeholders(len(some), 11)+` ON CONFLICT (role, stream, id) DO NOTHING`, args...)
		if err != nil {
			return fmt.Errorf("park events: %w", err)
		}
	}
	return nil
}

// firstParked is the key's event that is to be handled next; store.ErrNoRows when there is none.
func (c *Consumer) firstParked(ctx context.Context, key string) (parkedEvent, error) {
	e := parkedEvent{event: &event{env: &eventsv1.Envelope{}}}
	var due int64
	err := c.cfg.DB.QueryRow(ctx, `SELECT envelope, attempts, passing, due_time, reason FROM bus_parked
		WHERE role = $1 AND stream = $2 AND partition_key = $3 ORDER BY sequence, seq LIMIT 1`,
		c.cfg.Role, c.cfg.Stream, key).Scan(&e.raw, &e.attempts, &e.passing, &due, &e.reason)
	if err != nil {
		return e, err
	}
	e.due = store.Time(due)
	return e, proto.Unmarshal(e.raw, e.env)
}

func (c *Consumer) updateParked(ctx context.Context, e parkedEvent) error {
	return c.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE bus_parked SET attempts = $1, passing = $2, due_time = $3, reason = $4
			WHERE role = $5 AND stream = $6 AND id = $7`,
			e.attempts, e.passing, store.Micros(e.due), e.reason, c.cfg.Role, c.cfg.Stream, e.env.GetId())
		return err
	})
}

func (c *Consumer) deleteParked(ctx context.Context, e parkedEvent) error {
	return c.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM bus_parked WHERE role = $1 AND stream = $2 AND id = $3`,
			c.cfg.Role, c.cfg.Stream, e.env.GetId())
		return err
	})
}

func (c *Consumer) countParked(ctx context.Context) (n int64, err error) {
	err = c.cfg.DB.QueryRow(ctx, `SELECT COUNT(*) FROM bus_parked WHERE role = $1 AND stream = $2`,
		c.cfg.Role, c.cfg.Stream).Scan(&n)
	return n, err
}

// loadParking schedules what was parked in an earlier run. Only the first event of a key has a time: the latest is its.
func (c *Consumer) loadParking(ctx context.Context) (*parking, error) {
	p := &parking{wake: make(chan struct{}, 1), keys: map[string]*parkedKey{}}
	rows, err := c.cfg.DB.Query(ctx, `SELECT partition_key, MAX(due_time) FROM bus_parked
		WHERE role = $1 AND stream = $2 GROUP BY partition_key`, c.cfg.Role, c.cfg.Stream)
	if err != nil {
		return nil, fmt.Errorf("read what is parked: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var due int64
		if err := rows.Scan(&key, &due); err != nil {
			return nil, fmt.Errorf("read what is parked: %w", err)
		}
		p.keys[key] = &parkedKey{scheduled: true}
		p.again(key, store.Time(due))
	}
	return p, rows.Err()
}
