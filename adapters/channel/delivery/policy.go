package delivery

import (
	"time"

	"golang.org/x/time/rate"
)

// Policy is how an account's messages are delivered.
type Policy struct {
	// AccountRate and RecipientRate are messages a second, with bursts.
	AccountRate    rate.Limit
	AccountBurst   int
	RecipientRate  rate.Limit
	RecipientBurst int

	// SendTimeout bounds one call of the vendor. An attempt that takes longer is unknown.
	SendTimeout time.Duration
	// MaxAge ends the retries of a message that the vendor does not take: it fails as EXPIRED. Nothing ends them earlier: an outage
	// of the vendor's, a limit of its, or a key of ours that an operator has to renew costs no answer that is still worth giving.
	MaxAge time.Duration
	// MinRetry and MaxRetry bound the backoff between attempts, and between questions about an unknown one. While that is
	// younger than a minute, no two questions are more than five seconds apart.
	MinRetry, MaxRetry time.Duration

	// ReconcileAfter is how long after an unknown attempt began the vendor is first asked: before, "not found" may only
	// mean "not yet". It is more than the vendor needs from the last byte of a request to its place in a list.
	ReconcileAfter time.Duration
	// UnknownFor is how long an attempt may stay unknown while we listen. Then it fails with UNKNOWN_OUTCOME, or, with Resend, is sent
	// again, MaxResends times at most: right for a vendor that is certain to have told us if it had the message, and for messages
	// that do no harm when they come twice.
	UnknownFor time.Duration
	Resend     bool
	MaxResends int
}

// DefaultPolicy suits a vendor that says nothing about its limits. An unknown outcome fails: an answer that is missing is
// seen by an agent, one that came twice is seen by the customer.
func DefaultPolicy() Policy {
	return Policy{
		AccountRate: 50, AccountBurst: 50, RecipientRate: 1, RecipientBurst: 10,
		SendTimeout: 15 * time.Second, MaxAge: 24 * time.Hour,
		MinRetry: time.Second, MaxRetry: 5 * time.Minute,
		ReconcileAfter: 2 * time.Second, UnknownFor: 5 * time.Minute, MaxResends: 7,
	}
}

// Reasons with which the runner itself fails a delivery.
const (
	ReasonSuppressed     = "SUPPRESSED"
	ReasonOutsideWindow  = "OUTSIDE_SERVICE_WINDOW"
	ReasonUnknownOutcome = "UNKNOWN_OUTCOME"
	ReasonExpired        = "EXPIRED"
	ReasonErased         = "CUSTOMER_ERASED"
	ReasonUnreadable     = "SEAL_BROKEN"
	ReasonNotTaken       = "NOT_TAKEN"
)
