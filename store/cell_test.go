package store_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// cells returns cells of every content and kind, at the edges of what a cell can hold.
func cells() map[string]kpi.Cell {
	all := map[string]kpi.Cell{}
	add := func(name string, change func(*kpi.Cell)) {
		c := storetest.Cell(unit, name, 0)
		change(&c)
		all[name] = c
	}
	for name, value := range map[string]string{"ZERO": "0", "NEGATIVE": "-1234.5", "LONGEST": "999999999999999999", "LONGEST-NEG": "-999999999999.999999",
		"SMALLEST": "0.000001", "SMALLEST-NEG": "-0.000001", "ONE-BYTE": "63", "TWO-BYTES": "64"} {
		add(name, func(c *kpi.Cell) { c.Value = kpi.MustDecimal(value) })
	}
	add("MIN", func(c *kpi.Cell) { c.Value = kpi.Dec(math.MinInt64) })
	add("MAX", func(c *kpi.Cell) { c.Value = kpi.Dec(math.MaxInt64) })
	add("EMPTY", func(c *kpi.Cell) { c.Content = kpi.Empty })
	add("BLANK", func(c *kpi.Cell) { *c = kpi.Cell{CellKey: c.CellKey} })
	add("NONE", func(c *kpi.Cell) { c.Content = kpi.NoneOccurred })
	add("NOT-APPLICABLE", func(c *kpi.Cell) { c.Content, c.Text = kpi.NotApplicable, "Không có chức năng này" })
	add("NO-DATA", func(c *kpi.Cell) { c.Content, c.Text, c.Expected = kpi.NoData, "Chờ Cục Thống kê", "20/06/2026" })
	add("RATIO", func(c *kpi.Cell) { c.Num, c.Den = kpi.Some(kpi.MustDecimal("45.5")), kpi.Some(kpi.Dec(60)) })
	add("RATIO-0-0", func(c *kpi.Cell) { c.Num, c.Den = kpi.Some(kpi.Dec(0)), kpi.Some(kpi.Dec(0)) })
	add("RATIO-NUM", func(c *kpi.Cell) { c.Num = kpi.Some(kpi.Dec(-1)) })
	add("RATIO-DEN", func(c *kpi.Cell) { c.Den = kpi.Some(kpi.Dec(60)) })
	add("YES", func(c *kpi.Cell) { c.Value = kpi.Dec(1) })
	add("GRADE", func(c *kpi.Cell) { c.Text = "A1" })
	add("TEXT", func(c *kpi.Cell) {
		c.Text = "Đã ban hành | Quyết định số 12\nngày 5/5 \x00 «👩‍⚕️»"
	})
	add("LONG", func(c *kpi.Cell) { c.Note, c.ReviewNote = strings.Repeat("ễ", kpi.MaxNote), strings.Repeat("x", 128) })
	add("FULL", func(c *kpi.Cell) {
		*c = kpi.Cell{CellKey: c.CellKey, Content: kpi.HasValue, Value: kpi.Dec(-7), Num: kpi.Some(kpi.Dec(1)), Den: kpi.Some(kpi.Dec(2)), Text: "t", Expected: "e",
			Note: "n", Confirmed: true, Source: kpi.FromCarry, By: "hoa.skhcn", At: time.UnixMilli(1_800_000_000_999).UTC(), Version: math.MaxUint32,
			Definition: kpi.NewMonth(2199, 12), Review: kpi.ReviewReturned, ReviewNote: "sai", ReviewBy: "tuan"}
	})
	return all
}

// TestCells_RoundTrip reads every cell in each of the three ways after opening the file again.
func TestCells_RoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := storetest.OpenIn(t, dir)
	want := cells()
	next := storetest.Cell(unit+"1", "EMPTY", 1) // of a unit whose code begins with the same letters
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, c := range want {
			if err := storetest.PutCell(tx, c); err != nil {
				return err
			}
		}
		return storetest.PutCell(tx, next)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = storetest.OpenIn(t, dir)
	storetest.View(t, s, func(tx *store.Tx) error {
		for name, w := range want {
			if got, err := tx.Cell(w.CellKey); err != nil || got != w {
				t.Errorf("%s: %v\n got %+v\nwant %+v", name, err, got, w)
			}
		}
		sheet, err := tx.SheetCells(set, storetest.Month(), unit)
		if err != nil || !maps.Equal(sheet, want) {
			t.Errorf("SheetCells: %d cells, %v", len(sheet), err)
		}
		var order []string
		for c, err := range tx.UnitCells(set, storetest.Month(), unit) {
			if err != nil || c != want[c.Indicator] {
				t.Errorf("UnitCells: %v\n got %+v\nwant %+v", err, c, want[c.Indicator])
			}
			order = append(order, c.Indicator)
		}
		if !slices.IsSorted(order) || len(order) != len(want) {
			t.Errorf("UnitCells: order %q", order)
		}
		for range tx.UnitCells(set, storetest.Month(), unit) {
			break // leaving early is allowed
		}
		return nil
	})
	checkLog(t, s)
}

