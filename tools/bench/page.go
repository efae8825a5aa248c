package bench

import (
	"fmt"
	"io"
	"runtime"
)

// Page is docs/benchmarks.md.
func Page(w io.Writer, results []Result) error {
	_, err := fmt.Fprintf(w, `# Measurements

Written by `+"`make bench`"+`, on %d cores (%s, %s). The platform, the sandbox that stands in for the vendors, and the load share
these cores. Compare ratios: each stands beside a reference of the same run. `+"`parley bench NAME`"+` prints the lines of one
measurement as JSON; what each measures is said in tools/bench/doc.go.

`, runtime.NumCPU(), runtime.GOARCH, runtime.Version())
	if err != nil {
		return err
	}
	return Table(w, results)
}
