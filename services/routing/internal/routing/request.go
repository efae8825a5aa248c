package routing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/typeid"
)

// Wish is a conversation that wants a person.
type Wish struct {
	ConversationID string
	CustomerID     string
	Queue          string
	Channel        string
	Skills         []string // beyond the queue's
	Priority       int      // 0: the queue's
	HandoffReason  string
}

// Request puts a conversation into a queue. While it has an open task, that is the answer.
func (d *Desk) Request(ctx context.Context, by By, r Request, w Wish) (Task, error) {
	if !by.reaches(w.CustomerID) {
		return Task{}, ErrCustomerNotFound
	}
	by.RequestID = r.ID
	var id string
	err := d.store.Write(ctx, by.Tenant, func(ctx context.Context, tx Tx) (err error) {
		id, err = tx.Once(ctx, r, func() (string, error) { return d.request(ctx, tx, by, w) })
		return err
	})
	if err != nil {
		return Task{}, err
	}
	return taskWithin(ctx, d.store, by, id)
}

func (d *Desk) request(ctx context.Context, tx Tx, by By, w Wish) (string, error) {
	open, err := tx.OpenTask(ctx, by.Tenant, w.ConversationID)
	if err == nil && open.CustomerID != w.CustomerID {
		return "", ErrCustomerNotFound
	}
	if !errors.Is(err, ErrTaskNotFound) {
		return open.ID, err
	}
	q, err := tx.Queue(ctx, by.Tenant, w.Queue)
	if err != nil {
		return "", err
	}
	waiting, err := tx.WaitingBefore(ctx, by.Tenant, Place{})
	if err != nil {
		return "", err
	}
	if waiting >= d.policy.MaxWaiting {
		return "", ErrQueuesFull
	}
	last, err := tx.LastSequence(ctx, by.Tenant, w.ConversationID)
	if err != nil {
		return "", err
	}
	now := d.now()
	t := Task{
		Tenant: by.Tenant, ID: typeid.New(TaskPrefix), ConversationID: w.ConversationID, CustomerID: w.CustomerID,
		Queue: q.Name, Skills: union(q.Skills, w.Skills), Channel: w.Channel, Priority: w.Priority,
		HandoffReason: w.HandoffReason, CreateTime: now, Sequence: last,
	}
	if t.Priority == 0 {
		t.Priority = q.DefaultPriority
	}
	if err := d.apply(ctx, tx, &t, Requesting, by, now); err != nil {
		return "", err
	}
	return t.ID, d.drain(ctx, tx, t.Tenant, now)
}

// Give the conversation's tasks to the customer whose it is now.
func (d *Desk) Give(ctx context.Context, tenant, conversationID, customerID string) error {
	err := d.store.Write(ctx, tenant, func(ctx context.Context, tx Tx) error {
		return tx.GiveTasks(ctx, tenant, conversationID, customerID)
	})
	if err != nil {
		return fmt.Errorf("giving the tasks of %s to another customer: %w", conversationID, err)
	}
	return nil
}

// Cancel ends a task that nobody needs any more; one that is CANCELLED already is the answer.
func (d *Desk) Cancel(ctx context.Context, by By, id, etag string) (Task, error) {
	return d.change(ctx, by, id, etag, Cancelled, func(ctx context.Context, tx Tx, t *Task) error {
		return d.apply(ctx, tx, t, Cancelling, by, d.now())
	})
}

// change does something to a task, unless that was done already, and drains the queues.
func (d *Desk) change(
	ctx context.Context, by By, id, etag string, done State, do func(ctx context.Context, tx Tx, t *Task) error,
) (Task, error) {
	err := d.store.Write(ctx, by.Tenant, func(ctx context.Context, tx Tx) error {
		t, err := taskWithin(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if by.Actor == Holder && t.Agent != by.Agent {
			return ErrNotYours
		}
		if t.State == done {
			return nil
		}
		if etag != "" && etag != t.Etag() {
			return ErrStale
		}
		if err := do(ctx, tx, &t); err != nil {
			return err
		}
		return d.drain(ctx, tx, by.Tenant, d.now())
	})
	if err != nil {
		return Task{}, err
	}
	return taskWithin(ctx, d.store, by, id)
}

// union of the skills, sorted, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
