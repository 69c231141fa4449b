package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// stopwatch returns what tells the time since some instant, whatever happens to the machine's clock. It runs on while the machine
// sleeps, which Go's own reading does not.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration {
		var t unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
			return time.Since(start) // an old kernel: it never has it
		}
		return time.Duration(t.Nano())
	}
}
