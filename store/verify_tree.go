package store

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// The layout of a page in bbolt's file: a header of 16 bytes (its number, its kind, how many elements, how many pages it
// overflows into) and elements of 16 bytes. See page.go of go.etcd.io/bbolt, internal/common.
const (
	pageHeader  = 16
	pageElement = 16
	branchPage  = 0x01
	leafPage    = 0x02
	bucketLeaf  = 0x01 // kind of an element whose value is a bucket
)

// checkTree follows every bucket from its root and fails where a page is reached twice or lies outside of the file. bbolt's
// own check and every scan take for granted that this does not happen, and go round in circles for ever.
func checkTree(b *bolt.Tx) error {
	f, err := os.Open(b.DB().Path())
	if err != nil {
		return fmt.Errorf("check tree: %w", err)
	}
	defer f.Close()
	size := int64(b.DB().Info().PageSize)
	w := walk{file: f, size: size, seen: make([]bool, b.Size()/size)}
	return w.follow(uint64(b.Cursor().Bucket().Root()), true)
}

// walk is one pass over the pages of a file.
type walk struct {
	file *os.File
	size int64  // of a page
	page []byte // the last one that was read
	seen []bool // by page number
}

// follow visits the tree of a bucket; the elements of the top one are buckets themselves.
func (w *walk) follow(root uint64, top bool) error {
	var buckets []uint64
	for open := []uint64{root}; len(open) > 0; {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		if err := w.read(id); err != nil {
			return err
		}
		kind, n := binary.NativeEndian.Uint16(w.page[8:]), int(binary.NativeEndian.Uint16(w.page[10:]))
		switch {
		case kind == leafPage && !top:
			continue
		case kind != leafPage && kind != branchPage || pageHeader+n*pageElement > len(w.page):
			return fmt.Errorf("page %d is of kind %#x with %d elements: %w", id, kind, n, ErrDamaged)
		}
		for i := range n {
			at := pageHeader + i*pageElement
			element := w.page[at : at+pageElement]
			if kind == branchPage {
				open = append(open, binary.NativeEndian.Uint64(element[8:]))
				continue
			}
			value := at + int(binary.NativeEndian.Uint32(element[4:])) + int(binary.NativeEndian.Uint32(element[8:]))
			if binary.NativeEndian.Uint32(element) != bucketLeaf || value+8 > len(w.page) {
				return fmt.Errorf("element %d of page %d is no bucket: %w", i, id, ErrDamaged)
			}
			if bucket := binary.NativeEndian.Uint64(w.page[value:]); bucket != 0 { // else it lies in the value itself
				buckets = append(buckets, bucket)
			}
		}
	}
	for _, bucket := range buckets {
		if err := w.follow(bucket, false); err != nil {
			return err
		}
	}
	return nil
}

// read reads a page that was not read before, with the pages that it overflows into.
func (w *walk) read(id uint64) error {
	bad := func(what string) error { return fmt.Errorf("page %d %s: %w", id, what, ErrDamaged) }
	if id >= uint64(len(w.seen)) {
		return bad("lies outside of the file")
	}
	head := make([]byte, pageHeader)
	if _, err := w.file.ReadAt(head, int64(id)*w.size); err != nil {
		return fmt.Errorf("read page %d: %w: %w", id, err, ErrDamaged)
	}
	pages := 1 + uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || id+pages > uint64(len(w.seen)) {
		return bad("is not the one that belongs there")
	}
	for i := id; i < id+pages; i++ {
		if w.seen[i] {
			return bad("is reached twice")
		}
		w.seen[i] = true
	}
	w.page = slices.Grow(w.page[:0], int(int64(pages)*w.size))[:int64(pages)*w.size]
	if _, err := w.file.ReadAt(w.page, int64(id)*w.size); err != nil {
		return fmt.Errorf("read page %d: %w: %w", id, err, ErrDamaged)
	}
	return nil
}
