package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// reader is a routing.Reader, of what is committed or within a transaction.
type reader struct{ q store.Querier }

// args of a statement whose first is the tenant.
type args []any

// bind gives the place of one more.
func (a *args) bind(value any) string {
	*a = append(*a, value)
	return fmt.Sprintf("$%d", len(*a))
}

func failed[T any](value T, what string, err error) (T, error) {
	if err != nil {
		return value, fmt.Errorf("reading %s: %w", what, err)
	}
	return value, nil
}

// Task implements routing.Reader.
func (r reader) Task(ctx context.Context, tenant, id string) (routing.Task, error) {
	t, err := one(r.q.QueryRow(ctx, `SELECT `+taskColumns+` FROM tasks WHERE tenant = $1 AND id = $2`, tenant, id),
		scanTask, routing.ErrTaskNotFound)
	return failed(t, "a task", err)
}

// OpenTask implements routing.Reader.
func (r reader) OpenTask(ctx context.Context, tenant, conversationID string) (routing.Task, error) {
	t, err := one(r.q.QueryRow(ctx, `SELECT `+taskColumns+` FROM tasks
		WHERE tenant = $1 AND conversation_id = $2 AND state <= 3`, tenant, conversationID), scanTask, routing.ErrTaskNotFound)
	return failed(t, "an open task", err)
}

// Tasks implements routing.Reader.
func (r reader) Tasks(ctx context.Context, tenant string, which routing.Selection, limit int) ([]routing.Task, error) {
	a := args{tenant}
	where := `tenant = $1`
	for _, part := range []struct{ column, value string }{
		{"queue", which.Queue}, {"agent", which.Agent}, {"customer_id", which.CustomerID},
		{"conversation_id", which.ConversationID},
	} {
		if part.value != "" {
			where += ` AND ` + part.column + ` = ` + a.bind(part.value)
		}
	}
	if len(which.States) > 0 {
		var places []string
		for _, s := range which.States {
			places = append(places, a.bind(int64(s)))
		}
		where += ` AND state IN (` + strings.Join(places, ", ") + `)`
	}
	if which.After != (routing.Mark{}) {
		where += ` AND (create_time, id) > (` + a.bind(store.Micros(which.After.Time)) + `, ` + a.bind(which.After.ID) + `)`
	}
	list, err := store.All(ctx, r.q, scanTask,
		`SELECT `+taskColumns+` FROM tasks WHERE `+where+` ORDER BY create_time, id LIMIT `+a.bind(limit), a...)
	return failed(list, "tasks", err)
}

// Held implements routing.Reader.
func (r reader) Held(ctx context.Context, tenant, agent string) ([]routing.Task, error) {
	list, err := store.All(ctx, r.q, scanTask, `SELECT `+taskColumns+` FROM tasks
		WHERE tenant = $1 AND agent = $2 AND state IN (2, 3) ORDER BY create_time, id`, tenant, agent)
	return failed(list, "an agent's tasks", err)
}

// Steps implements routing.Reader.
func (r reader) Steps(ctx context.Context, tenant, taskID string, limit int) ([]routing.Step, error) {
	list, err := store.All(ctx, r.q, scanStep, `SELECT sequence, event, from_state, to_state, agent, principal, occur_time
		FROM task_steps WHERE tenant = $1 AND task_id = $2 ORDER BY sequence DESC LIMIT $3`, tenant, taskID, limit)
	slices.Reverse(list)
	return failed(list, "a task's history", err)
}

// Demands implements routing.Reader.
func (r reader) Demands(ctx context.Context, tenant string) ([]routing.Demand, error) {
	scan := func(r store.Row) (d routing.Demand, err error) {
		var skills string
		err = r.Scan(&d.Channel, &skills)
		d.Skills = strings.Fields(skills)
		return d, err
	}
	list, err := store.All(ctx, r.q, scan, `SELECT DISTINCT channel, skills FROM tasks WHERE tenant = $1 AND state = 1
		ORDER BY channel, skills`, tenant)
	return failed(list, "demands", err)
}

