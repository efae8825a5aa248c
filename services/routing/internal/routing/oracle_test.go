package routing_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// oracle knows what must hold, and finds it out by its own means: it reads the tables.
type oracle struct {
	db *store.DB
	*watchman
}

// fact is a task or an agent as the tables have it.
type fact struct {
	id, conversation, channel, agent, offer string
	skills                                  []string
	priority, created, expires              int64
	state                                   routing.State
}

// scene is everything at one moment.
type scene struct {
	open    []fact
	agents  map[string]*worker
	pending map[string][]string // agents by task
	shunned map[string]bool     // "task agent"
}

type worker struct {
	skills, capacity string
	status           routing.Status
	lease            int64 // when it ends; 0 when there is none
	has              map[string]int
}

// room says whether the agent may be offered what is wanted.
func (w *worker) fits(f fact) bool {
	for _, skill := range f.skills {
		if !slices.Contains(strings.Fields(w.skills), skill) {
			return false
		}
	}
	return w.status == routing.Available && w.has[f.channel] < w.limit(f.channel)
}

func (w *worker) limit(channel string) (n int) {
	for _, part := range strings.Fields(w.capacity) {
		if rest, ok := strings.CutPrefix(part, channel+"="); ok {
			_, _ = fmt.Sscan(rest, &n)
		}
	}
	return n
}

func rows(ctx context.Context, q store.Querier, into func(scan func(...any) error) error, query string, args ...any) error {
	found, err := q.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if err := into(found.Scan); err != nil {
			return err
		}
	}
	return found.Err()
}

func paint(ctx context.Context, q store.Querier, tenant string, now time.Time) (*scene, error) {
	s := &scene{agents: map[string]*worker{}, pending: map[string][]string{}, shunned: map[string]bool{}}
	err := rows(ctx, q, func(scan func(...any) error) error {
		w, name := &worker{has: map[string]int{}}, ""
		err := scan(&name, &w.skills, &w.capacity, &w.status, &w.lease)
		s.agents[name] = w
		return err
	}, `SELECT name, skills, capacity, status, coalesce((SELECT expire_time FROM leases
		WHERE leases.tenant = agents.tenant AND agent = name), 0) FROM agents WHERE tenant = $1`, tenant)
	if err != nil {
		return nil, err
	}
	err = rows(ctx, q, func(scan func(...any) error) error {
		var f fact
		var skills string
		err := scan(&f.id, &f.conversation, &f.channel, &f.agent, &f.offer, &skills, &f.priority, &f.created, &f.expires, &f.state)
		f.skills = strings.Fields(skills)
		s.open = append(s.open, f)
		if w := s.agents[f.agent]; w != nil {
			w.has[f.channel]++
		}
		return err
	}, `SELECT id, conversation_id, channel, agent, offer_id, skills, priority, create_time, offer_expire_time, state
		FROM tasks WHERE tenant = $1 AND state IN (1, 2, 3)`, tenant)
	if err != nil {
		return nil, err
	}
	err = rows(ctx, q, func(scan func(...any) error) error {
		var task, agent string
		err := scan(&task, &agent)
		s.pending[task] = append(s.pending[task], agent)
		return err
	}, `SELECT task_id, agent FROM offers WHERE tenant = $1 AND state = 1`, tenant)
	if err != nil {
		return nil, err
	}
	return s, rows(ctx, q, func(scan func(...any) error) error {
		var task, agent string
		err := scan(&task, &agent)
		s.shunned[task+" "+agent] = true
		return err
	}, `SELECT task_id, agent FROM shuns WHERE tenant = $1 AND until_time > $2`, tenant, store.Micros(now))
}

