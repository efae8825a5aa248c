package bench

import (
	"context"
	"fmt"
	"time"
)

const (
	// crowded is how many customers ask at once when the question is how much can be carried.
	crowded = 256
	warmUp  = 3 * time.Second
)

// rates are the turns a second at which latencies are looked at.
var rates = []int{100, 200}

// turns measures from the webhook to the vendor having the answer.
func turns(ctx context.Context, r *run) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	warm := crowd(0, crowded)
	if _, err := sustained(ctx, warm, r.to, r.answers, warmUp); err != nil {
		return err
	}
	for i, rate := range rates {
		if err := r.atRate(ctx, rate, crowd((i+1)*crowded, crowded)); err != nil {
			return err
		}
	}
	return r.busy(ctx, warm)
}

func (r *run) atRate(ctx context.Context, rate int, customers []*customer) error {
	took, late, err := paced(ctx, customers, r.to, r.answers, rate, r.Duration)
	if err != nil {
		return err
	}
	return r.result(Result{Bench: "turn", Case: fmt.Sprintf("%d turns/s, known and new customers", rate)}.
		of(took, r.Duration).beside("asked for", float64(rate)).with("late turns", float64(late)))
}

func (r *run) busy(ctx context.Context, customers []*customer) error {
	before, err := r.up.counters()
	if err != nil {
		return err
	}
	took, err := sustained(ctx, customers, r.to, r.answers, r.Duration)
	if err != nil {
		return err
	}
	after, err := r.up.counters()
	if err != nil {
		return err
	}
	n := float64(len(took))
	return r.result(Result{Bench: "turn", Case: "as many as it carries, 256 customers at once"}.of(took, r.Duration).
		with("ms CPU/turn", float64((after.cpu-before.cpu).Milliseconds())/n).
		with("allocations/turn", (after.mallocs-before.mallocs)/n).
		with("fsyncs/turn", (after.commits-before.commits)/n).
		with("kB to disk/turn", (after.written-before.written)/1000/n))
}
