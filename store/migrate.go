package store

import (
	"fmt"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// schemaVersion is the version that this program writes. Steps to it from older versions are in migrations.
const schemaVersion = 1

// migrations[i] brings schema i+1 to i+2, in a transaction of its own. The list only grows.
func migrations() []func(*Tx) error { return nil }

// SchemaVersion returns the version of the store's layout.
func (s *Store) SchemaVersion() int { return schemaVersion }

func (s *Store) migrate() error {
	for {
		done := false
		err := s.db.Update(func(b *bolt.Tx) error {
			tx := &Tx{b: b}
			if tx.bucket(tMeta) == nil {
				return fmt.Errorf("no table %s: %w", tMeta, ErrDamaged)
			}
			v, err := tx.getMeta("schema")
			switch {
			case err != nil:
				return err
			case len(v) != 1:
				return damaged(tMeta, []byte("schema"))
			case v[0] > schemaVersion:
				return kpi.Errorf(kpi.Unavailable, "Số liệu do phiên bản chiso mới hơn ghi (lược đồ %d, chương trình này đọc đến %d). Cài phiên bản mới hơn.", v[0], schemaVersion)
			case v[0] == schemaVersion:
				done = true
				return tx.complete()
			}
			if err := migrations()[v[0]-1](tx); err != nil {
				return fmt.Errorf("migrate schema %d: %w", v[0], err)
			}
			return tx.putMeta("schema", []byte{v[0] + 1})
		})
		if err != nil || done {
			return err
		}
	}
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
