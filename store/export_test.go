package store

import (
	"errors"
	"time"

	"chiso/app/kpi"

	bolt "go.etcd.io/bbolt"
)

// What the tests in package store_test need to see of the inside.

// DB returns the file below the store.
func (s *Store) DB() *bolt.DB { return s.db }

// Waiting returns how many updates wait for the next group commit.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// Bucket returns a table with its records as they are stored. What the caller writes there counts as written.
func (tx *Tx) Bucket(name string) *bolt.Bucket {
	tx.dirty = true
	return tx.bucket(table(name))
}

// Group tells transactions apart.
func (tx *Tx) Group() int { return tx.b.ID() }

// Tables returns the names of all tables.
func Tables() []string {
	var names []string
	for _, t := range tables() {
		names = append(names, string(t))
	}
	return names
}

// DecodeCell reads the record v of the cell k many times over.
func DecodeCell(k kpi.CellKey, v []byte, times int) (kpi.Cell, error) {
	c, id, r := kpi.Cell{CellKey: k}, cellKey(k), &reader{}
	for range times - 1 {
		if err := decodeCell(r, id, v, &c, whole); err != nil {
			return c, err
		}
	}
	return c, decodeCell(r, id, v, &c, whole)
}

// EncodeCell and EncodeEvent return the records as they are stored.
func EncodeCell(c kpi.Cell) []byte   { return seal(cellKey(c.CellKey), encodeCell(c)) }
func EncodeEvent(e kpi.Event) []byte { return seal(number(e.Seq), encodeEvent(e)) }

// Seal appends the checksum of a record under key k.
func Seal(k, b []byte) []byte { return seal(k, append([]byte(nil), b...)) }

// CellKey returns the key under which a cell is stored.
func CellKey(k kpi.CellKey) []byte { return cellKey(k) }

// OpenSteps opens the file of a database as a program whose migrations are the steps, and closes it.
func OpenSteps(path string, steps ...func(*Tx) error) error {
	list := make([]step, len(steps))
	for i, s := range steps {
		list[i] = s
	}
	db, err := openCurrent(path, list)
	if err != nil {
		return err
	}
	return db.Close()
}

// UnknownState is unknownState.
func UnknownState(err error) bool { return unknownState(err) }

// TuneJournal lets the journal begin another segment at size bytes and wait for a record for as long as patience.
func (s *Store) TuneJournal(size int64, patience time.Duration) {
	j := s.journal.Load()
	j.full, j.patience = size, patience
}

// BreakJournal closes the file under the journal; HangJournal lets its next segment wait until the returned function is called.
func (s *Store) BreakJournal() { _ = s.journal.Load().file.Close() }
func (s *Store) HangJournal() func() {
	j := s.journal.Load()
	j.full = 0
	j.open.Lock()
	return j.open.Unlock
}

// FlushJournal does what the journal does once a second.
func (s *Store) FlushJournal() error {
	j := s.journal.Load()
	return errors.Join(j.sync(), j.mirror())
}
