package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncRange writes a part of a file out and waits for it; false on a file system that cannot.
func syncRange(f *os.File, at, n int64) bool {
	const all = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	return unix.SyncFileRange(int(f.Fd()), at, n, all) == nil
}
