package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Config of a run.
type Config struct {
	// Binary is parley.
	Binary string
	// Demo is the folder of the demo company, which the company of the measurements is made from.
	Demo string
	// Duration of each case.
	Duration time.Duration
	// Largest is how many conversations are stored, and articles searched in, at most.
	Largest int
}

// Names of the measurements, in the order in which they are run.
func Names() []string { return []string{"ingest", "turn", "rpc", "search", "fairness", "growth"} }

// Run measures and gives each result as it comes.
func Run(ctx context.Context, name string, cfg Config, result func(Result) error) error {
	measurements := map[string]func(context.Context, *run) error{
		"ingest": ingest, "turn": turns, "rpc": calls, "search": searching, "fairness": fairness, "growth": growth,
	}
	measure, ok := measurements[name]
	if !ok {
		return fmt.Errorf("there is no measurement %q", name)
	}
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return err
	}
	r := &run{Config: cfg, dir: dir, result: result}
	err = measure(ctx, r)
	if err != nil {
		err = fmt.Errorf("measure %s: %w", name, err)
	}
	return errors.Join(err, r.stop(), os.RemoveAll(dir))
}

// run is one measurement under way.
type run struct {
	Config
	dir    string
	result func(Result) error

	up      *platform
	to      *poster
	answers *mailboxes
	unheard context.CancelFunc
}

// connections that vendors keep open to the webhooks.
const connections = 64

// start the platform, with the company of the measurements, and listen to what vendors receive.
func (r *run) start(ctx context.Context) error {
	company, err := writeCompany(r.Demo, filepath.Join(r.dir, "company"))
	if err != nil {
		return err
	}
	if r.up, err = start(ctx, r.Binary, company, r.dir); err != nil {
		return err
	}
	return r.listen(ctx)
}

func (r *run) listen(ctx context.Context) error {
	ctx, r.unheard = context.WithCancel(ctx)
	r.to = newPoster(r.up.webhooks, connections)
	var err error
	r.answers, err = follow(ctx, r.up.sandbox)
	return err
}

func (r *run) stop() error {
	if r.unheard != nil {
		r.unheard()
	}
	if r.up == nil || r.up.command == nil {
		return nil
	}
	return r.up.stop()
}
