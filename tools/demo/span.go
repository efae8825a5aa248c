package demo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Span is a run of months by their offsets from the anchor's: `0`, `-3` or `-11..-4`, both ends included.
type Span struct{ First, Last int }

var errSpan = errors.New(`not a month offset such as 0 or -3, nor a run such as -11..-4`)

// UnmarshalYAML reads a span.
func (s *Span) UnmarshalYAML(node *yaml.Node) error {
	first, last, run := strings.Cut(node.Value, "..")
	if !run {
		last = first
	}
	var errs [2]error
	s.First, errs[0] = strconv.Atoi(first)
	s.Last, errs[1] = strconv.Atoi(last)
	if errors.Join(errs[:]...) != nil || s.First > s.Last || s.Last > 0 {
		return fmt.Errorf("line %d: %q: %w", node.Line, node.Value, errSpan)
	}
	return nil
}

// Holds says whether the month with this offset is in the span.
func (s Span) Holds(month int) bool { return s.First <= month && month <= s.Last }
