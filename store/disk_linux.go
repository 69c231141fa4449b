package store

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// Disk tells about the disk that holds dir.
func Disk(dir string) (d DiskState, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return d, fmt.Errorf("look at the disk of %s: %w", dir, err)
	}
	d = DiskState{Free: int64(st.Bavail) * st.Bsize, ReadOnly: st.Flags&unix.ST_RDONLY != 0, Files: -1, Kind: diskKind(int64(st.Type) & 0xffffffff)}
	if st.Files > 0 {
		d.Files = int64(st.Ffree)
	}
	return d, nil
}

// diskKind tells from the kernel's number for a file system whether a database is safe on it.
func diskKind(magic int64) DiskKind {
	switch magic {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.V9FS_MAGIC, unix.CEPH_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC:
		return NetworkDisk
	case unix.TMPFS_MAGIC, unix.RAMFS_MAGIC:
		return MemoryDisk
	case unix.OVERLAYFS_SUPER_MAGIC:
		return LayeredDisk
	}
	return ""
}
