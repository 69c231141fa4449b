package store_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"testing"

	"chiso/store"
	"chiso/store/storetest"

	bolt "go.etcd.io/bbolt"
)

// spoilPage overwrites bytes of the root page of a table in the file below the open store.
func spoilPage(t *testing.T, s *store.Store, table string, at int64, b []byte) {
	t.Helper()
	db := s.DB()
	page := int64(0)
	if err := db.View(func(tx *bolt.Tx) error {
		page = int64(tx.Bucket([]byte(table)).Root())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if page == 0 {
		t.Fatal("the table has no page of its own")
	}
	f, err := os.OpenFile(db.Path(), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, page*int64(db.Info().PageSize)+at); err != nil {
		t.Fatal(err)
	}
}

// TestShield: a page that goes bad under a running server is an error to those who need it, and to nobody else. Elsewhere
// than on Linux the file is not mapped beyond its end.
func TestShield(t *testing.T) {
	t.Parallel()
	far := binary.NativeEndian.AppendUint32(nil, 0x70000000)
	for name, harm := range map[string]struct {
		at    int64
		bytes []byte
	}{
		"another kind":         {8, []byte{0xff, 0xff}},
		"another page's":       {0, []byte{0xee, 0xee, 0xee, 0xee}},
		"key out of the file":  {16 + 4, far},
		"all ones, 4096 bytes": {0, bytesOf(0xff, 4096)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Open(t)
			storetest.Update(t, s, func(tx *store.Tx) error {
				for i := range 20 {
					if err := storetest.PutCell(tx, storetest.Cell("SYT", fmt.Sprintf("1.%02d", i), 1)); err != nil {
						return err
					}
				}
				return tx.PutSession("5e55", store.Session{Login: "lan", Created: storetest.At(), Seen: storetest.At()})
			})
			spoilPage(t, s, "cell", harm.at, harm.bytes)
			read := func(tx *store.Tx) error {
				_, err := tx.SheetCells("nq57", storetest.Month(), "SYT")
				return err
			}
			if err := s.View(read); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("read: %v", err)
			}
			if err := s.Update(read); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("read in an update: %v", err)
			}
			storetest.View(t, s, func(tx *store.Tx) error { return tx.EachSession(func(store.Session) {}) })
			storetest.Update(t, s, func(tx *store.Tx) error { return tx.Log(storetest.Event("user/lan")) })
		})
	}
}

func bytesOf(b byte, n int) []byte {
	list := make([]byte, n)
	for i := range list {
		list[i] = b
	}
	return list
}
