package app

import (
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func TestSaveIndicator_Central_IsCompletedNotRedefined(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	codes, _ := f.many(t, 1, 1)
	admin := f.admin(t)
	central := kpi.Indicator{Set: "nq57", Code: "2.01", From: kpi.NewMonth(2026, 1), Name: "Của Trung ương", Group: "1", Origin: kpi.Central, Definition: "Một."}
	err := f.store.Update(func(tx *store.Tx) error {
		return tx.PutIndicator(central, admin.Event(kpi.VerbAdd, "indicator/nq57/2.01", "", "", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*kpi.Indicator){
		"name":       func(x *kpi.Indicator) { x.Name = "Khác" },
		"definition": func(x *kpi.Indicator) { x.Definition = "" },
		"origin":     func(x *kpi.Indicator) { x.Origin = kpi.Province },
		"definition in a new version": func(x *kpi.Indicator) {
			x.From, x.Definition = kpi.NewMonth(2026, 9), "Hai."
		},
	} {
		x := central
		change(&x)
		if err := f.SaveIndicator(admin, x); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	complete := central
	complete.Kind, complete.Unit, complete.Computation, complete.Direction = kpi.KindNumber, "%", "Đếm.", kpi.Up
	if err := f.SaveIndicator(admin, complete); err != nil {
		t.Error(err)
	}
	own := kpi.Indicator{Set: "nq57", Code: codes[0], From: kpi.NewMonth(2026, 1), Name: "Tên khác", Group: "1", Kind: kpi.KindNumber}
	if err := f.SaveIndicator(admin, own); err != nil {
		t.Errorf("one of the province: %v", err)
	}
	if err := f.AddIndicator(admin, own); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("a code that is taken: %v", err)
	}
	own.Code = "2.02"
	if err := f.AddIndicator(admin, own); err != nil {
		t.Error(err)
	}
	e, err := f.IndicatorEdit(admin, "nq57", "2.02")
	if err != nil || len(e.Versions) != 1 || e.Used || e.Next != kpi.NewMonth(2026, 6) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestSaveIndicator_WithGaps_WasInNoRound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	codes, units := f.many(t, 2, 1)
	admin := f.admin(t)
	whole := kpi.Indicator{Set: "nq57", Code: codes[0], From: kpi.NewMonth(2026, 1), Name: "Đủ", Group: "1", Kind: kpi.KindNumber, Direction: kpi.Up,
		Frequency: kpi.Monthly, Accumulation: kpi.Flow, Aggregation: kpi.AggSum}
	if err := f.SaveIndicator(admin, whole); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Assign(admin, "nq57", codes, units, whole.From); err != nil {
		t.Fatal(err)
	}
	m := kpi.NewMonth(2026, 6)
	if err := f.OpenRound(f.System(), "nq57", m, kpi.DefaultDates(m)); err != nil {
		t.Fatal(err)
	}
	open := whole
	open.Direction = ""
	if err := f.SaveIndicator(admin, open); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("a used version gets a gap: %v", err)
	}
	late := whole
	late.Code, late.Kind, late.Unit = codes[1], kpi.KindText, "Việc"
	if err := f.SaveIndicator(admin, late); err != nil {
		t.Errorf("a version that was left out of the round: %v", err)
	}
}
