package store_test

import (
	"errors"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// TestMemo_NothingStale: what is remembered of a record is never what somebody else's transaction should see.
func TestMemo_NothingStale(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	put := func(state kpi.State, undo error) {
		t.Helper()
		err := s.Update(func(tx *store.Tx) error {
			sheet := kpi.Sheet{Set: set, Month: storetest.Month(), Unit: unit, State: state}
			if err := tx.PutSheet(sheet, storetest.Event("sheet/"+sheet.ID())); err != nil {
				return err
			}
			got, err := tx.Sheet(set, storetest.Month(), unit) // remembered before it is committed
			if err != nil || got.State != state {
				t.Errorf("in the transaction: %q, %v, want %q", got.State, err, state)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	}
	expect := func(want kpi.State) {
		t.Helper()
		storetest.View(t, s, func(tx *store.Tx) error {
			got, err := tx.Sheet(set, storetest.Month(), unit)
			all, err2 := tx.Sheets(set, storetest.Month())
			if err != nil || err2 != nil || got.State != want || len(all) != 1 || all[0].State != want {
				t.Errorf("%q and %+v, %v, %v, want %q", got.State, all, err, err2, want)
			}
			return nil
		})
	}
	put(kpi.Draft, nil)
	expect(kpi.Draft)
	put(kpi.Submitted, errors.New("undone"))
	expect(kpi.Draft)
	storetest.View(t, s, func(before *store.Tx) error {
		put(kpi.Approved, nil)
		expect(kpi.Approved)
		old, err := before.Sheet(set, storetest.Month(), unit)
		if err != nil || old.State != kpi.Draft {
			t.Errorf("an older view sees %q, %v", old.State, err)
		}
		return nil
	})
}
