package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// FileName is the name of the database inside the data folder.
const FileName = "chiso.db"

// Store is an open database. Its methods may be called from many goroutines.
type Store struct {
	db *bolt.DB

	mu    sync.Mutex
	queue []*call // waiting for the next group commit
	busy  bool    // some goroutine leads a group

	turn    sync.Mutex   // held during a commit
	written atomic.Int64 // when the last one ended, in Unix microseconds
	journal atomic.Pointer[journal]
	memos   memos

	spoilt  atomic.Bool // see errSpoilt
	failure atomic.Pointer[DiskFailure]
	failed  chan struct{} // closed when failure is set
}

// Open opens the database in the folder dir, creating both where they are missing, and brings an older schema up
// to date. It fails with a kpi.Unavailable error when another process holds the database, when the database was written by
// a newer version, and when the folder cannot be written; with ErrDamaged when the file is not whole.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, DiskError(fmt.Errorf("make data folder: %w", err), dir)
	}
	path := filepath.Join(dir, FileName)
	if err := create(path); err != nil {
		return nil, DiskError(err, dir)
	}
	db, err := openCurrent(path, migrations())
	if err != nil {
		return nil, DiskError(err, dir)
	}
	s := &Store{db: db, failed: make(chan struct{})}
	if err := s.dropHalfFiles(); err != nil {
		return nil, errors.Join(DiskError(err, dir), db.Close())
	}
	return s, nil
}

// openCurrent opens the file of a database and brings it to the schema that the steps lead to.
func openCurrent(path string, steps []step) (*bolt.DB, error) {
	want := schemaOf(steps)
	for {
		db, err := openQuiet(path, options())
		if err != nil {
			return nil, err
		}
		var has byte
		err = probe(func() error {
			has, err = schema(db, want)
			return err
		})
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		if has == want {
			return db, nil
		}
		if err := upgrade(db, has, steps); err != nil {
			return nil, err
		}
	}
}

func options() *bolt.Options {
	o := &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType}
	if runtime.GOOS == "linux" && ^uint(0)>>63 == 1 {
		o.InitialMmapSize = 4 << 30 // address space only: a writer then never waits for a reader in order to remap
	}
	return o
}

// create makes an empty database under a temporary name and renames it: the very first write of bbolt is its only
// one that a power cut can tear.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove half-made database: %w", err)
	}
	db, err := bolt.Open(tmp, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("create %s: %w", tmp, err)
	}
	err = db.Update(func(b *bolt.Tx) error {
		for _, t := range tables() {
			if _, err := b.CreateBucket([]byte(t)); err != nil {
				return fmt.Errorf("create table %s: %w", t, err)
			}
		}
		tx := newTx(b)
		if err := tx.putMeta("schema", []byte{schemaOf(migrations())}); err != nil {
			return err
		}
		return tx.putMeta("secret", []byte(rand.Text()))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a folder durable. Windows has no such step.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close waits for running transactions and closes the database and its journal.
func (s *Store) Close() error {
	s.EndJournal()
	return s.db.Close()
}

// View runs fn in a read transaction. fn must be short: it sees one moment of the database and keeps its pages from
// being reused. It fails with ErrDamaged where fn meets a page or a record that is not what was written.
func (s *Store) View(fn func(*Tx) error) error {
	return shield(func() error {
		return s.db.View(func(b *bolt.Tx) error { return fn(&Tx{b: b, memos: &s.memos}) })
	})
}

// OpenReads returns how many read transactions are open now.
func (s *Store) OpenReads() int { return s.db.Stats().OpenTxN }

// Size returns the size of the database file in bytes.
func (s *Store) Size() (int64, error) {
	info, err := os.Stat(s.db.Path())
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
