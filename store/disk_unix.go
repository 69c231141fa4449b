//go:build !windows

package store

import (
	"fmt"
	"syscall"
)

// Free returns how many bytes the disk that holds dir has left for this account.
func Free(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

// SameDisk reports whether both folders lie on one disk, as far as is known.
func SameDisk(a, b string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(a, &x) == nil && syscall.Stat(b, &y) == nil && x.Dev == y.Dev
}

// full lists the errors that say that there is no room: on the disk, in a quota, in the largest file allowed.
func full() []syscall.Errno { return []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} }

func readOnly() []syscall.Errno { return []syscall.Errno{syscall.EROFS} }