// check holds a moment in which nothing moves against what must be.
func (o *oracle) check(f *floor, open map[string]routing.Wish) {
	f.t.Helper()
	now := time.Now().UTC()
	var s *scene
	err := o.db.Write(f.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = paint(ctx, tx, f.tenant, now)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(s.open) != len(open) {
		f.t.Errorf("%d conversations want a person, and %d tasks are open", len(open), len(s.open))
	}
	for _, task := range s.open {
		if _, known := open[task.conversation]; !known {
			f.t.Errorf("%s is open, and its conversation wants nobody", task.id)
		}
		s.checkTask(f.t, task, store.Micros(now))
	}
	for name, w := range s.agents {
		for channel, has := range w.has {
			if has > w.limit(channel) {
				f.t.Errorf("%s has %d on %s, and can %d", name, has, channel, w.limit(channel))
			}
		}
		there := w.lease > store.Micros(now)
		if w.status == routing.Offline && (len(w.has) > 0 || w.lease != 0) || w.status != routing.Offline && !there {
			f.t.Errorf("%s is %s with a lease until %v and has %v", name, w.status, store.Time(w.lease), w.has)
		}
	}
}

func (s *scene) checkTask(t testing.TB, task fact, now int64) {
	t.Helper()
	offered := s.pending[task.id]
	if task.state == routing.Offered && !slices.Equal(offered, []string{task.agent}) || task.state != routing.Offered && len(offered) > 0 {
		t.Errorf("%s is %s with %q and is before %v", task.id, task.state, task.agent, offered)
	}
	if task.state == routing.Offered && task.expires <= now {
		t.Errorf("the offer of %s was over %d microseconds ago", task.id, now-task.expires)
	}
	if task.state != routing.Waiting {
		return
	}
	for name, w := range s.agents {
		if w.fits(task) && !s.shunned[task.id+" "+name] {
			t.Errorf("%s waits, and %s is free", task.id, name)
		}
	}
}

// watchman listens to everything that is told, in the transaction in which it happens.
type watchman struct {
	t testing.TB

	mu     sync.Mutex
	named  string // the task that is just being offered to an agent by name
	tenant string
	last   map[string]routing.Step // by conversation
	place  map[string]time.Time    // by task
	seen   map[routing.Event]int   // in all schedules
}

func (w *watchman) begin(tenant string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tenant, w.last, w.place = tenant, map[string]routing.Step{}, map[string]time.Time{}
}

func (w *watchman) byName(task string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.named = task
}

func (w *watchman) Add(ctx context.Context, tx *store.Tx, n routing.News) error {
	tx.AfterCommit(func() { w.follow(n) })
	w.mu.Lock()
	named := w.named == n.Task.ID
	w.mu.Unlock()
	if n.Tale != routing.TaskOffered || named {
		return nil
	}
	s, err := paint(ctx, tx, n.Task.Tenant, n.Step.Time)
	if err != nil {
		return err
	}
	agent := s.agents[n.Task.Agent]
	agent.has[n.Task.Channel]-- // as it was before the offer
	for _, other := range s.open {
		ahead := routing.Place{Priority: int(other.priority), CreateTime: store.Time(other.created), ID: other.id}.Before(n.Task.Place())
		if other.state == routing.Waiting && ahead && agent.fits(other) && !s.shunned[other.id+" "+n.Task.Agent] {
			w.t.Errorf("%s was offered %s although %s was before it", n.Task.Agent, n.Task.ID, other.id)
		}
	}
	return nil
}

// follow checks that the steps of a conversation's tasks lead from one to the next, without a gap.
func (w *watchman) follow(n routing.News) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n.Task.Tenant != w.tenant {
		return // of a schedule that is over
	}
	w.seen[n.Step.Event]++
	before := w.last[n.Task.ConversationID]
	leads := n.Step.From == before.To || n.Step.From == routing.Nothing && !before.To.Open()
	if n.Step.Sequence != before.Sequence+1 || !leads {
		w.t.Errorf("%s: step %+v follows %+v", n.Task.ID, n.Step, before)
	}
	w.last[n.Task.ConversationID] = n.Step
	if place, known := w.place[n.Task.ID]; known && !place.Equal(n.Task.CreateTime) {
		w.t.Errorf("%s lost its place", n.Task.ID)
	}
	w.place[n.Task.ID] = n.Task.CreateTime
}
