package app

import (
	"errors"
	"reflect"
	"slices"
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

	read := func(tx *store.Tx) (last kpi.Decimal, id uint64) {
		t.Helper()
		kept, err := f.past(tx, "nq57", f.m, "SYT")
		f.must(t, err)
		want, err := tx.SheetPast("nq57", f.m, "SYT", pastRounds)
		f.must(t, err)
		got := map[string]*kpi.Past{}
		for code, b := range kept.cells {
			p, _ := kpi.UnpackPast(b, nil)
			got[code] = &p
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
		return got["1"].Last().Value, kept.tx
	}
	look := func() (last kpi.Decimal, id uint64) {
		f.must(t, f.store.View(func(tx *store.Tx) error { last, id = read(tx); return nil }))
		return last, id
	}
	expect := func(what string, want int64) {
		t.Helper()
		if last, _ := look(); last != kpi.Dec(want) {
			t.Errorf("%s: %s, want %d", what, last, want)
		}
	}

	_, before := look()
	f.save(t, "nhap", "1", "6") // of the new round
	if _, after := look(); after != before {
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
			if last, _ := read(tx); last != kpi.Dec(n) {
				t.Error("a transaction does not see what it has written")
			}
			return after
		})
	}
	undo := errors.New("undo")
	if err := correct(99, undo); !errors.Is(err, undo) {
		t.Error(err)
	}
	expect("what was undone", 5)
	f.must(t, correct(7, nil))
	expect("a correction", 7)
	if row := f.row(t, "1"); row.Past.Last().Value != kpi.Dec(7) {
		t.Errorf("the sheet shows %s", row.Past.Last().Value)
	}
}

// TestPast_OfOneSheet: what is remembered of one sheet is not taken for another's, and it reaches as far back as the checks do.
func TestPast_OfOneSheet(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	put := func(unit string, m kpi.Month, n int64) {
		t.Helper()
		f.must(t, f.store.Update(func(tx *store.Tx) error {
			c := kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: m, Unit: unit, Indicator: "1"}, Content: kpi.HasValue, Value: kpi.Dec(n)}
			return tx.PutCell(c, f.System().Event(kpi.VerbSave, "cell/"+c.ID(), "", "", ""))
		}))
	}
	first := f.m - pastRounds
	put("SYT", f.m-1, 1)
	put("SYT", first, 2)
	put("SYT", first-1, 3)
	put("XA1", f.m-1, 4)
	expect := func(set string, m kpi.Month, unit string, want ...int64) {
		t.Helper()
		f.must(t, f.store.View(func(tx *store.Tx) error {
			kept, err := f.past(tx, set, m, unit)
			past, _ := kpi.UnpackPast(kept.cells["1"], nil)
			var got []int64
			for i := range past.Values {
				x, _ := past.Values[i].Number(kpi.Indicator{Kind: kpi.KindNumber})
				got = append(got, x.Num().Int64())
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s %s: %v, want %v", set, m, unit, got, want)
			}
			return err
		}))
	}
	expect("nq57", f.m, "SYT", 1, 2)
	expect("nq57", f.m, "XA1", 4)
	expect("nq57", f.m-1, "SYT", 2, 3)
	expect("khac", f.m, "SYT")
	put("SYT", first, 5)
	expect("nq57", f.m, "SYT", 1, 5)
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
