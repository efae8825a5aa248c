package bus

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// position is how far a role has come, as its store has it.
type position struct {
	floor, highest, durable point
	lanes                   map[int]uint64 // those beyond the floor
}

// resume finds out where to read on.
func (c *Consumer) resume(ctx context.Context) (position, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return position{}, err
	}
	if err := c.cfg.DB.Migrate(ctx, "bus", files); err != nil {
		return position{}, err
	}
	at, sameLanes, err := c.loadPosition(ctx)
	if err != nil {
		return position{}, fmt.Errorf("read the position: %w", err)
	}
	from, err := c.lastIntact(ctx, at.highest, at.durable)
	if err != nil {
		return position{}, err
	}
	if from != at.highest {
		c.log.Warn("the end of the stream was lost; events are handled again", "from", from.seq+1, "was_at", at.highest.seq)
		at = position{floor: from, highest: from, durable: from}
	} else if sameLanes {
		return at, nil
	}
	if err := c.withoutLanes(ctx, at); err != nil {
		return position{}, fmt.Errorf("forget where the lanes were: %w", err)
	}
	return at, nil
}

// lastIntact is the first of the points up to which the stream is what the role has read; its beginning if none is.
func (c *Consumer) lastIntact(ctx context.Context, points ...point) (point, error) {
	for _, p := range points {
		if intact, err := c.bus.intact(ctx, c.cfg.Stream, p); intact || err != nil {
			return p, err
		}
	}
	return point{}, nil
}

// withoutLanes stores the position as one that no lane is beyond. A row that was left would go over other events, as soon
// as the stream or the keys of that lane came to where it is.
func (c *Consumer) withoutLanes(ctx context.Context, at position) error {
	return c.cfg.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM bus_lanes WHERE role = $1 AND stream = $2`, c.cfg.Role, c.cfg.Stream)
		if err != nil {
			return err
		}
		return c.savePosition(ctx, tx, batch{floor: at.floor, highest: at.highest, durable: at.durable})
	})
}

// loadPosition says also whether keys are on the lanes that they were on. If not, everything beyond the floor is handled
// again.
func (c *Consumer) loadPosition(ctx context.Context) (at position, sameLanes bool, err error) {
	at.lanes = map[int]uint64{}
	var lanes int
	row := c.cfg.DB.QueryRow(ctx, `SELECT lanes, floor_seq, floor_time, highest_seq, highest_time, durable_seq, durable_time
		FROM bus_positions WHERE role = $1 AND stream = $2`, c.cfg.Role, c.cfg.Stream)
	err = row.Scan(&lanes, &at.floor.seq, &at.floor.time, &at.highest.seq, &at.highest.time, &at.durable.seq, &at.durable.time)
	if errors.Is(err, store.ErrNoRows) {
		return at, true, nil
	}
	if err != nil || lanes != c.cfg.Lanes {
		return at, false, err
	}
	rows, err := c.cfg.DB.Query(ctx, `SELECT lane, seq FROM bus_lanes WHERE role = $1 AND stream = $2 AND seq > $3`,
		c.cfg.Role, c.cfg.Stream, at.floor.seq)
	if err != nil {
		return at, true, err
	}
	defer rows.Close()
	for rows.Next() {
		var lane int
		var seq uint64
		if err := rows.Scan(&lane, &seq); err != nil {
			return at, true, err
		}
		at.lanes[lane] = seq
	}
	return at, true, rows.Err()
}

// savePosition writes where the role is.
func (c *Consumer) savePosition(ctx context.Context, tx *store.Tx, b batch) error {
	_, err := tx.Exec(ctx, `INSERT INTO bus_positions (role, stream, lanes, floor_seq, floor_time, highest_seq, highest_time,
			durable_seq, durable_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (role, stream) DO UPDATE SET lanes = excluded.lanes,
			floor_seq = excluded.floor_seq, floor_time = excluded.floor_time,
			highest_seq = excluded.highest_seq, highest_time = excluded.highest_time,
			durable_seq = excluded.durable_seq, durable_time = excluded.durable_time`,
		c.cfg.Role, c.cfg.Stream, c.cfg.Lanes, int64(b.floor.seq), b.floor.time, int64(b.highest.seq), b.highest.time,
		int64(b.durable.seq), b.durable.time)
	if err != nil || len(b.lanes) == 0 {
		return err
	}
	var args []any
	for lane, seq := range b.lanes {
		args = append(args, c.cfg.Role, c.cfg.Stream, lane, int64(seq))
	}
	_, err = tx.Exec(ctx, `INSERT INTO bus_lanes (role, stream, lane, seq) VALUES `+placeholders(len(b.lanes), 4)+`
		ON CONFLICT (role, stream, lane) DO UPDATE SET seq = excluded.seq`, args...)
	return err
}

// placeholders of so many rows of so many columns: "($1, $2), ($3, $4)".
func placeholders(rows, columns int) string {
	var list strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			list.WriteString("(")
		case i%columns == 0:
			list.WriteString("), (")
		default:
			list.WriteString(", ")
		}
		fmt.Fprintf(&list, "$%d", i+1)
	}
	list.WriteString(")")
	return list.String()
}
