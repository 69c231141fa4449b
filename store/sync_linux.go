package store

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	syncPart  = 2 << 20
	syncPause = 12 * time.Millisecond
)

// syncRange writes a part of a file out and waits for it; false on a file system that cannot.
func syncRange(f *os.File, at, n int64) bool {
	const all = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	return unix.SyncFileRange(int(f.Fd()), at, n, all) == nil
}

// SyncFile makes what was written to a file of any size durable. It writes a part at a time: who saves in the meantime
// waits for a part, not for the whole file.
func SyncFile(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	for at := int64(0); info.Size() > syncPart && at < info.Size() && syncRange(f, at, syncPart); at += syncPart {
		time.Sleep(syncPause)
	}
	return f.Sync()
}

// gentle writes a large file and writes it out on the way, a part at a time with a rest after each, so that those who
// save meanwhile find the disk free.
type gentle struct {
	file            *os.File
	written, synced int64
}

func (g *gentle) Write(p []byte) (int, error) {
	n, err := g.file.Write(p)
	if g.written += int64(n); g.written-g.synced >= syncPart {
		syncRange(g.file, g.synced, g.written-g.synced) // where it cannot, the file is synced at its end
		g.synced = g.written
		time.Sleep(syncPause)
	}
	return n, err
}
