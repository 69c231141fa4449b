//go:build bench

package workbook

import (
	"fmt"
	"testing"
	"time"
)

// TestBench prints this package's row of the product's table of benchmarks.
func TestBench(t *testing.T) {
	doc := province()
	work := func(fn func() error) time.Duration {
		r := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				if err := fn(); err != nil {
					b.Fatal(err)
				}
			}
		})
		return time.Duration(r.NsPerOp())
	}
	ref := work(streamConstants)
	ours := work(func() error { _, err := doc.Bytes(); return err })
	fmt.Printf("| Excel of 37,200 cells | %s | %s StreamWriter of constants | %.2f × | ≤ 1.5 × |\n",
		ours.Round(time.Millisecond), ref.Round(time.Millisecond), float64(ours)/float64(ref))
}
