//go:build linux

package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

func TestUnknownState(t *testing.T) {
	t.Parallel()
	named := func(op string, err error) error {
		return fmt.Errorf("x: %w", &fs.PathError{Op: op, Path: "p", Err: err})
	}
	tests := []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("database not open"), false},
		{syscall.EIO, true},    // of the flush
		{syscall.ENOSPC, true}, // of the flush
		{errors.New("file sync error: input/output error"), true},
		{named("write", syscall.EIO), true},
		{named("sync", syscall.ENOSPC), true},
		{named("write", syscall.ENOSPC), false},
		{named("write", syscall.EFBIG), false},
		{named("write", syscall.EROFS), false},
		{errors.New("file resize error: truncate p: no space left on device"), false},
	}
	for _, tt := range tests {
		if got := store.UnknownState(tt.err); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.err, got, tt.want)
		}
	}
}

// TestDiskFails takes the file away under an open store, as a disk that fails does: nobody is told that it is saved, nothing more
// is written, reading goes on, and what was acknowledged before is in the file.
func TestDiskFails(t *testing.T) {
	if !alone(t) {
		return
	}
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	save := func(n int) error {
		return s.Update(func(tx *store.Tx) error {
			return storetest.PutCell(tx, storetest.Cell("U"+fmt.Sprint(n), "1.1", int64(n)))
		})
	}
	if err := save(1); err != nil {
		t.Fatal(err)
	}
	file, read := descriptor(t, filepath.Join(dir, store.FileName)), openRead(t, filepath.Join(dir, store.FileName))
	kept, err := syscall.Dup(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Dup3(read, file, 0); err != nil { // writes now fail
		t.Fatal(err)
	}
	var failure *store.DiskFailure
	if err := save(2); !errors.As(err, &failure) || kpi.KindOf(err) != kpi.Unavailable || !strings.Contains(err.Error(), "Ổ đĩa báo lỗi khi ghi") {
		t.Fatalf("save on a failed disk: %v", err)
	}
	select {
	case <-s.Failed():
	default:
		t.Error("the failure is not told")
	}
	if err := syscall.Dup3(kept, file, 0); err != nil { // the disk is back
		t.Fatal(err)
	}
	if err := save(3); !errors.As(err, &failure) {
		t.Errorf("the store writes again: %v", err)
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		if c, err := tx.Cell(storetest.Cell("U1", "1.1", 0).CellKey); err != nil || c.Value != kpi.Dec(1) {
			t.Errorf("%+v, %v", c, err)
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err := store.Verify(filepath.Join(dir, store.FileName)); err != nil || c.Counts["cell"] != 1 {
		t.Errorf("%d cells, %v", c.Counts["cell"], err)
	}
}

// descriptor returns the number under which this process has the file open.
func descriptor(t *testing.T, path string) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && to == path {
			var n int
			if _, err := fmt.Sscan(e.Name(), &n); err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("%s is not open", path)
	return -1
}

func openRead(t *testing.T, path string) int {
	t.Helper()
	fd, err := syscall.Open(path, syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// TestOpenReadOnly: reading works, writing is refused with a sentence, the file stays as it was.
func TestOpenReadOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, store.FileName)
	s := storetest.OpenIn(t, dir)
	storetest.Update(t, s, func(tx *store.Tx) error { return storetest.PutCell(tx, storetest.Cell("U", "1.1", 7)) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = store.OpenReadOnly(dir); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, s, func(tx *store.Tx) error {
		c, err := tx.Cell(storetest.Cell("U", "1.1", 0).CellKey)
		if c.Value != kpi.Dec(7) {
			t.Errorf("%+v", c)
		}
		return err
	})
	if err := s.Update(func(*store.Tx) error { return nil }); !s.ReadOnly() || kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("ReadOnly %v, Update: %v", s.ReadOnly(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed, %v", err)
	}
	if _, err := store.OpenReadOnly(t.TempDir()); err == nil {
		t.Error("a folder without a database was opened")
	}
}

func TestDisk(t *testing.T) {
	t.Parallel()
	d, err := store.Disk(t.TempDir())
	if err != nil || d.Free <= 0 || d.ReadOnly {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err := store.Disk("/proc"); err != nil || d.Free != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := os.Stat("/dev/shm"); err == nil {
		if d, err := store.Disk("/dev/shm"); err != nil || d.Kind != store.MemoryDisk {
			t.Errorf("%+v, %v", d, err)
		}
	}
}
