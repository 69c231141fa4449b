package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The layout of a page in bbolt's file: a header of 16 bytes (its number, its kind, how many elements, how many pages it
// overflows into) and elements of 16 bytes. A bucket is the value of an element: the number of its root page, or 0 and,
// behind a counter, a page that lies in the value itself. Pages 0 and 1 are heads of the file, of which one holds: they
// name the list of free pages and their transaction. See page.go, bucket.go and meta.go of go.etcd.io/bbolt,
// internal/common.
const (
	pageHeader   = 16
	pageElement  = 16
	bucketHeader = 16
	headFree     = 48 // where in a head
	headTx       = 64
	headSize     = 80
	branchPage   = 0x01
	leafPage     = 0x02
	freePage     = 0x10
	bucketLeaf   = 0x01 // kind of an element whose value is a bucket
)

// CheckFile reads every page of a file of bbolt, not only of the database, and fails with ErrDamaged where one is not
// whole, and with a kpi.Unavailable error when another process holds the file.
func CheckFile(path string) error {
	db, err := openQuiet(path, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	return errors.Join(probe(func() error { return db.View(checkPages) }), db.Close())
}

// checkTree follows every bucket from its root and fails where a page is reached twice, lies outside of the file or has
// an element that lies outside of the page. bbolt's own check and every scan take for granted that this does not
// happen: they go round in circles for ever, or read where nothing is, which ends the process.
func checkTree(b *bolt.Tx) error {
	f, err := os.Open(b.DB().Path())
	if err != nil {
		return fmt.Errorf("check tree: %w", err)
	}
	defer f.Close()
	size := int64(b.DB().Info().PageSize)
	w := walk{file: f, size: size, seen: make([]bool, b.Size()/size), open: []uint64{uint64(b.Cursor().Bucket().Root())}}
	for len(w.open) > 0 {
		id := w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		if err := w.read(id); err != nil {
			return err
		}
		if err := w.follow(id, w.page); err != nil {
			return err
		}
	}
	return w.free(uint64(b.ID()))
}

// free looks at the list of free pages as of transaction id.
func (w *walk) free(id uint64) error {
	for page := range int64(2) {
		head := make([]byte, headSize)
		if _, err := w.file.ReadAt(head, page*w.size); err != nil {
			return fmt.Errorf("read head: %w: %w", err, ErrDamaged)
		}
		list := binary.NativeEndian.Uint64(head[headFree:])
		if binary.NativeEndian.Uint64(head[headTx:]) != id || list == math.MaxUint64 { // not kept: found by looking
			continue
		}
		if err := w.read(list); err != nil {
			return err
		}
		n, at := uint64(binary.NativeEndian.Uint16(w.page[10:])), pageHeader
		if n == math.MaxUint16 {
			n, at = binary.NativeEndian.Uint64(w.page[at:]), at+8
		}
		if binary.NativeEndian.Uint16(w.page[8:]) != freePage || n > uint64(len(w.page)-at)/8 {
			return fmt.Errorf("the list of free pages is damaged: %w", ErrDamaged)
		}
		for i := range n {
			if free := binary.NativeEndian.Uint64(w.page[at+8*int(i):]); free < 2 || free >= uint64(len(w.seen)) || w.seen[free] {
				return fmt.Errorf("page %d is not free: %w", free, ErrDamaged)
			}
		}
	}
	return nil
}

// walk is one pass over the pages of a file.
type walk struct {
	file *os.File
	size int64    // of a page
	page []byte   // the last one that was read
	seen []bool   // by page number
	open []uint64 // pages still to be read
}

// follow looks at every element of page id, and notes to what pages it leads.
func (w *walk) follow(id uint64, page []byte) error {
	kind, n := binary.NativeEndian.Uint16(page[8:]), int(binary.NativeEndian.Uint16(page[10:]))
	if kind != leafPage && kind != branchPage || pageHeader+n*pageElement > len(page) {
		return fmt.Errorf("page %d is of kind %#x with %d elements: %w", id, kind, n, ErrDamaged)
	}
	for i := range n {
		at := pageHeader + i*pageElement
		word := func(i int) uint64 { return uint64(binary.NativeEndian.Uint32(page[at+4*i:])) }
		if kind == branchPage {
			if uint64(at)+word(0)+word(1) > uint64(len(page)) {
				return fmt.Errorf("element %d of page %d lies outside of it: %w", i, id, ErrDamaged)
			}
			w.open = append(w.open, binary.NativeEndian.Uint64(page[at+8:]))
			continue
		}
		value := uint64(at) + word(1) + word(2)
		if value+word(3) > uint64(len(page)) {
			return fmt.Errorf("element %d of page %d lies outside of it: %w", i, id, ErrDamaged)
		}
		if word(0) != bucketLeaf {
			continue
		}
		if err := w.bucket(id, page[value:value+word(3)]); err != nil {
			return err
		}
	}
	return nil
}

// bucket follows the bucket that is a value in page id.
func (w *walk) bucket(id uint64, value []byte) error {
	switch {
	case len(value) >= bucketHeader && binary.NativeEndian.Uint64(value) != 0:
		w.open = append(w.open, binary.NativeEndian.Uint64(value))
		return nil
	case len(value) < bucketHeader+pageHeader:
		return fmt.Errorf("a bucket in page %d is cut off: %w", id, ErrDamaged)
	}
	return w.follow(id, value[bucketHeader:])
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
