package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// replayBatch is how many changes of a replay share a transaction.
const replayBatch = 20_000

// Until bounds a replay; zero fields do not.
type Until struct {
	Commit uint64
	Event  uint64
	At     time.Time
}

// Reached is the moment that a replay came to.
type Reached struct {
	Commit uint64
	Events uint64
	At     time.Time // of the last record, zero: none was needed
	More   bool      // there are records behind it
}

// Replay brings the copy of a database in the file path, which nobody has open, on to a later moment by the journal in dir, whose run
// began before the copy was made. A call is done whole or not at all. When it fails with ErrDamaged, the copy has been brought to
// the last moment before what is damaged, which r tells.
func Replay(path, dir string, until Until) (r Reached, err error) {
	db, err := openQuiet(path, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return r, err
	}
	p := player{db: db, until: until}
	err = probe(func() error {
		if err := db.View(func(b *bolt.Tx) error {
			r.Commit = uint64(b.ID())
			var err error
			r.Events, err = newTx(b).Events()
			return err
		}); err != nil {
			return err
		}
		p.Reached, p.kept = r, r
		_, _, err := readJournal(dir, r.Commit, p.record)
		return errors.Join(err, p.commit())
	})
	if p.tx != nil { // a panic broke it off
		err = errors.Join(err, p.drop())
	}
	return p.Reached, errors.Join(err, db.Sync(), db.Close())
}

// player applies records.
type player struct {
	Reached
	db    *bolt.DB
	until Until
	tx    *bolt.Tx
	n     int     // changes in tx
	kept  Reached // what tx builds on
}

func (p *player) record(r record) (err error) {
	if p.until.Commit > 0 && r.Commit > p.until.Commit || !p.until.At.IsZero() && r.At.After(p.until.At) {
		p.More = true
		return errStop
	}
	calls, whole, err := p.within(r)
	if err != nil {
		return err
	}
	if p.tx == nil {
		if p.tx, err = p.db.Begin(true); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
	}
	if calls > 0 {
		err = r.calls(p.change, func(events uint64) bool {
			p.Events = events
			calls--
			return calls > 0
		})
		p.At = r.At
	}
	if err != nil {
		return errors.Join(err, p.drop())
	}
	if !whole {
		p.More = true
		return errStop
	}
	if p.Commit = r.Commit; p.n >= replayBatch {
		return p.commit()
	}
	return nil
}

// within returns how many calls of the record lie before the event that bounds the replay, and whether all do.
func (p *player) within(r record) (calls int, whole bool, err error) {
	whole = true
	err = r.calls(func(bool, table, []byte, []byte) error { return nil }, func(events uint64) bool {
		if whole = p.until.Event == 0 || events <= p.until.Event; whole {
			calls++
		}
		return whole
	})
	return calls, whole, err
}

func (p *player) change(put bool, t table, k, v []byte) error {
	b := p.tx.Bucket([]byte(t))
	if b == nil {
		return fmt.Errorf("replay: no table %q: %w", t, ErrDamaged)
	}
	p.n++
	if put {
		return b.Put(k, v)
	}
	return b.Delete(k)
}

// commit keeps what was done since the last one.
func (p *player) commit() error {
	if p.tx == nil {
		return nil
	}
	tx := p.tx
	p.tx, p.n, p.kept = nil, 0, p.Reached
	return tx.Commit()
}

// drop undoes what was done since the last commit.
func (p *player) drop() error {
	tx := p.tx
	p.tx, p.Reached = nil, p.kept
	return tx.Rollback()
}

// LastCommit returns the number of the last commit in the database in the file path, which nobody writes.
func LastCommit(path string) (n uint64, err error) {
	err = Peek(path, func(tx *Tx) error {
		n = uint64(tx.b.ID())
		return nil
	})
	return n, err
}

// StateHash returns the SHA-256, in hex, of all that the database in the file path holds, whatever its pages look like: two databases
// with the same are the same.
func StateHash(path string) (string, error) {
	h := sha256.New()
	var head [16]byte
	err := Peek(path, func(tx *Tx) error {
		return tx.b.ForEach(func(name []byte, b *bolt.Bucket) error {
			fmt.Fprintf(h, "%d %s\n", len(name), name)
			return b.ForEach(func(k, v []byte) error {
				binary.BigEndian.PutUint64(head[:], uint64(len(k)))
				binary.BigEndian.PutUint64(head[8:], uint64(len(v)))
				for _, part := range [][]byte{head[:], k, v} {
					h.Write(part)
				}
				return nil
			})
		})
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
