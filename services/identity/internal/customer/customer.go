// Package customer is the domain of identity: who a customer is, by which handles they are found, and when two channels
// mean the same person. It knows no protobuf and no SQL.
package customer

import (
	"time"
)

// IDPrefix of customers' TypeIDs.
const IDPrefix = "customer"

// Customer is one person, however many handles they have.
type Customer struct {
	ID          string
	DisplayName string // empty when nobody said
	Locale      string // BCP 47; empty when not known
	Handles     []Linked
	// Merged are the ids of visitors who turned out to be this customer.
	Merged     []string
	CreateTime time.Time
	UpdateTime time.Time
}

// Linked is a handle of a customer and what vouches for it.
type Linked struct {
	Handle
	Assurance Assurance
	LinkTime  time.Time
}

// Assurance says how well a handle is known to be the customer's. The levels are ordered and numbered as in
// parley.access.v1.Assurance.
type Assurance int

// The levels, the least first.
const (
	AssuranceNone Assurance = iota + 1
	AssuranceChannelPossession
	AssuranceVerifiedHandle
	AssuranceStrong
)

// link makes links of the handles, all vouched for alike at one time.
func link(handles []Handle, assurance Assurance, at time.Time) []Linked {
	linked := make([]Linked, len(handles))
	for i, h := range handles {
		linked[i] = Linked{Handle: h, Assurance: max(assurance, AssuranceNone), LinkTime: at}
	}
	return linked
}
