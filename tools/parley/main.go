// Command parley runs and drives the platform: `parley up`, `parley say`, `parley agent`, `parley understand`,
// `parley eval`, `parley bench`, `parley version`.
package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/parleyhq/parley/tools/bench"
)

type cli struct {
	Up             upCommand             `cmd:"" help:"Run the whole platform in one process, with the demo company loaded."`
	Say            sayCommand            `cmd:"" help:"Write to Parley as a customer would, through the vendor's webhook, and print the reply."`
	Agent          agentCommand          `cmd:"" help:"Sit as an agent: take conversations over from the assistant, and write to customers."`
	Understand     understandCommand     `cmd:"" help:"Show what a text is taken to want, and why; nothing has to be running."`
	Eval           evalCommand           `cmd:"" help:"Measure quality on labelled data."`
	Bench          benchCommand          `cmd:"" help:"Measure, each figure beside a reference of the same run."`
	Version        versionCommand        `cmd:"" help:"Print the version."`
	Sandbox        sandboxCommand        `cmd:"" hidden:"" help:"Stand in for the vendors; started by up."`
	BenchReference benchReferenceCommand `cmd:"" hidden:"" help:"The bare handler that bench measures beside."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var commands cli
	command := kong.Parse(&commands,
		kong.Name("parley"),
		kong.Description("Open-source customer service that people can trust with real customers."),
		kong.Vars{"sandbox": defaultSandbox, "benches": strings.Join(bench.Names(), ", ")},
		kong.BindTo(ctx, (*context.Context)(nil)))
	err := command.Run()
	stop()
	command.FatalIfErrorf(err)
}
