package fault_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
)

func TestThrownTellsABugAndNoWords(t *testing.T) {
	const words = "Why is my bill so high"
	var none []string
	for name, c := range map[string]struct {
		bug  func()
		want string
	}{
		"what was said":             {func() { panic(words) }, "a string was thrown"},
		"an error that quotes":      {func() { panic(errors.New(words)) }, "a *errors.errorString was thrown"},
		"what was said, in a value": {func() { panic(struct{ Text string }{words}) }, "a struct { Text string } was thrown"},
		"an index that is not":      {func() { _ = none[len(words)] }, "index out of range [22]"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got := fault.Thrown(recover()).Error(); !strings.Contains(got, c.want) || strings.Contains(got, words) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}()
			c.bug()
		})
	}
}
