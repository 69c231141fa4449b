package app

import (
	"testing"

	"chiso/app/kpi"
)

// Numbers in another unit of measure are not compared, added or taken over; other changes of a definition leave them standing.
func TestUnitOfMeasureChanged_NumbersBeforeAreNotCompared(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "500")
	f.save(t, "nhap", "3", "500")
	boss, june := f.as(t, "dieuphoi"), f.m
	one, three := *f.row(t, "1").Indicator, *f.row(t, "3").Indicator
	one.From, one.Unit, one.Accumulation = june+1, "Nghìn hồ sơ", kpi.Flow
	three.From, three.Definition = june+1, "Nói rõ hơn"
	f.must(t, f.SaveIndicator(boss, one))
	f.must(t, f.SaveIndicator(boss, three))
	f.at((june + 1).Day(2))
	f.must(t, f.OpenRound(boss, "nq57", june+1, kpi.DefaultDates(june+1)))
	f.m = june + 1

	a := f.save(t, "nhap", "1", "2")
	if a.Outcome != Saved || len(a.Issues) != 0 || a.ToDate != nil {
		t.Errorf("the answer compares: %+v", a)
	}
	if row := f.row(t, "1"); len(row.Past.Values) != 0 || row.Past.Last().Content != kpi.Empty || len(row.Issues) != 0 || row.ToDate != nil {
		t.Errorf("the sheet compares: %+v", row)
	}
	if a := f.save(t, "nhap", "3", "2"); len(a.Issues) == 0 || a.ToDate == nil || a.ToDate.RatString() != "502" {
		t.Errorf("a clearer definition: %+v", a)
	}
	ans, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", []CellSave{{Indicator: "1", Version: 1, Carry: true}})
	f.must(t, err)
	if ans.Cells[0].Outcome != Rejected {
		t.Errorf("500 dossiers taken over as thousands: %+v", ans.Cells[0])
	}
	table, err := f.Table(boss, "nq57", f.m, false)
	f.must(t, err)
	for _, row := range table.Rows {
		if before := row.Previous != nil; before != (row.Indicator.Code != "1") {
			t.Errorf("%s: a figure of the round before: %v", row.Indicator.Code, before)
		}
	}
	for code, want := range map[string]bool{"1": false, "3": true} {
		p, err := f.IndicatorPage(boss, "nq57", code, 12)
		f.must(t, err)
		if n := len(p.Points); n != 2 || p.Points[0].ToDate == nil || (p.Points[1].ToDate != nil) != want {
			t.Errorf("%s: %+v", code, p.Points)
		}
	}
}
