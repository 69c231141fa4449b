package store

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// Contents is what a database holds as of one moment. A copy with other contents is no copy.
type Contents struct {
	Schema int            `json:"schema"`
	Events uint64         `json:"events"`
	Tree   string         `json:"tree"`   // RFC 6962 hash over the events, base64
	Last   time.Time      `json:"last"`   // instant of the newest event, zero if there is none
	Counts map[string]int `json:"counts"` // records of each table
}

// Same reports whether both are the contents of one moment.
func (c Contents) Same(d Contents) bool {
	return c.Schema == d.Schema && c.Events == d.Events && c.Tree == d.Tree && c.Last.Equal(d.Last) && maps.Equal(c.Counts, d.Counts)
}

// Snapshot copies the database as it is now to the new file path, on disk when it returns, and tells what it held. Writers
// go on meanwhile: the read transaction lasts as long as a plain copy and a count do, and nothing else is done in it.
func (s *Store) Snapshot(path string) (c Contents, err error) {
	err = copyDatabase(s.db, &s.written, path, func(b *bolt.Tx) error {
		c, err = contents(newTx(b))
		return err
	})
	return c, err
}

// copyDatabase copies the database to the new file path, calls look in the transaction that it is copied in, and returns when
// the copy is on disk. Within the transaction there is little rest: as long as it lasts no page is used again, the file grows,
// and from then on every commit writes a longer list of free pages. saved tells when somebody last saved, in Unix microseconds.
func copyDatabase(db *bolt.DB, saved *atomic.Int64, path string, look func(*bolt.Tx) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("create copy: %w", err)
	}
	err = shield(func() error {
		return db.View(func(b *bolt.Tx) error {
			if _, err := b.WriteTo(&pacedWriter{f, newPace(saved, copyFactor)}); err != nil {
				return fmt.Errorf("copy database: %w", err)
			}
			return look(b)
		})
	})
	if err == nil {
		err = syncParts(f, newPace(saved, restFactor).rest)
	}
	return errors.Join(err, f.Close())
}

// contents counts what the transaction sees without reading the records.
func contents(tx *Tx) (c Contents, err error) {
	v, err := tx.getMeta("schema")
	if err != nil {
		return c, err
	}
	if len(v) != 1 {
		return c, damaged(tMeta, []byte("schema"))
	}
	c.Schema = int(v[0])
	if c.Events, err = tx.Events(); err != nil {
		return c, err
	}
	root, err := tx.TreeHash()
	if err != nil {
		return c, err
	}
	c.Tree = base64.StdEncoding.EncodeToString(root[:])
	if c.Events > 0 {
		ev, err := tx.Event(c.Events)
		if err != nil {
			return c, err
		}
		c.Last = ev.At
	}
	c.Counts = map[string]int{}
	err = tx.b.ForEach(func(name []byte, b *bolt.Bucket) error {
		c.Counts[string(name)] = b.Stats().KeyN
		return nil
	})
	return c, err
}

// filing lists the tables whose records name a stored file.
func filing() []table { return []table{tEvidence, tGuidance} }

// NamedFiles returns the ids of the files that records name, each once, in order.
func (tx *Tx) NamedFiles() ([]kpi.FileID, error) {
	named := map[kpi.FileID]bool{}
	for _, t := range filing() {
		if tx.bucket(t) == nil { // an older schema
			continue
		}
		for k, v := range tx.scan(t, nil) {
			x, err := decodeJSON[struct{ File *kpi.File }](t, k, v)
			if err != nil {
				return nil, err
			}
			if x.File != nil {
				named[x.File.SHA256] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(named)), nil
}

// Restored marks a database that has been put back from a backup: it ends every session, and logs the event.
func (s *Store) Restored(ev kpi.Event) error {
	return s.Update(func(tx *Tx) error {
		if err := tx.DropSessions(func(Session) bool { return true }); err != nil {
			return err
		}
		return tx.log(ev)
	})
}

// SyncFolder makes the names in a folder durable. Windows has no such step.
func SyncFolder(dir string) error { return syncDir(dir) }
