package sqlstore

import (
	"context"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// Agent implements routing.Reader.
func (r reader) Agent(ctx context.Context, tenant, name string) (routing.Agent, error) {
	a, err := one(r.q.QueryRow(ctx, agentsAndLeases+`WHERE tenant = $1 AND name = $2`, tenant, name),
		scanAgent, routing.ErrAgentNotFound)
	if err != nil {
		return failed(a, "an agent", err)
	}
	agents := []routing.Agent{a}
	err = r.load(ctx, agents, `tenant = $1 AND agent = $2`, tenant, name)
	return agents[0], err
}

// Agents implements routing.Reader.
func (r reader) Agents(ctx context.Context, tenant, after string, limit int) ([]routing.Agent, error) {
	return r.agents(ctx, agentsAndLeases+`WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3`, tenant, after, limit)
}

// AvailableAgents implements routing.Reader.
func (r reader) AvailableAgents(ctx context.Context, tenant string) ([]routing.Agent, error) {
	return r.agents(ctx, agentsAndLeases+`WHERE tenant = $1 AND status = 1 ORDER BY name`, tenant)
}

func (r reader) agents(ctx context.Context, query, tenant string, rest ...any) ([]routing.Agent, error) {
	agents, err := store.All(ctx, r.q, scanAgent, query, append([]any{tenant}, rest...)...)
	if err != nil || len(agents) == 0 {
		return failed(agents, "agents", err)
	}
	return agents, r.load(ctx, agents, `tenant = $1`, tenant)
}

// load counts what the agents have.
func (r reader) load(ctx context.Context, agents []routing.Agent, where string, args ...any) error {
	type load struct {
		agent, channel string
		n              int
	}
	scan := func(r store.Row) (load, error) {
		var l load
		err := r.Scan(&l.agent, &l.channel, &l.n)
		return l, err
	}
	counted, err := store.All(ctx, r.q, scan, `SELECT agent, channel, count(*) FROM tasks
		WHERE state IN (2, 3) AND `+where+` GROUP BY agent, channel`, args...)
	if err != nil {
		_, err = failed(0, "what agents have", err)
		return err
	}
	byName := map[string]*routing.Agent{}
	for i := range agents {
		byName[agents[i].Name] = &agents[i]
	}
	for _, l := range counted {
		if a := byName[l.agent]; a != nil {
			a.Load[l.channel] = l.n
		}
	}
	return nil
}

const queuesAndLines = `SELECT ` + queueColumns + `, (SELECT count(*) FROM tasks
	WHERE tasks.tenant = queues.tenant AND tasks.queue = queues.name AND tasks.state = 1) FROM queues `

// Queue implements routing.Reader.
func (r reader) Queue(ctx context.Context, tenant, name string) (routing.Queue, error) {
	q, err := one(r.q.QueryRow(ctx, queuesAndLines+`WHERE tenant = $1 AND name = $2`, tenant, name),
		scanQueue, routing.ErrQueueNotFound)
	return failed(q, "a queue", err)
}

// Queues implements routing.Reader.
func (r reader) Queues(ctx context.Context, tenant, after string, limit int) ([]routing.Queue, error) {
	list, err := store.All(ctx, r.q, scanQueue, queuesAndLines+`WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3`, tenant, after, limit)
	return failed(list, "queues", err)
}
