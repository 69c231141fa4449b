package app

import (
	"reflect"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// TestTable_Remembered: a table is read once while nothing changes, and after every step it is what it would be read anew.
func TestTable_Remembered(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss, before := f.as(t, "dieuphoi"), map[tableSource]*Table{}
	look := func(step string, m kpi.Month, changes bool) {
		t.Helper()
		anew := New(Options{Store: f.store, Now: f.clock.now})
		for _, acceptedOnly := range []bool{true, false} {
			got, err := f.Table(boss, "nq57", m, acceptedOnly)
			f.must(t, err)
			want, err := anew.Table(boss, "nq57", m, acceptedOnly)
			f.must(t, err)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("after %s, accepted only %v: %+v, want %+v", step, acceptedOnly, got, want)
			}
			of := tableSource{month: m, acceptedOnly: acceptedOnly}
			if changes && reflect.DeepEqual(got, before[of]) {
				t.Errorf("after %s, accepted only %v: nothing has changed, so the step shows nothing", step, acceptedOnly)
			}
			before[of] = got
			if again, err := f.Table(boss, "nq57", m, acceptedOnly); err != nil || again != got {
				t.Errorf("after %s, accepted only %v: read again, %v", step, acceptedOnly, err)
			}
		}
	}
	look("opening", f.m, true)
	f.save(t, "nhap", "1", "5")
	look("a save", f.m, false)
	f.upTo(t, kpi.Approved)
	look("approval", f.m, false)
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	look("acceptance", f.m, true)
	f.must(t, f.SetOverride(f.as(t, "dieuphoi"), "nq57", f.m, "1", "7", "Theo số của Thống kê tỉnh"))
	look("an override", f.m, true)
	f.must(t, f.SetOverride(f.as(t, "dieuphoi"), "nq57", f.m, "1", "", "Bỏ số đặt"))
	look("taking it back", f.m, true)
	dates := kpi.DefaultDates(f.m)
	dates.Locks = dates.Locks.Add(time.Hour)
	f.must(t, f.SetDates(f.as(t, "dieuphoi"), "nq57", f.m, dates, "Dời hạn khóa"))
	look("other dates", f.m, true)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ind, err := tx.IndicatorVersion("nq57", "1", kpi.NewMonth(2026, 1))
		if err != nil {
			return err
		}
		ind.Name = "Tên khác"
		return tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "test", "", "", ""))
	}))
	look("a definition", f.m, true)
	f.must(t, f.CloseRound(f.as(t, "dieuphoi"), "nq57", f.m, true))
	look("closing", f.m, true)
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", f.m+1, kpi.DefaultDates(f.m+1)))
	look("the next opening", f.m+1, true)
	f.clock.forward(time.Hour)
	f.reopen(t, 3, "1")
	f.save(t, "nhap", "1", "700")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	f.must(t, f.PublishErratum(f.as(t, "dieuphoi"), "nq57", f.m, 1, "Sửa số"))
	look("a correction", f.m, true)
	look("a correction of the round before", f.m+1, true)
}
