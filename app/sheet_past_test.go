package app

import (
	"errors"
	"reflect"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// TestPast_Remembered: what a sheet is compared with is read once while no earlier round changes, and is never older than that.
func TestPast_Remembered(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "5")
	june := f.m
	f.at((june + 1).Day(2))
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", june+1, kpi.DefaultDates(june+1)))
	f.m = june + 1

	read := func(tx *store.Tx) map[string]kpi.Past {
		t.Helper()
		got, err := f.past(tx, "nq57", f.m, "SYT")
		f.must(t, err)
		want, err := tx.SheetPast("nq57", f.m, "SYT", pastRounds)
		f.must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
		return got
	}
	look := func() (past map[string]kpi.Past) {
		f.must(t, f.store.View(func(tx *store.Tx) error { past = read(tx); return nil }))
		return past
	}
	same := func(a, b map[string]kpi.Past) bool {
		return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
	}

	before := look()
	f.save(t, "nhap", "1", "6") // of the new round
	if !same(look(), before) {
		t.Error("read anew though no earlier round has changed")
	}
	correct := func(n int64, after error) error {
		return f.store.Update(func(tx *store.Tx) error {
			c, err := tx.Cell(kpi.CellKey{Set: "nq57", Month: june, Unit: "SYT", Indicator: "1"})
			if err == nil {
				c.Value = kpi.Dec(n)
				err = tx.PutCell(c, f.System().Event(kpi.VerbSave, "cell/"+c.ID(), "", "", ""))
			}
			f.must(t, err)
			if read(tx)["1"].Last().Value != kpi.Dec(n) {
				t.Error("a transaction does not see what it has written")
			}
			return after
		})
	}
	undo := errors.New("undo")
	if err := correct(99, undo); !errors.Is(err, undo) || look()["1"].Last().Value != kpi.Dec(5) {
		t.Errorf("%v; what was undone is remembered", err)
	}
	f.must(t, correct(7, nil))
	if look()["1"].Last().Value != kpi.Dec(7) || f.row(t, "1").Past.Last().Value != kpi.Dec(7) {
		t.Error("a correction of an earlier round does not show")
	}
}

// TestCache_Bound: it keeps what was read last and no more than it should.
func TestCache_Bound(t *testing.T) {
	t.Parallel()
	f, c := newMonth(t), cache[int, int]{}
	f.must(t, f.store.View(func(tx *store.Tx) error {
		for i := range 10 {
			c.put(tx, i, i, 3)
			c.put(tx, i, -i, 3)
			if v, ok := c.get(i); !ok || v != -i || len(c.known) > 3 {
				t.Errorf("%d: %d %v of %d", i, v, ok, len(c.known))
			}
		}
		return nil
	}))
}
