// Package storetest gives tests a real store in a folder of their own.
package storetest

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Open opens an empty store in a folder of the test; both are gone when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenIn(t, t.TempDir())
}

// OpenIn opens the store in the folder dir and closes it when the test ends. Closing it earlier does no harm.
func OpenIn(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Update runs fn in a write transaction and stops the test if it fails. fn returns its errors: it may run on another
// goroutine, from which a test cannot be stopped.
func Update(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Update(fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// View runs fn in a read transaction and stops the test if it fails.
func View(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.View(fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// Month is the month of the records built here.
func Month() kpi.Month { return kpi.NewMonth(2026, time.May) }

// At is the instant of the records built here, 10:30 of 15/5/2026 in Viet Nam.
func At() time.Time { return time.Date(2026, 5, 15, 3, 30, 0, 0, time.UTC) }

// Event returns an event about the object.
func Event(object string) kpi.Event {
	return kpi.Event{At: At(), By: "lan.syt", Addr: "10.0.0.7", Request: "r-1", Verb: kpi.VerbSave, Object: object, New: "1"}
}

// Cell returns a cell of the set nq57 that holds the whole number value.
func Cell(unit, indicator string, value int64) kpi.Cell {
	return kpi.Cell{
		CellKey: kpi.CellKey{Set: "nq57", Month: Month(), Unit: unit, Indicator: indicator},
		Content: kpi.HasValue, Value: kpi.Dec(value), By: "lan.syt", At: At(), Version: 1, Definition: Month(),
	}
}

// PutCell stores the cell with an event of its own, under the object that its history is read from.
func PutCell(tx *store.Tx, c kpi.Cell) error { return tx.PutCell(c, Event("cell/"+c.ID())) }
