package conversation

import "sync"

// lanes is how many customers of one batch are worked on at a time.
const lanes = 8

// inParallel calls do for 0 to n-1, up to `lanes` at a time, and returns when all calls have.
func inParallel(n int, do func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(n, lanes) {
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