// Waiting implements routing.Reader.
func (r reader) Waiting(
	ctx context.Context, tenant string, demands []routing.Demand, after routing.Place, now time.Time, limit int,
) ([]routing.Candidate, error) {
	a := args{tenant}
	var wanted []string
	for _, d := range demands {
		wanted = append(wanted, `(channel = `+a.bind(d.Channel)+` AND skills = `+a.bind(strings.Join(d.Skills, " "))+`)`)
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	where := `tenant = $1 AND state = 1 AND (` + strings.Join(wanted, " OR ") + `)`
	if after != (routing.Place{}) {
		where += ` AND (-priority, create_time, id) > (` + a.bind(-after.Priority) + `, ` +
			a.bind(store.Micros(after.CreateTime)) + `, ` + a.bind(after.ID) + `)`
	}
	tasks, err := store.All(ctx, r.q, scanTask, `SELECT `+taskColumns+` FROM tasks WHERE `+where+
		` ORDER BY priority DESC, create_time, id LIMIT `+a.bind(limit), a...)
	if err != nil {
		return failed[[]routing.Candidate](nil, "waiting tasks", err)
	}
	return r.candidates(ctx, tenant, tasks, now)
}

// candidates are the tasks with those who are not to be asked about them. There are few of these at any time.
func (r reader) candidates(ctx context.Context, tenant string, tasks []routing.Task, now time.Time) ([]routing.Candidate, error) {
	shuns, err := r.shuns(ctx, `tenant = $1 AND until_time > $2`, tenant, store.Micros(now))
	if err != nil {
		return nil, err
	}
	byTask := map[string][]string{}
	for _, s := range shuns {
		byTask[s.TaskID] = append(byTask[s.TaskID], s.Agent)
	}
	list := make([]routing.Candidate, len(tasks))
	for i, t := range tasks {
		list[i] = routing.Candidate{Task: t, Shunned: byTask[t.ID]}
	}
	return list, nil
}

// WaitingBefore implements routing.Reader.
func (r reader) WaitingBefore(ctx context.Context, tenant string, before routing.Place) (n int64, err error) {
	a := args{tenant}
	where := `tenant = $1 AND state = 1`
	if before != (routing.Place{}) {
		where += ` AND (-priority, create_time, id) < (` + a.bind(-before.Priority) + `, ` +
			a.bind(store.Micros(before.CreateTime)) + `, ` + a.bind(before.ID) + `)`
	}
	err = r.q.QueryRow(ctx, `SELECT count(*) FROM tasks WHERE `+where, a...).Scan(&n)
	return failed(n, "how many tasks wait", err)
}

// Shuns implements routing.Reader.
func (r reader) Shuns(ctx context.Context, tenant, taskID string, now time.Time) ([]routing.Shun, error) {
	return r.shuns(ctx, `tenant = $1 AND task_id = $2 AND until_time > $3`, tenant, taskID, store.Micros(now))
}

func (r reader) shuns(ctx context.Context, where string, args ...any) ([]routing.Shun, error) {
	scan := func(r store.Row) (s routing.Shun, err error) {
		var until int64
		err = r.Scan(&s.TaskID, &s.Agent, &until)
		s.Until = store.Time(until)
		return s, err
	}
	list, err := store.All(ctx, r.q, scan, `SELECT task_id, agent, until_time FROM shuns WHERE `+where+` ORDER BY task_id, agent`, args...)
	return failed(list, "who is not to be asked", err)
}

// Offer implements routing.Reader.
func (r reader) Offer(ctx context.Context, tenant, id string) (routing.Offer, error) {
	o, err := one(r.q.QueryRow(ctx, `SELECT `+offerColumns+` FROM offers WHERE tenant = $1 AND id = $2`, tenant, id),
		scanOffer, routing.ErrOfferNotFound)
	return failed(o, "an offer", err)
}

// Offers implements routing.Reader.
func (r reader) Offers(ctx context.Context, tenant, agent string, after int64, limit int) ([]routing.Offer, error) {
	list, err := store.All(ctx, r.q, scanOffer, `SELECT `+offerColumns+` FROM offers
		WHERE tenant = $1 AND agent = $2 AND sequence > $3 ORDER BY sequence LIMIT $4`, tenant, agent, after, limit)
	return failed(list, "offers", err)
}

// PendingOffers implements routing.Reader.
func (r reader) PendingOffers(ctx context.Context, tenant, agent string) ([]routing.Offer, error) {
	list, err := store.All(ctx, r.q, scanOffer, `SELECT `+offerColumns+` FROM offers
		WHERE tenant = $1 AND agent = $2 AND state = 1 ORDER BY sequence`, tenant, agent)
	return failed(list, "pending offers", err)
}
