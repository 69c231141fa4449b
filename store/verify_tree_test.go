package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A branch that leads back to itself, out of the file or to a page of another number is found; bbolt's own check would
// not come to an end.
func TestVerify_TreeThatIsNone(t *testing.T) {
	t.Parallel()
	whole := t.TempDir()
	s, err := Open(whole)
	if err == nil {
		err = s.db.Update(func(b *bolt.Tx) error {
			for i := range 20_000 {
				if err := b.Bucket([]byte(tCell)).Put(fmt.Appendf(nil, "%08d", i), make([]byte, 50)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(whole, FileName))
	if err != nil {
		t.Fatal(err)
	}
	size, branch := os.Getpagesize(), 0
	for at := 0; at < len(data); at += size {
		if binary.NativeEndian.Uint16(data[at+8:]) == branchPage && binary.NativeEndian.Uint64(data[at:]) == uint64(at/size) {
			branch = at
		}
	}
	if branch == 0 {
		t.Fatal("no branch page")
	}
	for what, leads := range map[string]uint64{"is reached twice": uint64(branch / size), "lies outside of the file": 1 << 40, "is not the one": 0} {
		bad := append([]byte(nil), data...)
		binary.NativeEndian.PutUint64(bad[branch+pageHeader+pageElement+8:], leads)
		path := filepath.Join(t.TempDir(), FileName)
		if what == "is not the one" {
			binary.NativeEndian.PutUint64(bad[branch:], 7) // the page itself
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whatever byte of a page's head, elements or bucket is changed, CheckFile comes to an end, and what it lets pass can be
// read, written and closed.
func TestCheckFile_EveryByteOfTheHeads(t *testing.T) {
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "any.bolt")
	db, err := bolt.Open(whole, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	fill := func(b *bolt.Tx) error {
		for i := range 3 { // a bucket in a bucket, with and without a page of its own
			outer, err := b.CreateBucketIfNotExists(fmt.Appendf(nil, "outer %d", i))
			if err != nil {
				return err
			}
			for n := range 2 + 15*i {
				inner, err := outer.CreateBucketIfNotExists(fmt.Appendf(nil, "inner %d", n))
				if err == nil {
					err = inner.Put([]byte("key"), bytes.Repeat([]byte("v"), 1+40*n))
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	}
	err = errors.Join(db.Update(fill), db.Update(fill))
	used := 0
	err = errors.Join(err, db.View(func(b *bolt.Tx) error { used = int(b.Size()); return nil }), db.Close(), CheckFile(whole))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	data = data[:used]
	write := func(b *bolt.Tx) error {
		fresh, err := b.CreateBucketIfNotExists([]byte("fresh"))
		for i := 0; i < 100 && err == nil; i++ {
			err = fresh.Put(fmt.Appendf(nil, "%03d", i), make([]byte, 40))
		}
		return err
	}
	dir, passed, refused := t.TempDir(), 0, 0
	for page := 0; page < len(data); page += os.Getpagesize() {
		for at := page; at < page+80; at += 3 {
			bad := bytes.Clone(data)
			bad[at] ^= 0xff
			path := filepath.Join(dir, "bad.bolt")
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if CheckFile(path) != nil {
				refused++
				continue
			}
			passed++
			err := probe(func() error {
				db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, Timeout: time.Second})
				if err != nil {
					return err
				}
				return errors.Join(db.Update(write), db.Close())
			})
			if err != nil {
				t.Errorf("byte %d of page %d passed, then: %v", at-page, page/os.Getpagesize(), err)
			}
		}
	}
	if refused < 50 || passed < 50 {
		t.Errorf("%d refused, %d passed", refused, passed)
	}
	for _, size := range []int{1, 4096, len(data) / 2, len(data) - 1} {
		path := filepath.Join(dir, "cut.bolt")
		if err := os.WriteFile(path, data[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckFile(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
}
