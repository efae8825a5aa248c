package routing

import "context"

// stepsShown of a task's history, the newest.
const stepsShown = 100

// Task with its history.
func (d *Desk) Task(ctx context.Context, by By, id string) (Task, []Step, error) {
	t, err := taskWithin(ctx, d.store, by, id)
	if err != nil {
		return Task{}, nil, err
	}
	steps, err := d.store.Steps(ctx, by.Tenant, id, stepsShown)
	return t, steps, err
}

// Tasks that are within the caller's reach.
func (d *Desk) Tasks(ctx context.Context, by By, which Selection, limit int) ([]Task, error) {
	if by.OnBehalfOf != "" {
		if which.CustomerID != "" && which.CustomerID != by.OnBehalfOf {
			return nil, ErrCustomerNotFound
		}
		which.CustomerID = by.OnBehalfOf
	}
	return d.store.Tasks(ctx, by.Tenant, which, limit)
}

// Explanation of where a task is.
type Explanation struct {
	Task  Task
	Steps []Step
	Ahead int64 // tasks that wait before it; 0 when it does not wait
	Fits  []Fit // of every agent
}

// Explain says why a task is where it is.
func (d *Desk) Explain(ctx context.Context, by By, id string) (e Explanation, err error) {
	if e.Task, e.Steps, err = d.Task(ctx, by, id); err != nil {
		return e, err
	}
	if e.Task.State == Waiting {
		if e.Ahead, err = d.store.WaitingBefore(ctx, by.Tenant, e.Task.Place()); err != nil {
			return e, err
		}
	}
	shuns, err := d.store.Shuns(ctx, by.Tenant, id, d.now())
	if err != nil {
		return e, err
	}
	agents, err := d.allAgents(ctx, by.Tenant)
	if err != nil {
		return e, err
	}
	e.Fits = Explain(e.Task, agents, shuns)
	return e, nil
}

func (d *Desk) allAgents(ctx context.Context, tenant string) (all []Agent, err error) {
	const page = 500
	for after := ""; ; {
		agents, err := d.store.Agents(ctx, tenant, after, page)
		if err != nil {
			return nil, err
		}
		all = append(all, agents...)
		if len(agents) < page {
			return all, nil
		}
		after = agents[len(agents)-1].Name
	}
}

// Agent by name.
func (d *Desk) Agent(ctx context.Context, tenant, name string) (Agent, error) {
	return d.store.Agent(ctx, tenant, name)
}

// Agents behind the name, by name.
func (d *Desk) Agents(ctx context.Context, tenant, after string, limit int) ([]Agent, error) {
	return d.store.Agents(ctx, tenant, after, limit)
}

// Queue by name.
func (d *Desk) Queue(ctx context.Context, tenant, name string) (Queue, error) {
	return d.store.Queue(ctx, tenant, name)
}

// Queues behind the name, by name.
func (d *Desk) Queues(ctx context.Context, tenant, after string, limit int) ([]Queue, error) {
	return d.store.Queues(ctx, tenant, after, limit)
}
