package storetest

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"chiso/store"

	bolt "go.etcd.io/bbolt"
)

// Raw is a bare bbolt file: what benchmarks compare the store with.
type Raw struct{ db *bolt.DB }

// OpenRaw opens an empty bare file.
func OpenRaw(t testing.TB) *Raw {
	t.Helper()
	return openRaw(t, filepath.Join(t.TempDir(), "raw.db"))
}

// CopyRaw opens a copy of the closed database in the data folder dir.
func CopyRaw(t testing.TB, dir string) *Raw {
	t.Helper()
	from, err := os.Open(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	path := filepath.Join(t.TempDir(), "copy.db")
	to, err := os.Create(path)
	if err == nil {
		_, err = io.Copy(to, from)
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return openRaw(t, path)
}

func openRaw(t testing.TB, path string) *Raw {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, InitialMmapSize: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Raw{db}
}

// Put writes records of the given sizes in one durable transaction, the keys counted up from n.
func (r *Raw) Put(n uint64, sizes ...int) error {
	return r.db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte("raw"))
		if err != nil {
			return err
		}
		for i, size := range sizes {
			key := []byte{byte(i), byte(n >> 40), byte(n >> 32), byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
			if err := b.Put(key, make([]byte, size)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close gives the file's memory back before the test ends.
func (r *Raw) Close() error { return r.db.Close() }

// Scan walks the records of a table whose keys begin with prefix, and returns how many there are and their bytes.
func (r *Raw) Scan(table, prefix string) (records, size int, err error) {
	err = r.db.View(func(tx *bolt.Tx) error {
		c, p := tx.Bucket([]byte(table)).Cursor(), []byte(prefix)
		for k, v := c.Seek(p); bytes.HasPrefix(k, p); k, v = c.Next() {
			records++
			size += len(k) + len(v)
		}
		return nil
	})
	return records, size, err
}

// Get reads single records, and returns how many there are.
func (r *Raw) Get(table string, keys []string) (found int, err error) {
	err = r.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(table))
		for _, k := range keys {
			if b.Get([]byte(k)) != nil {
				found++
			}
		}
		return nil
	})
	return found, err
}
