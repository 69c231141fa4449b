package app

import (
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func figureOf(t *testing.T, table *Table, code string) (shown string, f kpi.Figure) {
	t.Helper()
	for _, row := range table.Rows {
		if row.Indicator.Code == code {
			return row.Figure.Show(*row.Indicator), row.Figure
		}
	}
	t.Fatalf("no row %s", code)
	return "", f
}

func TestTable_AcceptedAndProvisional(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	seven, den := "7", "90"
	_, err := f.SaveCells(f.as(t, "xanhap"), "nq57", f.m, "XA1", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &seven}}, {Indicator: "2", Entry: kpi.Entry{Raw: &seven, Den: &den}}})
	f.must(t, err)

	all, err := f.Table(f.as(t, "dieuphoi"), "nq57", f.m, false)
	f.must(t, err)
	if shown, fig := figureOf(t, all, "1"); shown != "12" || !fig.Provisional || fig.Units != 2 || fig.Due != 2 {
		t.Errorf("%s %+v", shown, fig)
	}
	if shown, _ := figureOf(t, all, "2"); shown != "12,0" { // (5+7)/(10+90)
		t.Errorf("rate %s", shown)
	}
	if all.Accepted != 1 || all.Units != 2 {
		t.Errorf("%d of %d accepted", all.Accepted, all.Units)
	}
	for _, login := range []string{"dieuphoi", "nhap", "xanhap"} {
		accepted, err := f.Table(f.as(t, login), "nq57", f.m, login == "dieuphoi")
		f.must(t, err)
		if shown, fig := figureOf(t, accepted, "1"); shown != "5" || fig.Units != 1 {
			t.Errorf("%s sees %s of %d units", login, shown, fig.Units)
		}
	}
	_, err = f.Table(f.as(t, "sep"), "nq57", f.m, false)
	f.refused(t, err, kpi.Denied)
}

func TestTable_AfterProvinceReturn_CellsThatStandStillCount(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}))
	table, err := f.Table(f.as(t, "dieuphoi"), "nq57", f.m, true)
	f.must(t, err)
	if shown, _ := figureOf(t, table, "3"); shown != "5" {
		t.Errorf("the cell that stands is gone: %q", shown)
	}
	if shown, _ := figureOf(t, table, "1"); shown != "" {
		t.Errorf("the returned cell counts as accepted: %q", shown)
	}
}

func TestDetail_HidesOthersProvisionalValues(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "5")
	for login, want := range map[string]string{"dieuphoi": "5", "nhap": "5", "duyet": "5", "xanhap": "hidden", "lanhdao": "5"} {
		d, err := f.Detail(f.as(t, login), "nq57", f.m, "1")
		f.must(t, err)
		got := "hidden"
		for _, u := range d.Units {
			if u.Unit.Code == "SYT" && !u.Hidden {
				got = u.Cell.Show(d.Indicator)
			} else if u.Unit.Code == "SYT" && u.Cell.Content != kpi.Empty {
				t.Errorf("%s: a hidden cell carries its value", login)
			}
		}
		if got != want {
			t.Errorf("%s sees %s, want %s", login, got, want)
		}
	}
	_, err := f.Trail(f.as(t, "xanhap"), f.cell(t, "SYT", "1").CellKey)
	f.refused(t, err, kpi.NotFound)
}

func TestSetOverride_BothAreKept(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	boss := f.as(t, "dieuphoi")
	f.refused(t, f.SetOverride(f.as(t, "lanhdao"), "nq57", f.m, "1", "7", "vì"), kpi.Denied)
	f.refused(t, f.SetOverride(boss, "nq57", f.m, "1", "7", ""), kpi.Invalid)
	f.refused(t, f.SetOverride(boss, "nq57", f.m, "1", "bảy", "vì"), kpi.Invalid)
	f.must(t, f.SetOverride(boss, "nq57", f.m, "1", "7", "Theo số của Thống kê tỉnh"))
	table, err := f.Table(boss, "nq57", f.m, false)
	f.must(t, err)
	shown, fig := figureOf(t, table, "1")
	if shown != "7" || fig.Value.RatString() != "5" || fig.Override.Reason != "Theo số của Thống kê tỉnh" {
		t.Errorf("%s %+v", shown, fig)
	}
	f.must(t, f.SetOverride(boss, "nq57", f.m, "1", "", "Bỏ số đặt"))
	table, err = f.Table(boss, "nq57", f.m, false)
	f.must(t, err)
	if shown, _ := figureOf(t, table, "1"); shown != "5" {
		t.Errorf("%s", shown)
	}
}

