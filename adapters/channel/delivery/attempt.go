package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// attempt calls the vendor once, if it may. It answers how long to wait when it is too early.
func (r *Runner) attempt(ctx context.Context, a channel.Adapter, d Delivery) (time.Duration, error) {
	out, err := r.outgoing(ctx, d)
	if reason := lasting(err); reason != "" {
		return 0, r.failed(ctx, d, reason)
	}
	if err != nil {
		return 0, err
	}
	policy := r.policy(d.Account)
	reason, err := r.forbidden(ctx, a, d, out.To, policy)
	if err != nil {
		return 0, err
	}
	if reason != "" {
		return 0, r.failed(ctx, d, reason)
	}
	if wait := r.pacer.wait(d.Account, d.Lane, policy, r.clock()); wait > 0 {
		return wait, nil
	}
	// From this commit on the vendor may have it.
	begun, err := r.update(ctx, d.ID, func(d *Delivery) bool {
		if d.Phase != Pending {
			return false
		}
		d.Phase, d.AttemptTime = Sending, r.clock()
		d.Attempts++
		return true
	})
	if err != nil || begun.Phase != Sending {
		return 0, err
	}
	result, err := r.send(ctx, a, out, policy)
	return 0, r.conclude(ctx, begun, result, err, policy)
}

// send bounds the call. A stop lets it end: cutting it off would only make its outcome unknown.
func (r *Runner) send(ctx context.Context, a channel.Adapter, out channel.Outgoing, policy Policy) (channel.SendResult, error) {
	ctx, cancel := context.WithTimeout(ctx, policy.SendTimeout)
	defer cancel()
	ctx, span := r.tracer.Start(ctx, "send "+a.Account().Provider)
	defer span.End()
	return a.Send(ctx, out)
}

// forbidden is why the message must not be sent now or ever; empty when it may be.
func (r *Runner) forbidden(ctx context.Context, a channel.Adapter, d Delivery, to string, policy Policy) (string, error) {
	if r.clock().Sub(d.CreateTime) > policy.MaxAge {
		return ReasonExpired, nil
	}
	key := r.addressKey(a.Account(), to)
	suppressed, err := r.store.Suppressed(ctx, d.Account, key)
	if err != nil {
		return "", err
	}
	if suppressed {
		return ReasonSuppressed, nil
	}
	window := serviceWindow(a)
	if window == 0 {
		return "", nil
	}
	heard, err := r.store.LastHeard(ctx, d.Account, key)
	if err != nil {
		return "", err
	}
	if r.clock().Sub(heard) > window {
		return ReasonOutsideWindow, nil
	}
	return "", nil
}

// serviceWindow is how long after a customer wrote the vendor lets us write; 0 for always.
func serviceWindow(a channel.Adapter) time.Duration {
	return time.Duration(a.Capabilities().GetServiceWindowSeconds()) * time.Second
}

// conclude writes down how the attempt ended. A status may have come before the response and said more: what is not
// sending any more is only raised.
func (r *Runner) conclude(ctx context.Context, d Delivery, result channel.SendResult, err error, policy Policy) error {
	if err == nil {
		r.attempts.WithLabelValues(d.Account, "sent").Inc()
		r.pacer.took(d.Account, r.clock())
		return r.sent(ctx, d, result)
	}
	failure := asSendError(err)
	if failure.Kind == channel.Waiting {
		return r.later(ctx, d, failure.Reason, failure.RetryAfter)
	}
	r.attempts.WithLabelValues(d.Account, failure.Kind.String()).Inc()
	r.log.InfoContext(ctx, "an attempt to send did not end well",
		"delivery", d.ID, "account", d.Account, "kind", failure.Kind.String(), "reason", failure.Reason, "attempt", d.Attempts)
	switch failure.Kind {
	case channel.Permanent:
		return r.failed(ctx, d, failure.Reason)
	case channel.RateLimited, channel.Retryable:
		return r.later(ctx, d, failure.Reason, max(failure.RetryAfter, policy.backoff(d.Attempts)))
	case channel.AccountLimited:
		return r.later(ctx, d, failure.Reason, r.pacer.pause(d.Account, failure.RetryAfter, policy, r.clock()))
	default:
		return r.doubt(ctx, d, failure.Reason)
	}
}

// asSendError takes whatever is not typed as unknown: that is the one reading that does no harm.
func asSendError(err error) *channel.SendError {
	var typed *channel.SendError
	if errors.As(err, &typed) {
		return typed
	}
	return channel.NewSendError(channel.Unknown, "UNTYPED_ERROR", nil)
}

func (r *Runner) sent(ctx context.Context, d Delivery, result channel.SendResult) error {
	key, sealed, err := r.external(ctx, d, result.ExternalID)
	if err != nil {
		return fmt.Errorf("seal the vendor's id of %s: %w", d.ID, err)
	}
	_, err = r.update(ctx, d.ID, func(d *Delivery) bool {
		d.Fold(stateSent, "")
		if d.ExternalKey == nil {
			d.ExternalKey, d.ExternalID = key, sealed
		}
		return true
	})
	return err
}

func (r *Runner) failed(ctx context.Context, d Delivery, reason string) error {
	return r.unlessSettled(ctx, d, func(d *Delivery) { d.fail(reason) })
}

func (r *Runner) later(ctx context.Context, d Delivery, reason string, wait time.Duration) error {
	until := r.clock().Add(wait)
	return r.unlessSettled(ctx, d, func(d *Delivery) { d.wait(reason, until) })
}

func (r *Runner) doubt(ctx context.Context, d Delivery, reason string) error {
	ask := d.AttemptTime.Add(r.policy(d.Account).ReconcileAfter)
	return r.unlessSettled(ctx, d, func(d *Delivery) { d.doubt(reason, ask) })
}

func (r *Runner) unlessSettled(ctx context.Context, d Delivery, change func(*Delivery)) error {
	_, err := r.update(ctx, d.ID, func(d *Delivery) bool {
		if d.Phase == Settled {
			return false
		}
		change(d)
		return true
	})
	return err
}
