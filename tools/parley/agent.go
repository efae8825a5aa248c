package main

import (
	"context"
	"errors"
	"os"

	"github.com/parleyhq/parley/tools/agent"
)

type agentCommand struct {
	Key string `required:"" placeholder:"demo-agent-ana" env:"PARLEY_AGENT_KEY" help:"The agent's API key."`
	API string `default:"127.0.0.1:8080" help:"Address of the public API."`
}

// Run sits down until the agent leaves.
func (c *agentCommand) Run(ctx context.Context) error {
	api, err := agent.Dial(c.API, c.Key)
	if err != nil {
		return err
	}
	return errors.Join(agent.NewDesk(api, os.Stdout).Work(ctx, os.Stdin), api.Close())
}
