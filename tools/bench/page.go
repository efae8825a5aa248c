package bench

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// Page is docs/benchmarks.md.
func Page(w io.Writer, results []Result) error {
	_, err := fmt.Fprintf(w, `# Measurements

Written by `+"`make bench`"+`, on %d cores (%s, %s), which the platform, the sandbox that stands in for the vendors, and the load share.
Times of one machine say little about another: compare the ratios, each to a reference of the same run. The commands print the same as
lines of JSON. What bounds the figures is said in [performance.md](performance.md).
`, runtime.NumCPU(), runtime.GOARCH, runtime.Version())
	if err != nil {
		return err
	}
	return Tables(w, results)
}

// Tables for people, as Markdown, one for each measurement that there are results of.
func Tables(w io.Writer, results []Result) error {
	for _, m := range measurements {
		of := slices.DeleteFunc(slices.Clone(results), func(r Result) bool { return r.Bench != m.name })
		if len(of) == 0 {
			continue
		}
		if err := m.section(w, of); err != nil {
			return err
		}
	}
	return nil
}

func (m measurement) section(w io.Writer, results []Result) error {
	title := strings.ToUpper(m.name[:1]) + m.name[1:]
	if _, err := fmt.Fprintf(w, "\n## %s\n\n    go run ./tools/parley bench %s\n\n%s\n", title, m.name, m.says); err != nil {
		return err
	}
	if m.goal != "" {
		if _, err := fmt.Fprintf(w, "The goal: %s.\n", m.goal); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return table(w, results)
}
