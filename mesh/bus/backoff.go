package bus

import (
	"math/rand/v2"
	"time"
)

// backoff is the pause after the n-th failure (from 1): the first, growing by the factor, never above the longest.
func backoff(n int, first time.Duration, factor int64, longest time.Duration) time.Duration {
	d := first
	for range n - 1 {
		if d >= longest/time.Duration(factor) {
			return longest
		}
		d *= time.Duration(factor)
	}
	return min(d, longest)
}

// jittered is somewhere in the upper half of the pause, so that those who failed together do not come back together.
func jittered(d time.Duration) time.Duration {
	if d <= 1 {
		return d
	}
	return d/2 + rand.N(d/2)
}
