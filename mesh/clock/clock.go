// Package clock is the time, injected: services ask it and never time.Now.
package clock

import "time"

// Clock tells the time.
type Clock func() time.Time

// System is the machine's clock, in UTC. Inside testing/synctest it is the bubble's.
func System() time.Time { return time.Now().UTC() }
