package store

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"chiso/app/kpi"
)

// DiskState tells about a disk.
type DiskState struct {
	Free     int64 // bytes left for this account
	Files    int64 // that can still be made, -1 where there is no such bound
	ReadOnly bool
	Kind     DiskKind
}

// DiskKind is a kind of disk on which a database is not safe; "" is any other.
type DiskKind string

// The kinds of disk.
const (
	NetworkDisk DiskKind = "network" // locks and flushes mean little there
	MemoryDisk  DiskKind = "memory"  // gone when the machine stops
	LayeredDisk DiskKind = "layered" // of a container: gone with it
)

// DiskError turns an error of the operating system that the officer can act on, a full or read-only disk, a missing right,
// into a refusal with a sentence that names the folder. Any other error is returned as it is.
func DiskError(err error, dir string) error {
	switch {
	case err == nil || kpi.KindOf(err) != 0:
		return err
	case says(err, full()):
		return kpi.Errorf(kpi.NoSpace, "Ổ đĩa chứa %s đã đầy nên chưa ghi được. Giải phóng dung lượng rồi làm lại; số liệu đã báo «Đã lưu» vẫn còn nguyên.", dir)
	case says(err, readOnly()) || errors.Is(err, fs.ErrPermission):
		return kpi.Errorf(kpi.Unavailable, "Không ghi được vào %s: ổ đĩa chỉ cho đọc, hoặc tài khoản chạy chiso thiếu quyền ghi. Sửa quyền rồi làm lại.", dir)
	}
	return err
}

// says reports whether err is one of these numbers of the operating system, or has its words: of some errors bbolt passes on
// only those.
func says(err error, numbers []syscall.Errno) bool {
	for _, n := range numbers {
		if errors.Is(err, n) || strings.Contains(err.Error(), n.Error()) {
			return true
		}
	}
	return false
}
