package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/parleyhq/parley/mesh/store/storetest"
)

// A row a write, by 256 callers at once: what group commit is for.
func BenchmarkWrite(b *testing.B) {
	db := shop(b, storetest.Open)
	var n atomic.Int64
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			name := fmt.Sprint(n.Add(1))
			if err := db.Write(b.Context(), insert(name, 1)); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
