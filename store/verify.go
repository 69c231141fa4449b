package store

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
	"golang.org/x/mod/sumdb/tlog"
)

// The parts of a database that Damage names.
const (
	PagesPart   = "pages"   // structure of the file
	RecordsPart = "records" // checksums
	LogPart     = "log"     // events and their tree
)

// Damage says where a database is not what was written. It is an ErrDamaged.
type Damage struct {
	Part   string `json:"part"`
	Detail string `json:"detail"` // for the log
}

func (d *Damage) Error() string { return d.Part + ": " + d.Detail }

// Unwrap returns ErrDamaged.
func (d *Damage) Unwrap() error { return ErrDamaged }

// Verify reads the whole database in the file path, which no process may have open for writing, and returns what it
// holds. It fails with a Damage if a page or a record is not what was written, or if the log of events does not fit its
// own tree, and with a kpi.Unavailable error if the schema is newer than the program's. A page that the disk cannot give
// at all ends the process: who must live on lets another process call Verify.
func Verify(path string) (c Contents, err error) {
	part := PagesPart
	err = Peek(path, func(tx *Tx) error {
		if err := checkPages(tx.b); err != nil {
			return err
		}
		part = RecordsPart
		if err := tx.checkRecords(); err != nil {
			return err
		}
		part = LogPart
		if err := tx.checkLog(); err != nil {
			return err
		}
		c, err = contents(tx)
		return err
	})
	if errors.Is(err, ErrDamaged) {
		err = &Damage{part, err.Error()}
	}
	return c, err
}

// Peek runs fn in a read transaction on the database in the file path and changes nothing, not even an older schema. It
// fails like Open when another process holds the file or wrote a newer schema.
func Peek(path string, fn func(*Tx) error) error {
	db, err := openQuiet(path, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	err = probe(func() error {
		if _, err := schema(db, schemaOf(migrations())); err != nil {
			return err
		}
		return db.View(func(b *bolt.Tx) error { return fn(newTx(b)) })
	})
	return errors.Join(err, db.Close())
}

// Hold keeps every other process from opening the database in the folder dir until release is called; without a database,
// or with one that cannot be opened, there is nothing to hold. It fails with a kpi.Unavailable error when another process
// has the database open. On Windows it only looks: there a file that somebody holds cannot be replaced.
func Hold(dir string) (release func() error, err error) {
	nothing := func() error { return nil }
	db, err := openQuiet(filepath.Join(dir, FileName), &bolt.Options{ReadOnly: true, Timeout: time.Second})
	switch {
	case kpi.KindOf(err) == kpi.Unavailable:
		return nil, err
	case err != nil:
		return nothing, nil
	case runtime.GOOS == "windows":
		return nothing, db.Close()
	}
	return db.Close, nil
}

// openQuiet opens the file of a database and fails with ErrDamaged, not in a panic, if it cannot be one or has lost its
// end.
func openQuiet(path string, o *bolt.Options) (db *bolt.DB, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() < 2*4096 { // no room for the two heads; an empty file bbolt would fill anew
		return nil, fmt.Errorf("%s has only %d bytes: %w", path, info.Size(), ErrDamaged)
	}
	var file *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	err = probe(func() error {
		db, err = bolt.Open(path, 0o600, o)
		return err
	})
	if err != nil && file != nil {
		file.Close() //nolint:errcheck // bbolt has closed it, unless it ended in a panic: then it would hold its lock for ever
	}
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		dir := filepath.Dir(path)
		return nil, kpi.Errorf(kpi.Unavailable, "Thư mục số liệu %s đang được một chương trình chiso khác sử dụng. Dừng dịch vụ đó rồi chạy lại lệnh.", dir)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, fmt.Errorf("open %s: %w: %w", path, err, ErrDamaged)
	case err != nil:
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	err = db.View(func(b *bolt.Tx) error {
		if b.Size() > info.Size() {
			return fmt.Errorf("%s has %d bytes of %d: %w", path, info.Size(), b.Size(), ErrDamaged)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// checkPages returns the first fault in the pages of the file.
func checkPages(b *bolt.Tx) error {
	first := checkTree(b)
	if first != nil {
		return first
	}
	for err := range b.Check() { // to the end: the checker waits for whoever reads
		if first == nil {
			first = fmt.Errorf("check pages: %w: %w", err, ErrDamaged)
		}
	}
	return first
}

// unsealed lists the tables whose values carry no checksum: what they hold follows from other tables.
func unsealed() []table { return []table{tEventBy, tGuidanceOf, tThreadBy, tHash} }

// checkRecords checks the checksum of every record.
func (tx *Tx) checkRecords() error {
	return tx.b.ForEach(func(name []byte, b *bolt.Bucket) error {
		t := table(name)
		if slices.Contains(unsealed(), t) {
			return nil
		}
		return b.ForEach(func(k, v []byte) error {
			_, err := unseal(t, k, v)
			return err
		})
	})
}

// checkLog computes the tree anew from the records of the events and compares it with the stored one, hash by hash; the
// events must be numbered without a gap and stand under their objects.
func (tx *Tx) checkLog() error {
	want, err := tx.Events()
	if err != nil {
		return err
	}
	var n uint64
	var at int // hashes compared
	var tree frontier
	hashes := tx.bucket(tHash).Cursor()
	hk, hv := hashes.First()
	events := tx.bucket(tEvent).Cursor()
	for k, v := events.First(); k != nil; k, v = events.Next() {
		n++
		ev, err := decodeEvent(k, v)
		if err != nil {
			return err
		}
		if ev.Seq != n || tx.bucket(tEventBy).Get(objectKey(ev.Object, n)) == nil {
			return damaged(tEvent, k)
		}
		for _, h := range tree.add(v[:len(v)-sumSize]) {
			if hk == nil || binary.BigEndian.Uint64(hk) != uint64(at) || !bytes.Equal(hv, h[:]) {
				return damaged(tHash, number(uint64(at)))
			}
			at++
			hk, hv = hashes.Next()
		}
	}
	if n != want || hk != nil || uint64(tx.bucket(tEventBy).Stats().KeyN) != n {
		return fmt.Errorf("log has %d events of %d, or more hashes or places than they need: %w", n, want, ErrDamaged)
	}
	return nil
}

// A frontier is the right edge of an RFC 6962 tree that grows: the hashes of its whole subtrees, the largest first.
type frontier struct {
	n    int64
	left []tlog.Hash
}

// add appends a record and returns the hashes that it makes whole, the record's own first: those that the store keeps.
func (f *frontier) add(record []byte) []tlog.Hash {
	h := tlog.RecordHash(record)
	made := []tlog.Hash{h}
	for m := f.n; m&1 == 1; m >>= 1 {
		h = tlog.NodeHash(f.left[len(f.left)-1], h)
		f.left = f.left[:len(f.left)-1]
		made = append(made, h)
	}
	f.left = append(f.left, h)
	f.n++
	return made
}

// TreeAt returns the hash of the tree over the first n events, base64 as in Contents: what a backup's manifest or a printed
// record said then must be what the log says now.
func (tx *Tx) TreeAt(n uint64) (string, error) {
	h, err := tlog.TreeHash(int64(n), tx.hashReader())
	if err != nil {
		return "", fmt.Errorf("tree of %d events: %w", n, err)
	}
	return base64.StdEncoding.EncodeToString(h[:]), nil
}
