package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/parleyhq/parley/tools/bench"
)

type benchCommand struct {
	Names    []string      `arg:"" optional:"" help:"What to measure: ${benches}; everything if nothing is named."`
	Demo     string        `default:"deploy/demo" type:"path" help:"Folder of the demo company, which that of the measurements is made from."`
	Duration time.Duration `default:"10s" help:"Of each case."`
	Largest  int           `default:"1000000" help:"How many conversations to store, and articles to search in, at most."`
	Markdown string        `type:"path" placeholder:"FILE" help:"Write the table there, too."`
}

// Run measures; each result is a line of JSON, and at the end stands a table for people.
func (c *benchCommand) Run(ctx context.Context) error {
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the parley binary: %w", err)
	}
	if len(c.Names) == 0 {
		c.Names = bench.Names()
	}
	cfg := bench.Config{Binary: binary, Demo: c.Demo, Duration: c.Duration, Largest: c.Largest}
	var results []bench.Result
	for _, name := range c.Names {
		if !slices.Contains(bench.Names(), name) {
			return fmt.Errorf("there is no measurement %q; there are %s", name, strings.Join(bench.Names(), ", "))
		}
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
	return bench.Table(os.Stderr, results)
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
