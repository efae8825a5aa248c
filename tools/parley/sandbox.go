package main

import (
	"context"
	"log/slog"
	"os"
	"runtime"

	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/tools/sandbox"
)

type sandboxCommand struct {
	Addr string `required:"" help:"Address to listen on; loopback only."`
	Dir  string `required:"" help:"Folder for what was received."`
}

// Run plays the vendors until it is told to stop. It shares the machine with who is measured and has little to do at a time: on
// one core it wakes up fewer threads, and takes a fifth less.
func (c *sandboxCommand) Run(ctx context.Context) error {
	runtime.GOMAXPROCS(1)
	return sandbox.Run(ctx, sandbox.Config{Addr: c.Addr, Dir: c.Dir, Log: telemetry.Logger(os.Stderr, slog.LevelInfo, false)})
}
