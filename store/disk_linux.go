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
	d = DiskState{Free: int64(st.Bavail) * st.Bsize, ReadOnly: st.Flags&unix.ST_RDONLY != 0, Files: -1, Kind: diskKinds()[int64(st.Type)&0xffffffff]}
	if st.Files > 0 {
		d.Files = int64(st.Ffree)
	}
	return d, nil
}

// diskKinds names the kinds of disk on which a database is not safe, by the number that the kernel has for each.
func diskKinds() map[int64]DiskKind {
	return map[int64]DiskKind{
		unix.NFS_SUPER_MAGIC: NetworkDisk, unix.SMB_SUPER_MAGIC: NetworkDisk, unix.CIFS_SUPER_MAGIC: NetworkDisk, unix.SMB2_SUPER_MAGIC: NetworkDisk,
		unix.V9FS_MAGIC: NetworkDisk, unix.CEPH_SUPER_MAGIC: NetworkDisk, unix.FUSE_SUPER_MAGIC: NetworkDisk,
		unix.TMPFS_MAGIC: MemoryDisk, unix.RAMFS_MAGIC: MemoryDisk, unix.OVERLAYFS_SUPER_MAGIC: LayeredDisk,
	}
}
