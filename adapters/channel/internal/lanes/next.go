package lanes

import "time"

type nextKind int

const (
	done nextKind = iota
	again
	sleep
	rest
	retry
)

// Next is what a lane wants after a turn.
type Next struct {
	kind  nextKind
	after time.Duration
}

// Done says that the table holds nothing more for the key, unless it was woken meanwhile.
func Done() Next { return Next{kind: done} }

// Again says that there is more; the lane goes to the end of the line.
func Again() Next { return Next{kind: again} }

// Sleep says that there is more, and not before this much time has passed. A Wake during the turn takes the turn again at once,
// since it may have changed what is waited for.
func Sleep(d time.Duration) Next { return Next{kind: sleep, after: max(d, time.Millisecond)} }

// Rest is Sleep that no Wake cuts short: the key has had its share.
func Rest(d time.Duration) Next { return Next{kind: rest, after: max(d, time.Millisecond)} }

// Retry says that the turn failed: the lane comes back after a backoff that grows with each failure in a row.
func Retry() Next { return Next{kind: retry} }
