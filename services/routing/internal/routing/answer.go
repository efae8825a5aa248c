package routing

import (
	"context"
	"fmt"
)

// Accept gives the task to the agent to whom it was offered. An offer that he accepted already answers the task.
func (d *Desk) Accept(ctx context.Context, by By, offerID string) (Task, error) {
	return d.answer(ctx, by, offerID, Accepting, OfferAccepted)
}

// Reject returns the task to its queue. An offer that the agent rejected already answers the task.
func (d *Desk) Reject(ctx context.Context, by By, offerID string) (Task, error) {
	return d.answer(ctx, by, offerID, Rejecting, OfferRejected)
}

func (d *Desk) answer(ctx context.Context, by By, offerID string, event Event, done OfferState) (Task, error) {
	if err := d.signOfLife(ctx, by); err != nil {
		return Task{}, err
	}
	var taskID string
	err := d.store.Write(ctx, by.Tenant, func(ctx context.Context, tx Tx) error {
		o, err := tx.Offer(ctx, by.Tenant, offerID)
		if err != nil {
			return err
		}
		if o.Agent != by.Agent {
			return ErrOfferNotFound
		}
		taskID = o.TaskID
		if o.State == done {
			return nil
		}
		now := d.now()
		// An offer that is over is over, also when its alarm is late.
		if o.State == OfferPending && !now.Before(o.ExpireTime) {
			return &OfferGoneError{State: OfferExpired}
		}
		if o.State != OfferPending {
			return &OfferGoneError{State: o.State}
		}
		t, err := tx.Task(ctx, by.Tenant, taskID)
		if err != nil {
			return err
		}
		if err := d.apply(ctx, tx, &t, event, by, now); err != nil || event == Accepting {
			return err // an offer took up room already: with accepting it nobody fits anew
		}
		return d.drain(ctx, tx, by.Tenant, now)
	})
	if err != nil {
		return Task{}, err
	}
	return d.store.Task(ctx, by.Tenant, taskID)
}

// Complete ends a task that was accepted; one that is COMPLETED already is the answer.
func (d *Desk) Complete(ctx context.Context, by By, id, etag string) (Task, error) {
	if err := d.signOfLife(ctx, by); err != nil {
		return Task{}, err
	}
	return d.change(ctx, by, id, etag, Completed, func(ctx context.Context, tx Tx, t *Task) error {
		return d.apply(ctx, tx, t, Completing, by, d.now())
	})
}

// Destination of a transfer: a queue or an agent.
type Destination struct {
	Queue, Agent string
	Priority     int // 0: as it is
}

// Transfer gives an open task to another queue, or offers it to one agent whatever his skills.
func (d *Desk) Transfer(ctx context.Context, by By, id, etag string, to Destination) (Task, error) {
	if err := d.signOfLife(ctx, by); err != nil {
		return Task{}, err
	}
	return d.change(ctx, by, id, etag, Nothing, func(ctx context.Context, tx Tx, t *Task) error {
		if to.Agent != "" {
			return d.transferTo(ctx, tx, by, t, to)
		}
		q, err := tx.Queue(ctx, by.Tenant, to.Queue)
		if err != nil {
			return err
		}
		t.Queue, t.Skills = q.Name, q.Skills
		return d.release(ctx, tx, by, t, to)
	})
}

func (d *Desk) transferTo(ctx context.Context, tx Tx, by By, t *Task, to Destination) error {
	a, err := tx.Agent(ctx, by.Tenant, to.Agent)
	if err != nil {
		return err
	}
	if a.Status != Available || a.Room(t.Channel) == 0 || a.Name == t.Agent {
		return ErrAgentNotFree
	}
	if err := d.release(ctx, tx, by, t, to); err != nil {
		return err
	}
	return d.offer(ctx, tx, *t, a.Name, d.now())
}

func (d *Desk) release(ctx context.Context, tx Tx, by By, t *Task, to Destination) error {
	if to.Priority != 0 {
		t.Priority = to.Priority
	}
	return d.apply(ctx, tx, t, Transferring, by, d.now())
}

// signOfLife renews the lease of an agent who does something.
func (d *Desk) signOfLife(ctx context.Context, by By) error {
	if by.Agent == "" {
		return nil
	}
	if _, err := d.store.RenewLease(ctx, by.Tenant, by.Agent, d.now().Add(d.policy.Lease)); err != nil {
		return fmt.Errorf("renew the lease of %s: %w", by.Agent, err)
	}
	return nil
}
