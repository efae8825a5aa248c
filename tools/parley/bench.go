package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/parleyhq/parley/tools/bench"
)

type benchCommand struct {
	Names    []string      `arg:"" optional:"" help:"What to measure: ${benches}; everything if nothing is named."`
	Demo     string        `default:"deploy/demo" type:"path" help:"Folder of the demo company, which that of the measurements is made from."`
	Duration time.Duration `default:"10s" help:"Of each case."`
	Largest  int           `default:"1000000" help:"How many conversations to store, and articles to search in, at most."`
	Markdown string        `type:"path" placeholder:"FILE" help:"Write the tables there, too."`
	Profile  string        `type:"path" name:"cpu-profile" placeholder:"FILE" help:"Write where the processor time of the platform goes, for go tool pprof."`
}

// Run measures; each result is a line of JSON, and at the end stand tables for people.
func (c *benchCommand) Run(ctx context.Context) error {
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the parley binary: %w", err)
	}
	if len(c.Names) == 0 {
		c.Names = bench.Names()
	}
	cfg := bench.Config{Binary: binary, Demo: c.Demo, Duration: c.Duration, Largest: c.Largest, Profile: c.Profile}
	var results []bench.Result
	for _, name := range c.Names {
		err := bench.Run(ctx, name, cfg, func(r bench.Result) error {
			results = append(results, r)
			return r.Print(os.Stdout)
		})
		if err != nil {
			return err
		}
	}
	if c.Markdown != "" {
		return writeTable(c.Markdown, results)
	}
	return bench.Tables(os.Stderr, results)
}

func writeTable(file string, results []bench.Result) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	if err := bench.Page(out, results); err != nil {
		return err
	}
	return out.Close()
}

type benchReferenceCommand struct {
	Dir string `required:"" help:"Folder for what was received."`
}

// Run serves the bare handler that ingest is measured beside.
func (c *benchReferenceCommand) Run(ctx context.Context) error {
	return bench.ServeReference(ctx, c.Dir, os.Stdout)
}
