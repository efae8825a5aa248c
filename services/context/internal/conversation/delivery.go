package conversation

import "time"

// DeliveryState is a lattice: it only rises, and Failed, the top, sticks. Numbered as parley.context.v1.DeliveryState.
type DeliveryState int

// Delivery states, from the lowest.
const (
	Pending   DeliveryState = 1
	Unknown   DeliveryState = 2
	Sent      DeliveryState = 3
	Delivered DeliveryState = 4
	Read      DeliveryState = 5
	Failed    DeliveryState = 6
)

// Delivery is how far an outbound message got.
type Delivery struct {
	State DeliveryState
	// Reason why it failed, in UPPER_SNAKE_CASE.
	Reason     string
	UpdateTime time.Time
}

// fold raises the delivery to a newer state; what is not above it changes nothing, whenever it comes.
func (d *Delivery) fold(newer Delivery) bool {
	if newer.State <= d.State {
		return false
	}
	*d = newer
	if d.State != Failed {
		d.Reason = ""
	}
	return true
}
