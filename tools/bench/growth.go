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
// those again, under other ids: the rows and the indexes are as large as if all had written.
func growth(ctx context.Context, r *run) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	customers := crowd(0, crowded)
	for _, c := range customers {
		if _, err := c.turn(ctx, r.to, r.answers); err != nil {
			return err
		}
	}
	if err := r.stop(); err != nil {
		return err
	}
	data, seed := filepath.Join(r.dir, "data"), filepath.Join(r.dir, "seed")
	if err := os.Rename(data, seed); err != nil {
		return err
	}
	var first float64
	for _, size := range sizes {
		if size > r.Largest {
			break
		}
		if err := errors.Join(os.RemoveAll(data), os.CopyFS(data, os.DirFS(seed))); err != nil {
			return err
		}
		if err := multiply(ctx, filepath.Join(data, "stores"), size); err != nil {
			return fmt.Errorf("store %d conversations: %w", size, err)
		}
		cost, err := r.cost(ctx, crowd(0, crowded), size)
		if err != nil {
			return err
		}
		if first == 0 {
			first = cost.Figures[perTurn]
		}
		cost.Reference, cost.Ratio = "the smallest (ratio of CPU/turn)", round(cost.Figures[perTurn]/first)
		if err := r.result(cost); err != nil {
			return err
		}
	}
	return nil
}

// perTurn is the figure that growth compares.
const perTurn = "ms CPU/turn"

// cost of a turn on what is stored now.
func (r *run) cost(ctx context.Context, customers []*customer, size int) (_ Result, err error) {
	if err := r.up.run(ctx, r.Config, filepath.Join(r.dir, "company", "parley.yaml")); err != nil {
		return Result{}, err
	}
	defer func() { err = errors.Join(err, r.stop()) }()
	if err := r.listen(ctx); err != nil {
		return Result{}, err
	}
	if _, err := sustained(ctx, customers, r.to, r.answers, warmUp); err != nil {
		return Result{}, err
	}
	before, err := r.up.counters()
	if err != nil {
		return Result{}, err
	}
	took, err := sustained(ctx, customers, r.to, r.answers, r.Duration)
	if err != nil {
		return Result{}, err
	}
	after, err := r.up.counters()
	spent := float64((after.cpu - before.cpu).Milliseconds()) / float64(len(took))
	return Result{Bench: "growth", Case: fmt.Sprintf("%d conversations stored", size)}.of(took, r.Duration).with(perTurn, spent), err
}
