package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// A step brings a database from one schema to the next, in a transaction of its own.
type step func(*Tx) error

// migrations[i] brings schema i+1 to i+2. The list only grows; a step that has been released never changes.
func migrations() []step {
	return []step{
		newTables(tEvidence, tAttachment, tGuidance, tGuidanceOf, tPassage, tThread, tPost, tThreadBy, tFocal, tReminder, tRemindText, tMail, tReopening, tRevision, tFrozen),
	}
}

// schemaOf is the schema that a database has after all steps.
func schemaOf(steps []step) byte { return byte(1 + len(steps)) }

// SchemaVersion returns the version of the store's layout.
func (s *Store) SchemaVersion() int { return int(schemaOf(migrations())) }

// newTables returns the step that makes tables of a newer schema, empty.
func newTables(names ...table) step {
	return func(tx *Tx) error {
		for _, t := range names {
			if _, err := tx.b.CreateBucketIfNotExists([]byte(t)); err != nil {
				return fmt.Errorf("create table %s: %w", t, err)
			}
		}
		return nil
	}
}

// schema returns the schema of the database, and an error if it is newer than the program's, want, or is the program's
// and lacks a table.
func schema(db *bolt.DB, want byte) (has byte, err error) {
	err = db.View(func(b *bolt.Tx) error {
		tx := newTx(b)
		if tx.bucket(tMeta) == nil {
			return fmt.Errorf("no table %s: %w", tMeta, ErrDamaged)
		}
		v, err := tx.getMeta("schema")
		switch {
		case err != nil:
			return err
		case len(v) != 1 || v[0] == 0:
			return damaged(tMeta, []byte("schema"))
		case v[0] > want:
			return kpi.Errorf(kpi.Unavailable, "Số liệu do phiên bản chiso mới hơn ghi (lược đồ %d, chương trình này đọc đến %d). Cài phiên bản mới hơn.", v[0], want)
		case v[0] == want:
			err = tx.complete()
		}
		has = v[0]
		return err
	})
	return has, err
}

// complete returns an error if a table is missing.
func (tx *Tx) complete() error {
	for _, t := range tables() {
		if tx.bucket(t) == nil {
			return fmt.Errorf("no table %s: %w", t, ErrDamaged)
		}
	}
	return nil
}

// BeforeUpgrade is the path at which the database of an older schema stays after an upgrade, as it was.
func BeforeUpgrade(dir string, schema int) string {
	return filepath.Join(dir, fmt.Sprintf("%s.luoc-do-%d", FileName, schema))
}

// upgrade writes a copy of the open database, brings that to the newest schema, and puts it in the database's place. The
// database itself is not touched: it stays, under the name that BeforeUpgrade gives, and whatever fails before the very
// last step leaves all as it was. It closes db.
func upgrade(db *bolt.DB, has byte, steps []step) error {
	path := db.Path()
	tmp := path + ".upgrade"
	err := removeFile(tmp)
	if err == nil {
		err = copyDatabase(db, new(atomic.Int64), tmp, func(*bolt.Tx) error { return nil })
	}
	if err == nil {
		err = runSteps(tmp, has, steps)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return errors.Join(DiskError(err, filepath.Dir(path)), removeFile(tmp))
	}
	kept := BeforeUpgrade(filepath.Dir(path), int(has))
	if err := errors.Join(removeFile(kept), KeepAs(path, kept)); err != nil {
		return errors.Join(fmt.Errorf("keep the database of schema %d: %w", has, err), removeFile(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// KeepAs gives the file a second name, or copies it where files have only one.
func KeepAs(path, kept string) error {
	if os.Link(path, kept) == nil {
		return nil
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(kept, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err == nil {
		err = SyncFile(to)
	}
	return errors.Join(err, to.Close())
}

// runSteps brings the database in the file path from the schema has to the newest.
func runSteps(path string, has byte, steps []step) error {
	db, err := bolt.Open(path, 0o600, options())
	if err != nil {
		return fmt.Errorf("open copy: %w", err)
	}
	for i, run := range slices.All(steps[has-1:]) {
		next := has + byte(i) + 1
		err = db.Update(func(b *bolt.Tx) error {
			tx := newTx(b)
			if err := run(tx); err != nil {
				return fmt.Errorf("migrate to schema %d: %w", next, err)
			}
			return tx.putMeta("schema", []byte{next})
		})
		if err != nil {
			break
		}
	}
	if err == nil {
		_, err = schema(db, schemaOf(steps))
	}
	return errors.Join(err, db.Close())
}
