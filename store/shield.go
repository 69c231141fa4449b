package store

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// shield runs fn and turns a panic of bbolt over a broken page, or a read outside of the file, into ErrDamaged: who serves lives
// on. Any other panic is a fault of the program's and goes on, unlike in probe.
func shield(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if err = brokenPage(r); err == nil {
				panic(r)
			}
		}
	}()
	return fn()
}

// probe runs fn over a file that is not known to be whole, and turns every panic, whoever raises it, into ErrDamaged.
func probe(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("read database: %v: %w", r, ErrDamaged)
		}
	}()
	return fn()
}

// brokenPage returns ErrDamaged for what was recovered from a panic if it comes of a page that is not what was written, else nil.
// It must be called where the panic was recovered.
func brokenPage(r any) error {
	_, fault := r.(interface{ Addr() uintptr }) // memory that the file does not reach to
	if !fault && !strings.HasPrefix(panicker(), "go.etcd.io/bbolt") {
		return nil
	}
	return fmt.Errorf("read database: %v: %w", r, ErrDamaged)
}

// panicker returns the name of the function that raised the panic that is being recovered.
func panicker() string {
	calls := make([]uintptr, 64)
	frames := runtime.CallersFrames(calls[:runtime.Callers(0, calls)])
	raised := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			raised = true
		case raised && !strings.HasPrefix(f.Function, "runtime."):
			return f.Function
		}
		if !more {
			return ""
		}
	}
}

// errSpoilt is what every Update is told once a commit met a broken page: what bbolt holds in memory is not known since.
var errSpoilt = fmt.Errorf("a commit met a broken page; nothing more is written: %w", ErrDamaged)

// ErrFileDamaged is in the chain of every error about a stored file that is missing or not what was written. It is an ErrDamaged.
var ErrFileDamaged = fmt.Errorf("stored file: %w", ErrDamaged)
