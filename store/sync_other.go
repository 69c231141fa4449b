//go:build !linux

package store

import "os"

// SyncFile makes what was written to a file durable.
func SyncFile(f *os.File) error { return f.Sync() }
