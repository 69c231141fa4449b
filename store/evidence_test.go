package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// cite returns a citation of a unit, put in for month m, the n-th of the test.
func cite(unit string, m kpi.Month, n int) kpi.Evidence {
	return kpi.Evidence{Unit: unit, ID: kpi.NewEvidenceID(m, fmt.Sprintf("%032x", n)), By: login, At: storetest.At(),
		Citation: &kpi.Citation{Summary: fmt.Sprintf("Văn bản %d", n), Link: "https://example.vn"}}
}

func TestEvidence_OfAUnit(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	m := storetest.Month()
	all := []kpi.Evidence{cite("SY", m+9, 1), cite("SYT", m-1, 2), cite("SYT", m, 3), cite("SYT", m, 4), cite("SYT", m+1, 5), cite("SYT.1", m+9, 6), cite("SYTE", m+9, 7)}
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, e := range all {
			if err := tx.PutEvidence(e, storetest.Event("evidence/"+e.Unit+"/"+string(e.ID))); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		for n, want := range map[int][]int{0: {}, 1: {5}, 2: {5, 4}, 9: {5, 4, 3, 2}} {
			list, err := tx.LatestEvidence("SYT", n)
			if got := numbers(list, all); err != nil || !slices.Equal(got, want) {
				t.Errorf("the latest %d: %v, %v; want %v", n, got, err, want)
			}
		}
		list, err := tx.MonthEvidence("SYT", m)
		if got := numbers(list, all); err != nil || !slices.Equal(got, []int{3, 4}) {
			t.Errorf("of the month: %v, %v", got, err)
		}
		if list, err := tx.LatestEvidence("ZZZ", 9); err != nil || len(list) != 0 {
			t.Errorf("behind the last unit: %v, %v", list, err)
		}
		if _, err := tx.Evidence("SY", all[1].ID); kpi.KindOf(err) != kpi.NotFound {
			t.Errorf("another unit's: %v", err)
		}
		n := 0
		if err := tx.AllEvidence(func(kpi.Evidence) error { n++; return nil }); err != nil || n != len(all) {
			t.Errorf("all: %d, %v", n, err)
		}
		return nil
	})
}

// numbers tells which of all, counted from 1, are in the list.
func numbers(list, all []kpi.Evidence) []int {
	got := make([]int, len(list))
	for i, e := range list {
		got[i] = 1 + slices.IndexFunc(all, func(x kpi.Evidence) bool { return x.ID == e.ID })
	}
	return got
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	m := storetest.Month()
	one, two := cite(unit, m, 1), cite(unit, m, 2)
	cell := func(unit, code string) kpi.CellKey {
		return kpi.CellKey{Set: set, Month: m, Unit: unit, Indicator: code}
	}
	attach := func(k kpi.CellKey, e kpi.Evidence) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.Attach(k, kpi.Attachment{Evidence: e.ID, By: login, At: storetest.At()}, storetest.Event("cell/"+k.ID()))
		}
	}
	storetest.Update(t, s, attach(cell(unit, "1.01"), two))
	storetest.Update(t, s, attach(cell(unit, "1.01"), one))
	storetest.Update(t, s, attach(cell(unit, "1.01"), one)) // again: still one
	storetest.Update(t, s, attach(cell(unit, "1.010"), one))
	storetest.Update(t, s, attach(cell(unit+"2", "1.01"), one))
	storetest.View(t, s, func(tx *store.Tx) error {
		list, err := tx.Attachments(cell(unit, "1.01"))
		if err != nil || len(list) != 2 || list[0].Evidence != one.ID || list[1].Evidence != two.ID {
			t.Errorf("of the cell: %v, %v", list, err)
		}
		cells, err := tx.SheetAttachments(set, m, unit)
		if err != nil || len(cells["1.01"]) != 2 || len(cells["1.010"]) != 1 || !slices.Equal(slices.Sorted(maps.Keys(cells)), []string{"1.01", "1.010"}) {
			t.Errorf("of the sheet: %v, %v", cells, err)
		}
		return nil
	})
	storetest.Update(t, s, func(tx *store.Tx) error {
		return tx.Detach(cell(unit, "1.01"), one.ID, storetest.Event("cell/"+cell(unit, "1.01").ID()))
	})
	storetest.View(t, s, func(tx *store.Tx) error {
		if list, err := tx.Attachments(cell(unit, "1.01")); err != nil || len(list) != 1 || list[0].Evidence != two.ID {
			t.Errorf("after taking one off: %v, %v", list, err)
		}
		return nil
	})
	for name, put := range map[string]func(*store.Tx) error{
		"bad cell": attach(cell("syt|", "1.01"), one),
		"bad id":   attach(cell(unit, "1.01"), kpi.Evidence{ID: "2026-05-x|y"}),
		"bad evidence": func(tx *store.Tx) error {
			return tx.PutEvidence(kpi.Evidence{Unit: unit, ID: one.ID}, storetest.Event("e"))
		},
	} {
		if err := s.Update(put); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
