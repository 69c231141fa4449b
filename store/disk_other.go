//go:build !linux

package store

// Disk tells about the disk that holds dir: here only how much room it has.
func Disk(dir string) (DiskState, error) {
	free, err := Free(dir)
	return DiskState{Free: free, Files: -1}, err
}
