package store_test

import (
	"errors"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestSame: what was read of a round holds until something of it changes, for everyone who can see the change.
func TestSame(t *testing.T) {
	t.Parallel()
	s, m := storetest.Open(t), storetest.Month()
	change := func(m kpi.Month, during func() error) {
		t.Helper()
		var undo error
		err := s.Update(func(tx *store.Tx) error {
			sheet := kpi.Sheet{Set: set, Month: m, Unit: unit}
			if err := tx.PutSheet(sheet, storetest.Event("sheet/"+sheet.ID())); err != nil {
				return err
			}
			undo = during()
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	}
	done := func() error { return nil }
	id := func() (id uint64) {
		storetest.View(t, s, func(tx *store.Tx) error { id = tx.ID(); return nil })
		return id
	}
	expect := func(what string, id uint64, want bool) {
		t.Helper()
		storetest.View(t, s, func(tx *store.Tx) error {
			if tx.Same(set, m, m, id) != want {
				t.Errorf("%s: same is %v", what, !want)
			}
			return nil
		})
	}
	change(m, done)
	start := id()
	expect("nothing happened", start, true)
	change(m+1, done)
	expect("another round changed", start, true)
	storetest.View(t, s, func(tx *store.Tx) error {
		if tx.Same(set, m-1, m+1, start) || !tx.Same(set, m-1, m, start) || !tx.Same(set, m+2, m+9, start) || !tx.Same("khac", m, m+1, start) {
			t.Error("a span is the same if each of its rounds is")
		}
		if !tx.SameCells(set, m-1, m+1, start) {
			t.Error("a sheet is no cell")
		}
		return nil
	})
	change(m, func() error { expect("a change is under way", start, false); return nil })
	expect("a change", start, false)
	expect("read since", id(), true)

	storetest.View(t, s, func(old *store.Tx) error {
		change(m, done)
		if old.Same(set, m, m, id()) {
			t.Error("an older view takes what came after it")
		}
		return nil
	})
	start = id()
	change(m, func() error { return errors.New("undone") })
	change(m+1, done) // under the number of the one undone
	expect("read after an undone change", id(), true)
	change(m, done)
	expect("read before a change", start, false)
	storetest.Update(t, s, func(tx *store.Tx) error {
		c := storetest.Cell(unit, "1.01", 5)
		return storetest.PutCell(tx, c)
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		if tx.SameCells(set, m, m, start) || tx.Same(set, m, m, start) || !tx.SameCells(set, m, m, tx.ID()) {
			t.Error("a cell was put")
		}
		return nil
	})
}