func TestSetOverride_ChangedSinceShown_Conflict(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.SetOverride(f.as(t, "dieuphoi"), "nq57", f.m, "1", "7", "Số của Thống kê"))
	boss := f.as(t, "dieuphoi")
	var err error
	boss.Seen, err = f.LastChange("figure/nq57/" + f.m.String() + "/1")
	f.must(t, err)
	f.must(t, f.SetOverride(boss, "nq57", f.m, "1", "8", "Số mới"))
	f.refused(t, f.SetOverride(boss, "nq57", f.m, "1", "9", "Trang cũ"), kpi.Conflict)
}

func TestIndicatorPage_SeriesAndToDate(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	boss := f.as(t, "dieuphoi")
	f.must(t, f.CloseRound(boss, "nq57", f.m, true))
	f.must(t, f.OpenRound(boss, "nq57", f.m+1, kpi.DefaultDates(f.m+1)))
	f.at(kpi.DefaultDates(f.m + 1).Opens)
	six := "6"
	_, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m+1, "SYT", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &six}}})
	f.must(t, err)
	p, err := f.IndicatorPage(f.as(t, "dieuphoi"), "nq57", "1", 13)
	f.must(t, err)
	if len(p.Points) != 2 || p.Points[1].Figure.Value.RatString() != "6" || p.Points[1].ToDate.RatString() != "11" || !p.Points[0].Closed {
		t.Errorf("%+v", p.Points)
	}
	p, err = f.IndicatorPage(f.as(t, "nhap"), "nq57", "1", 13)
	f.must(t, err)
	if p.Points[1].Figure.Value != nil {
		t.Error("a clerk sees a provisional figure of the province")
	}
	v, err := f.Sheet(f.as(t, "nhap"), "nq57", f.m+1, "SYT")
	f.must(t, err)
	if got := v.Rows[0]; got.ToDate.RatString() != "11" || len(got.Past.Values) != 1 {
		t.Errorf("%+v", got.ToDate)
	}
}

func TestBoardAndHome(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	b, err := f.Board(f.as(t, "dieuphoi"), "nq57", f.m)
	f.must(t, err)
	if len(b.Rows) != 2 || b.Counts[kpi.StatusAtProvince] != 1 || b.Counts[kpi.StatusNotStarted] != 1 || b.Rows[0].Filled != 3 {
		t.Errorf("%+v", b)
	}
	_, err = f.Board(f.as(t, "nhap"), "nq57", f.m)
	f.refused(t, err, kpi.Denied)
	h, err := f.Home(f.as(t, "xanhap"))
	f.must(t, err)
	if len(h.Sets[0].Mine) != 1 || h.Sets[0].Mine[0].Unit.Code != "XA1" || h.Sets[0].Waiting != nil {
		t.Errorf("%+v", h.Sets[0])
	}
	h, err = f.Home(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(h.Sets[0].Waiting) != 1 || len(h.Sets[0].Urgent) != 1 || h.Sets[0].Due != 6 || h.Sets[0].Filled != 3 {
		t.Errorf("%+v", h.Sets[0])
	}
}

func TestTable_WeightSentBack_ValueNotAccepted(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ind, err := tx.Indicator("nq57", "1", f.m)
		if err != nil {
			return err
		}
		ind.Aggregation, ind.WeightBy = kpi.AggWeighted, "3"
		return tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "test", "", "", ""))
	}))
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"3": "Sai"}))
	for _, c := range []struct {
		acceptedOnly bool
		units        int
	}{{true, 0}, {false, 1}} {
		table, err := f.Table(f.as(t, "dieuphoi"), "nq57", f.m, c.acceptedOnly)
		f.must(t, err)
		if _, fig := figureOf(t, table, "1"); fig.Units != c.units {
			t.Errorf("accepted only %t: %d units", c.acceptedOnly, fig.Units)
		}
	}
}
