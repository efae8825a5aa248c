package conversation

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/parleyhq/parley/mesh/fault"
)

// sideBySide is how many customers of one batch are worked on at a time.
const sideBySide = 8

// inParallel calls do for 0 to n-1, up to sideBySide at a time, and returns when all calls have. What do does must survive.
func inParallel(n int, do func(i int)) {
	if n == 1 {
		do(0)
		return
	}
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(n, sideBySide) {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// survive is deferred by what those goroutines do: a panic is the error of that call. Without it the process would end, with
// everybody else's calls, for no recover of another goroutine reaches there.
func survive(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panicked: %w\n%s", fault.Thrown(p), debug.Stack())
	}
}
