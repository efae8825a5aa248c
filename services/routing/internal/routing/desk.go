package routing

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
)

// Policy is what an operator chooses about routing.
type Policy struct {
	// OfferTimeout is how long an offer stands, unless its queue says otherwise.
	OfferTimeout time.Duration
	// IgnoredOffers in a row make an agent AWAY.
	IgnoredOffers int
	// ShunFor is how long an agent who rejected a task, or gave it away, is not asked about it.
	ShunFor time.Duration
	// Lease is how long an agent is believed to be there after a sign of life.
	Lease time.Duration
	// MaxWaiting is how many tasks may wait.
	MaxWaiting int64
}

// By is who does something.
type By struct {
	Tenant string
	Actor  Actor
	// Principal of the caller: `agent:agent-ana`.
	Principal string
	// Agent who calls; empty when the caller is none.
	Agent string
	// OnBehalfOf is the customer for whom it is done; empty for none in particular.
	OnBehalfOf string
	// RequestID of the call; may be empty.
	RequestID string
}

// reaches says whether what belongs to the customer is there for the caller.
func (b By) reaches(customerID string) bool { return b.OnBehalfOf == "" || b.OnBehalfOf == customerID }

// routing is who does what nobody asked for.
func routing(tenant string) By {
	return By{Tenant: tenant, Actor: Router, Principal: "service:routing"}
}

// Desk is where tasks are requested, offered, answered and looked up. Safe for concurrent use.
type Desk struct {
	store  Store
	clock  clock.Clock
	policy Policy
}

// NewDesk over a store.
func NewDesk(s Store, clk clock.Clock, p Policy) *Desk { return &Desk{store: s, clock: clk, policy: p} }

// now as stores keep it.
func (d *Desk) now() time.Time { return d.clock().Truncate(time.Microsecond) }

// taskWithin reads a task; one that is out of reach does not exist.
func taskWithin(ctx context.Context, r Reader, by By, id string) (Task, error) {
	t, err := r.Task(ctx, by.Tenant, id)
	if err == nil && !by.reaches(t.CustomerID) {
		return Task{}, ErrTaskNotFound
	}
	return t, err
}
