package main

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"strconv"
	"sync"

	"chiso/app/kpi"
)

// logConfig is the part «log» of the configuration.
type logConfig struct {
	File   string `yaml:"file"`
	SizeMB int    `yaml:"size_mb"`
	Keep   int    `yaml:"keep"`
}

// open returns the log that goes to the file, or to standard error without one, and what closes it.
func (c logConfig) open(stderr io.Writer) (*slog.Logger, func() error, error) {
	if c.File == "" {
		return slog.New(slog.NewJSONHandler(stderr, nil)), func() error { return nil }, nil
	}
	r := &rotator{path: c.File, limit: int64(c.SizeMB) << 20, keep: c.Keep}
	if err := r.open(); err != nil {
		return nil, nil, kpi.Errorf(kpi.Invalid, "Không ghi được tệp nhật ký %s (khóa log.file): %v", c.File, err)
	}
	return slog.New(slog.NewJSONHandler(r, nil)), r.Close, nil
}

// rotator writes lines to a file and begins a new one when the next line would make it larger than limit. The old ones are
// called path.1, the newest, to path.keep.
type rotator struct {
	path  string
	limit int64
	keep  int

	mu   sync.Mutex
	file *os.File // nil: the next line opens it
	size int64
}

func (r *rotator) open() error {
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.file, r.size = f, info.Size()
	return nil
}

// Write writes one line.
func (r *rotator) Write(line []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file != nil && r.size > 0 && r.size+int64(len(line)) > r.limit {
		r.turn()
	}
	if r.file == nil {
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.file.Write(line)
	r.size += int64(n)
	return n, err
}

// turn closes the file and gives each the next number. If that cannot be done the log goes on in the same file.
func (r *rotator) turn() {
	_ = r.file.Close() // each line was written at once
	r.file = nil
	for n := r.keep - 1; n >= 1; n-- {
		_ = os.Rename(r.numbered(n), r.numbered(n+1)) // there may be none yet
	}
	_ = os.Rename(r.path, r.numbered(1))
}

func (r *rotator) numbered(n int) string { return r.path + "." + strconv.Itoa(n) }

// Close closes the file.
func (r *rotator) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
