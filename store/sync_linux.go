package store

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	syncPart  = 8 << 20
	syncPause = 10 * time.Millisecond
)

// SyncFile makes what was written to a file of any size durable. It writes a part at a time: who saves in the meantime waits for
// a part, not for the whole file.
func SyncFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const all = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	for at := int64(0); info.Size() > syncPart && at < info.Size(); at += syncPart {
		if unix.SyncFileRange(int(f.Fd()), at, syncPart, all) != nil {
			break // a file system that cannot: all at once, below
		}
		time.Sleep(syncPause)
	}
	return f.Sync()
}