// TestCells_Random: no combination of fields is lost or mixed up.
func TestCells_Random(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(57, 2026))
	text := func() string { return strings.Repeat("ữ", r.IntN(3)*r.IntN(70)) }
	opt := func() kpi.Opt {
		if r.IntN(2) == 0 {
			return kpi.Opt{}
		}
		return kpi.Some(kpi.NewDecimal(r.Int64()>>r.IntN(63), uint8(r.IntN(kpi.MaxDecimals+1))))
	}
	for range 2000 {
		w := storetest.Cell(unit, "1.01", 0)
		w.Content, w.Review, w.Source, w.Confirmed = kpi.Content(r.IntN(5)), kpi.Review(r.IntN(2)), kpi.Source(r.IntN(4)), r.IntN(2) == 0
		w.Value, w.Num, w.Den, w.Version = opt().V, opt(), opt(), r.Uint32()>>r.IntN(32)
		w.Text, w.Expected, w.Note, w.By, w.ReviewNote, w.ReviewBy = text(), text(), text(), text(), text(), text()
		w.At = time.UnixMilli(r.Int64N(1 << 42)).UTC()
		got, err := store.DecodeCell(w.CellKey, store.EncodeCell(w), 1)
		if err != nil || got != w {
			t.Fatalf("%v\n got %+v\nwant %+v", err, got, w)
		}
	}
}

// TestLoadCells: many cells, one event.
func TestLoadCells(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	list := slices.Collect(maps.Values(cells()))
	storetest.Update(t, s, func(tx *store.Tx) error { return tx.LoadCells(list, storetest.Event("round/nq57/2026-05")) })
	storetest.View(t, s, func(tx *store.Tx) error {
		got, err := tx.SheetCells(set, storetest.Month(), unit)
		if err != nil || !maps.Equal(got, cells()) {
			t.Errorf("%d cells of %d, %v", len(got), len(list), err)
		}
		return nil
	})
	if n := checkLog(t, s); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// FuzzDecodeCell: whatever the bytes are, decoding ends without a panic, and what it accepts can be stored again.
func FuzzDecodeCell(f *testing.F) {
	for _, c := range cells() {
		v := store.EncodeCell(c)
		f.Add(v[:len(v)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k := storetest.Cell(unit, "1.01", 0).CellKey
		c, err := store.DecodeCell(k, store.Seal(store.CellKey(k), b), 1)
		if err != nil {
			return
		}
		if again, err := store.DecodeCell(k, store.EncodeCell(c), 1); err != nil || again != c {
			t.Errorf("%v\n got %+v\nwant %+v", err, again, c)
		}
	})
}

// TestRoundValues: a round's scan yields the same values as the scans of its sheets.
func TestRoundValues(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	storetest.View(t, s, func(tx *store.Tx) error {
		n := 0
		for got, err := range tx.RoundValues("nq57", storetest.Month()) {
			if err != nil {
				return err
			}
			want, err := tx.Cell(got.CellKey)
			if err != nil {
				return err
			}
			want.By, want.At, want.Expected, want.Note, want.ReviewNote, want.ReviewBy = "", got.At, "", "", "", ""
			if got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
			n++
		}
		if n == 0 {
			t.Error("no cells")
		}
		return nil
	})
}

// TestCountFilled: the count from the bytes alone is that of the decoded cells.
func TestCountFilled(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	want := 0
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, c := range cells() {
			kind := kpi.KindNumber
			if c.Num.OK || c.Den.OK {
				kind = kpi.KindRatio
			}
			if c.Filled(kind) {
				want++
			}
			if err := storetest.PutCell(tx, c); err != nil {
				return err
			}
		}
		return storetest.PutCell(tx, storetest.Cell(unit+"1", "1.01", 5)) // another unit's
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		if got, err := tx.CountFilled(set, storetest.Month(), unit); err != nil || got != want || want == 0 {
			t.Errorf("%d filled, want %d, %v", got, want, err)
		}
		return nil
	})
}

// TestPastCells: the n months before, the most recent first, without empty cells and gaps.
func TestPastCells(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	now := storetest.Cell(unit, "1.01", 0)
	storetest.Update(t, s, func(tx *store.Tx) error {
		for back := range kpi.Month(6) {
			c := storetest.Cell(unit, "1.01", int64(back))
			c.Month -= back
			c.Note = "Giải trình"
			if back == 2 {
				c.Content = kpi.Empty
			}
			if back == 3 {
				continue
			}
			if err := storetest.PutCell(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		for n, want := range [][]int64{{}, {1}, {1}, {1}, {1, 4}, {1, 4, 5}, {1, 4, 5}} {
			whole, err := tx.PastCells(now.CellKey, n)
			if err != nil || len(whole) != len(want) {
				t.Fatalf("%d months: %v, %v", n, whole, err)
			}
			for i, w := range want {
				if whole[i].Value != kpi.Dec(w) || whole[i].Note == "" || whole[i].Month != now.Month-kpi.Month(w) {
					t.Errorf("%d months, cell %d: %+v", n, i, whole[i])
				}
			}
			sheet, err := tx.SheetPast(now.Set, now.Month, now.Unit, n)
			if got, same := sheet[now.Indicator], kpi.PastOf(whole...); err != nil || (got == nil) != (len(whole) == 0) || got != nil && !reflect.DeepEqual(*got, same) {
				t.Errorf("%d months of the sheet: %+v, %v, want %+v", n, got, err, same)
			}
		}
		return nil
	})
}

// TestDue: what is asked of a list agrees with the list.
func TestDue(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	seed(t, s)
	storetest.View(t, s, func(tx *store.Tx) error {
		for _, u := range []string{unit, "KHAC"} {
			codes, err := tx.Due(set, storetest.Month(), u)
			if err != nil {
				return err
			}
			if n, err := tx.CountDue(set, storetest.Month(), u); err != nil || n != len(codes) {
				t.Errorf("%s: CountDue %d, %v, want %d", u, n, err, len(codes))
			}
			for _, code := range append(codes, "1", "", "9.99") {
				if due, err := tx.IsDue(set, storetest.Month(), u, code); err != nil || due != slices.Contains(codes, code) {
					t.Errorf("%s %q: due %v, %v", u, code, due, err)
				}
			}
		}
		return nil
	})
}
