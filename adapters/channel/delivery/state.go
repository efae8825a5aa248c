package delivery

import (
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// Phase is what the runner has to do with a delivery.
type Phase string

// The phases. Pending → sending → settled is the good way; sending → unknown is found at a restart or after a timeout.
const (
	Pending Phase = "pending"
	Sending Phase = "sending"
	Unsure  Phase = "unknown"
	Settled Phase = "settled"
)

// States, for short.
const (
	statePending = contextv1.DeliveryState_DELIVERY_STATE_PENDING
	stateUnknown = contextv1.DeliveryState_DELIVERY_STATE_UNKNOWN
	stateSent    = contextv1.DeliveryState_DELIVERY_STATE_SENT
	stateFailed  = contextv1.DeliveryState_DELIVERY_STATE_FAILED
)

// raise is the lattice: a state only rises, in whatever order the news comes, and failed is the top.
func (d *Delivery) raise(to contextv1.DeliveryState, reason string) {
	if to <= d.State {
		return
	}
	d.State = to
	d.Reason = ""
	if to == stateFailed {
		d.Reason = reason
	}
}

// Fold takes what the vendor says of it. Whatever that is, the vendor has it: there is nothing to send or find out.
func (d *Delivery) Fold(to contextv1.DeliveryState, reason string) {
	d.Phase = Settled
	d.raise(max(to, stateSent), reason)
}

// fail ends it.
func (d *Delivery) fail(reason string) {
	d.Phase = Settled
	d.raise(stateFailed, reason)
}

// doubt says that the vendor may have it or not.
func (d *Delivery) doubt(reason string, ask time.Time) {
	d.Phase, d.NextTime = Unsure, ask
	d.raise(stateUnknown, "")
	if d.State == stateUnknown {
		d.Reason = reason
	}
}

// wait says that the vendor does not have it, and when to try again.
func (d *Delivery) wait(reason string, until time.Time) {
	d.Phase, d.Reason, d.NextTime = Pending, reason, until
}

// Merged is the state of a message from those of its parts: failed if any is, else that of the one least far.
func Merged(parts []Delivery) (contextv1.DeliveryState, string) {
	least := parts[0].State
	for _, p := range parts {
		if p.State == stateFailed {
			return stateFailed, p.Reason
		}
		least = min(least, p.State)
	}
	return least, ""
}
