package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
