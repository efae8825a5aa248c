package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// sizes of what is stored when a turn is measured.
var sizes = []int{1_000, 100_000, 1_000_000}

// growth measures what a turn costs when much is stored. One conversation of each customer is held by writing; the others are
// those again, under other ids: the rows and the indexes are as large as if all had written. The sizes are measured in turn, so
// that a slow moment of the machine meets all.
func growth(ctx context.Context, r *run) error {
	stored, err := r.grow(ctx)
	if err != nil {
		return err
	}
	for range rounds {
		for _, of := range stored {
			if err := r.measure(ctx, of); err != nil {
				return fmt.Errorf("%d conversations: %w", of.size, err)
			}
		}
	}
	for _, of := range stored {
		turn := of.cost.perTurn(Result{Bench: "growth", Case: fmt.Sprintf("%d conversations stored", of.size)}.of(of.took, of.within))
		turn.Reference, turn.Ratio = "the smallest (ratio of CPU/turn)", round(of.cost.cpuPerTurn()/stored[0].cost.cpuPerTurn())
		if err := r.result(turn); err != nil {
			return err
		}
	}
	return nil
}

// filled is so much stored in a folder, and what turns on it cost.
type filled struct {
	size   int
	folder string
	cost   cost
	measured
}

// data is where the platform looks for what is stored.
func (r *run) data() string { return filepath.Join(r.dir, "data") }

// grow holds the conversations that are written, and stores them as often as the sizes say, each in a folder of its own.
func (r *run) grow(ctx context.Context) ([]*filled, error) {
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	for _, c := range crowd(0, crowded) {
		if _, err := c.turn(ctx, r.to, r.answers); err != nil {
			return nil, err
		}
	}
	if err := r.stop(); err != nil {
		return nil, err
	}
	var stored []*filled
	for _, size := range sizes {
		if size > r.Largest {
			break
		}
		of := &filled{size: size, folder: filepath.Join(r.dir, fmt.Sprint(size))}
		if err := os.CopyFS(of.folder, os.DirFS(r.data())); err != nil {
			return nil, err
		}
		if err := multiply(ctx, filepath.Join(of.folder, "stores"), size); err != nil {
			return nil, fmt.Errorf("store %d conversations: %w", size, err)
		}
		stored = append(stored, of)
	}
	return stored, os.RemoveAll(r.data())
}

// measure a round of turns on what is stored.
func (r *run) measure(ctx context.Context, of *filled) (err error) {
	if err := os.Rename(of.folder, r.data()); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.stop(), os.Rename(r.data(), of.folder)) }()
	if err := r.restart(ctx); err != nil {
		return err
	}
	customers := crowd(0, crowded)
	if _, err := r.sustained(ctx, customers, warmUp); err != nil {
		return err
	}
	cost, err := r.costOf(customers, func() error {
		took, err := r.sustained(ctx, customers, r.Duration/2)
		of.took, of.within = append(of.took, took...), of.within+r.Duration/2
		return err
	})
	of.cost = of.cost.plus(cost, 1)
	return err
}
