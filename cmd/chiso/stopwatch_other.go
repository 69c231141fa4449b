//go:build !linux

package main

import "time"

// stopwatch returns what tells the time since now, whatever happens to the machine's clock.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
