package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	// Profile is where the processor time of the platform is written to; empty for nowhere.
	Profile string
}

// measurement is what parley bench runs under a name.
type measurement struct {
	name string
	// says what is measured and beside what, and goal what it should come to.
	says, goal string
	run        func(context.Context, *run) error
}

var measurements = []measurement{
	{
		"ingest", "Signed webhooks of WhatsApp and Twilio over 64 connections, each on the disk before its 200, with everything running; " +
			"beside a bare handler that verifies, parses and commits the same bodies. Bursts are the middle one of twelve.",
		"a ratio of 0.5", ingest,
	},
	{
		"turn", "From the webhook to the vendor having the answer: bills, articles and disputes, customers known and new. The vendors are a " +
			"process of their own, on the same cores.",
		"800 turns a second; at 200 a second, p50 under 15 ms and p99 under 100 ms", turns,
	},
	{
		"rpc", "One call: in process through every interceptor, beside a bare channel; through the gateway, beside a forwarder of this one " +
			"method written by hand.",
		"the gateway at most 1.25", calls,
	},
	{
		"search", "Articles of words as frequent as in real texts (Zipf), searched by the service, in process, beside the search library alone: " +
			"the same questions, fifty to the one and then to the other.",
		"", searching,
	},
	{
		"fairness", "Customers who ask 20 times a second together, while one sender posts 200 messages a second, beside the same without; " +
			"p99 is that of the middle one of twelve rounds.",
		"p99 moves by less than half", fairness,
	},
	{
		"growth", "Turns with so many conversations stored, as many as are carried.",
		"at most 1.3 times the processor time", growth,
	},
}

// Names of the measurements, in the order in which they are run.
func Names() []string {
	names := make([]string, len(measurements))
	for i, m := range measurements {
		names[i] = m.name
	}
	return names
}

// Run measures and gives each result as it comes.
func Run(ctx context.Context, name string, cfg Config, result func(Result) error) error {
	at := slices.IndexFunc(measurements, func(m measurement) bool { return m.name == name })
	if at < 0 {
		return fmt.Errorf("there is no measurement %q; there are %s", name, strings.Join(Names(), ", "))
	}
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return err
	}
	r := &run{Config: cfg, dir: dir, result: result}
	err = measurements[at].run(ctx, r)
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
	if r.up, err = start(ctx, r.Config, company, r.dir); err != nil {
		return err
	}
	return r.listen(ctx)
}

// restart the platform on what is stored.
func (r *run) restart(ctx context.Context) error {
	if err := r.up.run(ctx, r.Config, filepath.Join(r.dir, "company", "parley.yaml")); err != nil {
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
