package fault

import (
	"fmt"
	"runtime"
)

// Thrown is what a panic was about, as an error for logs: the runtime's own words, and of anything else that recover gave
// only the type. What a program throws may hold what somebody wrote.
func Thrown(recovered any) error {
	if e, ok := recovered.(runtime.Error); ok {
		return e
	}
	return fmt.Errorf("a %T was thrown", recovered)
}
