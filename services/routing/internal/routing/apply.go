package routing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
)

// apply runs the rule of an event: all that its row says, in the transaction, or nothing. A task that is to be offered has
// its agent already.
func (d *Desk) apply(ctx context.Context, tx Tx, t *Task, event Event, by By, now time.Time) error {
	r, err := rule(t.State, event)
	if err != nil {
		return err
	}
	if !slices.Contains(r.By, by.Actor) {
		return fmt.Errorf("%s a task: %w", event, ErrActor)
	}
	if by.Actor == Holder && t.Agent != by.Agent {
		return ErrNotYours
	}
	agent, offerID, expire := t.Agent, t.OfferID, t.OfferExpireTime
	step := t.move(r, by, now)
	if r.To == Offered {
		if offerID, expire, err = d.makeOffer(ctx, tx, t, now); err != nil {
			return err
		}
	}
	keep := tx.UpdateTask
	if r.From == Nothing {
		keep = tx.InsertTask
	}
	if err := keep(ctx, *t, step); err != nil {
		return err
	}
	if r.Offer != 0 {
		if err := d.changeOffer(ctx, tx, r, Offer{
			Tenant: t.Tenant, ID: offerID, TaskID: t.ID, Agent: agent, ExpireTime: expire,
		}, now); err != nil {
			return err
		}
	}
	return tx.Tell(ctx, News{Tale: r.Tells, Task: *t, Step: step, ByRouting: by.Actor == Router, RequestID: by.RequestID})
}

// move the task along the transition.
func (t *Task) move(r Transition, by By, now time.Time) Step {
	t.State, t.UpdateTime = r.To, now
	t.Sequence++
	step := Step{
		Sequence: t.Sequence, Event: r.Event, From: r.From, To: r.To, Agent: t.Agent, Principal: by.Principal, Time: now,
	}
	if !r.To.Held() {
		t.OfferID = ""
		if r.To != Completed {
			t.Agent = ""
		}
	}
	if r.To != Offered {
		t.OfferExpireTime = time.Time{}
	}
	if !r.To.Open() {
		t.CloseTime = now
	}
	return step
}

// makeOffer gives the task the id and the end of its offer.
func (d *Desk) makeOffer(ctx context.Context, tx Tx, t *Task, now time.Time) (string, time.Time, error) {
	q, err := tx.Queue(ctx, t.Tenant, t.Queue)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("offer %s of queue %s: %w", t.ID, t.Queue, err)
	}
	stands := d.policy.OfferTimeout
	if q.OfferTimeout != 0 {
		stands = q.OfferTimeout
	}
	t.OfferID, t.OfferExpireTime = typeid.New(OfferPrefix), now.Add(stands)
	return t.OfferID, t.OfferExpireTime, nil
}

// changeOffer does to the offer, its alarm and its agent what the transition says.
func (d *Desk) changeOffer(ctx context.Context, tx Tx, r Transition, o Offer, now time.Time) error {
	a, err := tx.Agent(ctx, o.Tenant, o.Agent)
	if err != nil {
		return fmt.Errorf("change the offer of %s to %s: %w", o.TaskID, o.Agent, err)
	}
	a.OfferSequence++
	switch r.Agent {
	case isGiven, isDone, isDoneAndShunned:
		a.IdleSince = now
	case answers, answersAndIsShunned:
		a.Ignored = 0
	case ignores:
		a.Ignored++
	case isUntouched:
	}
	if err := tx.UpdateAgent(ctx, a); err != nil {
		return err
	}
	if r.Agent.shuns() {
		if err := d.shun(ctx, tx, o, now.Add(d.policy.ShunFor)); err != nil {
			return err
		}
	}
	o.State, o.UpdateTime, o.Sequence = r.Offer, now, a.OfferSequence
	alarm := Alarm{Kind: OfferAlarm, Tenant: o.Tenant, Key: o.ID, Due: o.ExpireTime}
	if o.State == OfferPending {
		o.CreateTime = now
		if err := tx.InsertOffer(ctx, o); err != nil {
			return err
		}
		return tx.SetAlarm(ctx, alarm)
	}
	if err := tx.UpdateOffer(ctx, o); err != nil {
		return err
	}
	if r.From == Offered {
		return tx.CancelAlarm(ctx, alarm)
	}
	return nil
}

// shun has the agent not asked about the task for a while. An alarm looks after its end: then somebody may fit again.
func (d *Desk) shun(ctx context.Context, tx Tx, o Offer, until time.Time) error {
	if err := tx.Shun(ctx, o.Tenant, Shun{TaskID: o.TaskID, Agent: o.Agent, Until: until}); err != nil {
		return err
	}
	return tx.SetAlarm(ctx, Alarm{Kind: ShunAlarm, Tenant: o.Tenant, Key: o.TaskID + "/" + o.Agent, Due: until})
}
