package bus

import "time"

// durableAfter is the age at which a place in the stream counts as fsynced: several times syncInterval.
const durableAfter = time.Minute

// durable follows the floor at a distance of durableAfter at least. JetStream confirms before it fsyncs, so a power cut
// may take the end of the stream; the outboxes then publish it again, and other events come to stand at places that a
// role has behind it. Such a role starts again from its durable point, and the stream is trimmed no further than that.
type durable struct {
	safe      point
	candidate point // was stored at since
	stored    point // the floor that the role's store has
	since     time.Time
}

// promote says whether the safe point moved.
func (d *durable) promote(now time.Time) bool {
	if now.Sub(d.since) < durableAfter {
		return false
	}
	moved := d.safe != d.candidate
	d.safe, d.candidate, d.since = d.candidate, d.stored, now
	return moved
}
