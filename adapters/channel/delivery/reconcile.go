package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// reconcile asks the vendor what became of an attempt. A status webhook may answer meanwhile; it settles the delivery by
// itself.
func (r *Runner) reconcile(ctx context.Context, a channel.Adapter, d Delivery) error {
	out, err := r.outgoing(ctx, d)
	if reason := lasting(err); reason != "" {
		return r.failed(ctx, d, reason)
	}
	if err != nil {
		return err
	}
	policy := r.policy(d.Account)
	outcome, result, err := r.ask(ctx, a, out, d, policy)
	if err != nil {
		r.log.InfoContext(ctx, "the vendor could not say what became of an attempt", "delivery", d.ID, "account", d.Account, "error", err)
		outcome = channel.OutcomeUnknown
	}
	switch outcome {
	case channel.OutcomeSent:
		r.attempts.WithLabelValues(d.Account, "found sent").Inc()
		return r.sent(ctx, d, result)
	case channel.OutcomeNotSent:
		r.attempts.WithLabelValues(d.Account, "found not sent").Inc()
		return r.later(ctx, d, "NOT_SENT", policy.backoff(d.Attempts))
	default:
		return r.stillUnknown(ctx, d, policy)
	}
}

func (r *Runner) ask(ctx context.Context, a channel.Adapter, out channel.Outgoing, d Delivery, policy Policy) (channel.Outcome, channel.SendResult, error) {
	ctx, cancel := context.WithTimeout(ctx, policy.SendTimeout)
	defer cancel()
	ctx, span := r.tracer.Start(ctx, "reconcile "+a.Account().Provider)
	defer span.End()
	return a.Reconcile(ctx, out, channel.Attempt{Began: d.AttemptTime, Known: func(ctx context.Context, externalID string) (bool, error) {
		other, err := r.store.Find(ctx, d.Account, "", r.externalKey(d.Tenant, d.Account, externalID))
		if errors.Is(err, ErrNone) {
			return false, nil
		}
		return other.ID != d.ID, err
	}})
}

func (r *Runner) stillUnknown(ctx context.Context, d Delivery, policy Policy) error {
	now := r.clock()
	deadline := r.unheardSince(d.AttemptTime).Add(policy.UnknownFor)
	if now.Before(deadline) {
		next := now.Add(policy.askAgain(now.Sub(d.AttemptTime)))
		if next.After(deadline) {
			next = deadline
		}
		return r.unlessSettled(ctx, d, func(d *Delivery) { d.NextTime = next })
	}
	if policy.Resend && d.Resends < policy.MaxResends {
		return r.unlessSettled(ctx, d, func(d *Delivery) {
			d.Resends++
			d.wait(ReasonUnknownOutcome, now)
		})
	}
	return r.failed(ctx, d, ReasonUnknownOutcome)
}

// unheardSince is when the vendor's silence about an attempt began to mean something: what it said while nobody listened it
// will say again.
func (r *Runner) unheardSince(attempt time.Time) time.Time {
	if r.started.After(attempt) {
		return r.started
	}
	return attempt
}

// A customer waits for the answer behind an attempt whose outcome is unknown: within its first minute it is asked about
// every few seconds.
const (
	youngAge  = time.Minute
	youngStep = 5 * time.Second
)

// askAgain is how long after a question about an attempt of this age the next one comes: half as long as it has been
// unknown, within bounds.
func (p Policy) askAgain(age time.Duration) time.Duration {
	step, most := max(age/2, p.MinRetry), p.MaxRetry
	if age < youngAge {
		most = min(most, youngStep)
	}
	return spread(min(step, most))
}
