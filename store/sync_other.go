//go:build !linux

package store

import "os"

// SyncFile makes what was written to a file durable.
func SyncFile(f *os.File) error { return f.Sync() }

// gentle writes a file.
type gentle struct{ file *os.File }

func (g *gentle) Write(p []byte) (int, error) { return g.file.Write(p) }
