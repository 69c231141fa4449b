package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// checkSegments verifies the files of an index: each segment ends in the CRC-32 of what precedes it, which Bleve writes
// but never reads. Without this a flipped byte goes unnoticed until a search panics.
func checkSegments(path string) error {
	files, err := filepath.Glob(filepath.Join(path, "store", "*.zap"))
	if err != nil {
		return fmt.Errorf("list segments: %w", err)
	}
	for _, name := range files {
		if err := checkSegment(name); err != nil {
			return err
		}
	}
	return nil
}

func checkSegment(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	const sumSize = 4
	size := info.Size() - sumSize
	if size < 0 {
		return fmt.Errorf("segment %s is cut off", filepath.Base(name))
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, size); err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	var want [sumSize]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return fmt.Errorf("check segment: %w", err)
	}
	if binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
		return fmt.Errorf("segment %s is damaged", filepath.Base(name))
	}
	return nil
}
