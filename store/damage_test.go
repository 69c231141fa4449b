package store_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

var errUndo = errors.New("put it back as it was")

// spoil gives check the store with the record under k replaced by what change makes of it, and undoes that.
func spoil(t *testing.T, s *store.Store, table string, k []byte, change func(v []byte) []byte, check func(*store.Tx)) {
	t.Helper()
	err := s.Update(func(tx *store.Tx) error {
		b := tx.Bucket(table)
		v := append([]byte(nil), b.Get(k)...)
		if err := b.Put(k, change(v)); err != nil {
			return err
		}
		check(tx)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// TestDamage_EveryByte flips one bit in every byte of a record of every type: the getter says that it is damaged and
// never returns a value that is not the one written.
func TestDamage_EveryByte(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	all := seed(t, s)
	for _, r := range all {
		list := keys(t, s, r.table)
		flips, found := 0, 0
		err := s.Update(func(tx *store.Tx) error {
			b := tx.Bucket(r.table)
			for _, k := range list {
				whole := append([]byte(nil), b.Get(k)...)
				for i := range whole {
					v := append([]byte(nil), whole...)
					v[i] ^= 1 << (i % 8)
					if err := b.Put(k, v); err != nil {
						return err
					}
					flips++
					got, err := r.get(tx)
					switch {
					case errors.Is(err, store.ErrDamaged):
						found++
					case err != nil || len(list) == 1 || !same(got, r.want): // beside others it may not be the one that is read
						t.Errorf("%s %q byte %d: %+v, %v; want ErrDamaged", r.table, k, i, got, err)
					}
				}
				if err := b.Put(k, whole); err != nil {
					return err
				}
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) || found == 0 || len(list) == 1 && found != flips {
			t.Errorf("%s: %d of %d flips found, %v", r.table, found, flips, err)
		}
	}
}

// TestDamage_Cut: a record cut short or grown, by any number of bytes, is damaged.
func TestDamage_Cut(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	c := cells()["FULL"]
	storetest.Update(t, s, func(tx *store.Tx) error { return storetest.PutCell(tx, c) })
	k := keys(t, s, "cell")[0]
	whole := store.EncodeCell(c)
	for n := range len(whole) + 8 {
		if n == len(whole) {
			continue
		}
		spoil(t, s, "cell", k, func(v []byte) []byte { return append(v, make([]byte, 8)...)[:n] }, func(tx *store.Tx) {
			if got, err := tx.Cell(c.CellKey); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("%d bytes of %d: %+v, %v", n, len(whole), got, err)
			}
		})
	}
}

// TestDamage_Bits: a hundred random single-bit flips over cells and events, and all hundred are found, by every way
// to read the record.
func TestDamage_Bits(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, c := range cells() {
			if err := storetest.PutCell(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	r := rand.New(rand.NewPCG(57, 1))
	cellKeys, eventKeys := keys(t, s, "cell"), keys(t, s, "event")
	found := 0
	for i := range 100 {
		table, k := "cell", cellKeys[r.IntN(len(cellKeys))]
		if i%2 == 1 {
			table, k = "event", eventKeys[r.IntN(len(eventKeys))]
		}
		flip := func(v []byte) []byte {
			bit := r.IntN(len(v) * 8)
			v[bit/8] ^= 1 << (bit % 8)
			return v
		}
		spoil(t, s, table, k, flip, func(tx *store.Tx) {
			read := readCells
			if table == "event" {
				read = readEvents
			}
			all, one := read(tx, k)
			if errors.Is(all, store.ErrDamaged) && errors.Is(one, store.ErrDamaged) {
				found++
			} else {
				t.Errorf("%s %q: %v when read in a list, %v alone", table, k, all, one)
			}
		})
	}
	if found != 100 {
		t.Errorf("%d of 100 flips found", found)
	}
	checkLog(t, s)
}

func readCells(tx *store.Tx, k []byte) (all, one error) {
	_, all = tx.SheetCells(set, storetest.Month(), unit)
	_, one = tx.Cell(kpi.CellKey{Set: set, Month: storetest.Month(), Unit: unit, Indicator: string(k[len("nq57|2026-05|SYT|"):])})
	return all, one
}

func readEvents(tx *store.Tx, k []byte) (all, one error) {
	_, one = tx.Event(uint64(k[7]))
	for _, c := range cells() {
		for _, err := range tx.History("cell/" + c.ID()) {
			all = errors.Join(all, err)
		}
	}
	return all, one
}

// TestDamage_Moved: a record that stands under another's key is damaged, whole as it is.
func TestDamage_Moved(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	list := keys(t, s, "event")
	moved := store.EncodeEvent(kpi.Event{Seq: 2, Object: "user/" + login})
	spoil(t, s, "event", list[0], func([]byte) []byte { return moved }, func(tx *store.Tx) {
		if ev, err := tx.Event(1); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("event 1: %+v, %v", ev, err)
		}
	})
}

// keys returns the keys of a table.
func keys(t *testing.T, s *store.Store, table string) (list [][]byte) {
	storetest.View(t, s, func(tx *store.Tx) error {
		return tx.Bucket(table).ForEach(func(k, _ []byte) error {
			list = append(list, append([]byte(nil), k...))
			return nil
		})
	})
	return list
}
