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
	if _, err := r.sustained(ctx, warm, warmUp); err != nil {
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
	var took latencies
	var late int
	cost, err := r.costOf(customers, func() (err error) {
		took, late, err = r.paced(ctx, customers, rate, r.Duration)
		return err
	})
	if err != nil {
		return err
	}
	of := Result{Bench: "turn", Case: fmt.Sprintf("%d turns/s, known and new customers", rate)}.of(took, r.Duration)
	return r.result(cost.perTurn(of.beside("asked for", float64(rate)).with("late turns", float64(late))))
}

func (r *run) busy(ctx context.Context, customers []*customer) error {
	var took latencies
	cost, err := r.costOf(customers, func() (err error) {
		took, err = r.sustained(ctx, customers, r.Duration)
		return err
	})
	if err != nil {
		return err
	}
	return r.result(cost.perTurn(Result{Bench: "turn", Case: "as many as it carries, 256 customers at once"}.of(took, r.Duration)))
}
