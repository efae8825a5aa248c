package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// one reads the row, or answers the error that says there is none.
func one[T any](r *sql.Row, scan func(store.Row) (T, error), none error) (T, error) {
	item, err := scan(r)
	if errors.Is(err, store.ErrNoRows) {
		return item, none
	}
	return item, err
}

const taskColumns = `tenant, id, conversation_id, customer_id, queue, skills, channel, priority, state, agent, offer_id,
	offer_expire_time, handoff_reason, create_time, update_time, close_time, sequence`

func scanTask(r store.Row) (t routing.Task, err error) {
	var skills string
	var expire, created, updated, closed int64
	err = r.Scan(&t.Tenant, &t.ID, &t.ConversationID, &t.CustomerID, &t.Queue, &skills, &t.Channel, &t.Priority, &t.State,
		&t.Agent, &t.OfferID, &expire, &t.HandoffReason, &created, &updated, &closed, &t.Sequence)
	t.Skills = strings.Fields(skills)
	t.OfferExpireTime, t.CreateTime = store.Time(expire), store.Time(created)
	t.UpdateTime, t.CloseTime = store.Time(updated), store.Time(closed)
	return t, err
}

func scanStep(r store.Row) (s routing.Step, err error) {
	var at int64
	err = r.Scan(&s.Sequence, &s.Event, &s.From, &s.To, &s.Agent, &s.Principal, &at)
	s.Time = store.Time(at)
	return s, err
}

const offerColumns = `tenant, id, task_id, agent, state, create_time, expire_time, update_time, sequence`

func scanOffer(r store.Row) (o routing.Offer, err error) {
	var created, expire, updated int64
	err = r.Scan(&o.Tenant, &o.ID, &o.TaskID, &o.Agent, &o.State, &created, &expire, &updated, &o.Sequence)
	o.CreateTime, o.ExpireTime, o.UpdateTime = store.Time(created), store.Time(expire), store.Time(updated)
	return o, err
}

const (
	agentColumns = `tenant, name, skills, capacity, status, cause, status_time, idle_time, ignored, offer_sequence, revision,
	create_time, update_time`
	agentsAndLeases = `SELECT ` + agentColumns + `, coalesce((SELECT expire_time FROM leases
	WHERE leases.tenant = agents.tenant AND leases.agent = agents.name), 0) FROM agents `
)

func scanAgent(r store.Row) (a routing.Agent, err error) {
	var skills, capacity string
	var status, idle, created, updated, expire int64
	err = r.Scan(&a.Tenant, &a.Name, &skills, &capacity, &a.Status, &a.Cause, &status, &idle, &a.Ignored, &a.OfferSequence,
		&a.Revision, &created, &updated, &expire)
	if err != nil {
		return a, err
	}
	a.Skills = strings.Fields(skills)
	a.StatusTime, a.IdleSince, a.LeaseExpireTime = store.Time(status), store.Time(idle), store.Time(expire)
	a.CreateTime, a.UpdateTime = store.Time(created), store.Time(updated)
	a.Load = map[string]int{}
	a.Capacity, err = readCapacity(capacity)
	return a, err
}

func writeCapacity(capacity map[string]int) string {
	var written []string
	for _, channel := range slices.Sorted(maps.Keys(capacity)) {
		written = append(written, channel+"="+strconv.Itoa(capacity[channel]))
	}
	return strings.Join(written, " ")
}

func readCapacity(written string) (map[string]int, error) {
	capacity := map[string]int{}
	for _, part := range strings.Fields(written) {
		channel, limit, _ := strings.Cut(part, "=")
		n, err := strconv.Atoi(limit)
		if err != nil {
			return nil, fmt.Errorf("reading the capacity %q: %w", part, err)
		}
		capacity[channel] = n
	}
	return capacity, nil
}

const queueColumns = `tenant, name, skills, default_priority, offer_timeout, revision, create_time, update_time`

func scanQueue(r store.Row) (q routing.Queue, err error) {
	var skills string
	var timeout, created, updated int64
	err = r.Scan(&q.Tenant, &q.Name, &skills, &q.DefaultPriority, &timeout, &q.Revision, &created, &updated, &q.Waiting)
	q.Skills, q.OfferTimeout = strings.Fields(skills), time.Duration(timeout)*time.Microsecond
	q.CreateTime, q.UpdateTime = store.Time(created), store.Time(updated)
	return q, err
}
