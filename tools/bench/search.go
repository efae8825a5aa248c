package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/parleyhq/parley/mesh/caller"
)

// libraries are how many articles are searched in.
var libraries = []int{10_000, 100_000, 1_000_000}

// searching measures SearchArticles of the knowledge service, in process, beside bleve alone: the same articles, and the same
// questions.
func searching(ctx context.Context, r *run) error {
	ctx = caller.With(ctx, caller.Service(tenant, "bench"))
	for _, size := range libraries {
		if size > r.Largest {
			break
		}
		if err := r.searchIn(ctx, size); err != nil {
			return fmt.Errorf("%d articles: %w", size, err)
		}
	}
	return nil
}

func (r *run) searchIn(ctx context.Context, size int) (err error) {
	alone, closeIndex, err := indexAlone(ctx, size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeIndex()) }()
	ours, end, err := serveArticles(ctx, filepath.Join(r.dir, fmt.Sprint(size)), size)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end(ctx)) }()
	if err := r.askBoth(ctx, alone, ours); err != nil {
		return err
	}
	bare := alone.of.of(alone.took, alone.within)
	return errors.Join(r.result(bare), r.result(ours.of.of(ours.took, ours.within).beside("bleve alone", bare.PerS)))
}

// searched is one of the two that are asked.
type searched struct {
	of     Result
	search func(ctx context.Context, question string) error
	measured
}

// perRound is how many questions one is asked before the other is.
const perRound = 50

// askBoth the same questions in turn, so that a slow moment of the machine meets both. The first round warms up.
func (r *run) askBoth(ctx context.Context, alone, ours *searched) error {
	words := newWords(2)
	for warm := false; alone.within+ours.within < 4*r.Duration; warm = true {
		questions := make([]string, perRound)
		for i := range questions {
			questions[i] = words.question()
		}
		if err := errors.Join(alone.ask(ctx, questions), ours.ask(ctx, questions)); err != nil {
			return err
		}
		if !warm {
			alone.forget()
			ours.forget()
		}
	}
	return nil
}

// ask the questions, a few at once.
func (s *searched) ask(ctx context.Context, questions []string) error {
	return s.spread(len(questions), callers, func(i int) error { return s.search(ctx, questions[i]) })
}
