package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

func TestMySheets_OwnUnits_NewestMonthFirst(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(f.m.Day(1).AddDate(0, 1, 3))
	july, august := f.m+1, f.m+2
	for _, m := range []kpi.Month{july, august} { // August is opened, but begins later
		f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", m, kpi.DefaultDates(m)))
	}
	months, err := f.MySheets(f.as(t, "nhap"))
	f.must(t, err)
	if len(months) != 2 || months[0].Round.Month != july || !months[0].Current || months[1].Round.Month != f.m || months[1].Current {
		t.Fatalf("%d months: %+v", len(months), months)
	}
	jobs := months[0].Jobs
	if len(jobs) != 1 || jobs[0].Unit.Code != "SYT" || jobs[0].Status != kpi.StatusNotStarted || len(jobs[0].Actions) == 0 {
		t.Errorf("%+v", jobs)
	}
	months, err = f.MySheets(f.as(t, "lanhdao"))
	f.must(t, err)
	if len(months) != 0 {
		t.Errorf("somebody without a unit has %d months of sheets", len(months))
	}
	_, err = f.MySheets(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Admin}}}, At: f.Now()})
	f.refused(t, err, kpi.Denied)
}

func TestMySheets_GoesBackTwoYears(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		for back := range kpi.Month(30) {
			m := f.m - 1 - back
			if err := tx.AddSheet(kpi.Sheet{Set: "nq57", Month: m, Unit: "SYT", State: kpi.Accepted}, []string{"1"}); err != nil {
				return err
			}
			r := kpi.Round{Set: "nq57", Month: m, Dates: kpi.DefaultDates(m)}
			if err := tx.PutRound(r, f.System().Event(kpi.VerbOpen, "round/"+r.ID(), "", "", "")); err != nil {
				return err
			}
		}
		return nil
	}))
	months, err := f.MySheets(f.as(t, "nhap"))
	f.must(t, err)
	if len(months) != listedRounds || months[0].Round.Month != f.m {
		t.Errorf("%d months, the first %s", len(months), months[0].Round.Month)
	}
}

func TestSheet_SumSinceJanuary_PastAndTrail(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		var cells []kpi.Cell
		for m := f.m - 6; m < f.m; m++ { // December of the year before to May
			cells = append(cells, kpi.Cell{CellKey: kpi.CellKey{Set: "nq57", Month: m, Unit: "SYT", Indicator: "1"}, Content: kpi.HasValue, Value: kpi.Dec(10), Version: 1, By: "nhap", At: m.Day(9)})
		}
		return tx.LoadCells(cells, f.System().Event(kpi.VerbLoad, "test", "", "", ""))
	}))
	ans := f.save(t, "nhap", "1", "7")
	if ans.ToDate == nil || ans.ToDate.FloatString(0) != "57" {
		t.Errorf("since January %v, want 5 × 10 + 7", ans.ToDate)
	}
	row := f.sheet(t, "SYT").Rows[0]
	if len(row.Past.Values) != 6 || row.Past.Last().Month != f.m-1 {
		t.Errorf("%d past cells, the first of %s", len(row.Past.Values), row.Past.Last().Month)
	}
	key := kpi.CellKey{Set: "nq57", Month: f.m, Unit: "SYT", Indicator: "1"}
	trail, err := f.Trail(f.as(t, "duyet"), key)
	f.must(t, err)
	if len(trail.Past) != 6 || !trail.SeesSheet || len(trail.Events) != 1 || trail.Names["nhap"] != "Người nhap" {
		t.Errorf("%d past cells, %d events, %v", len(trail.Past), len(trail.Events), trail.Names)
	}
	_, err = f.Trail(f.as(t, "xanhap"), key)
	f.refused(t, err, kpi.NotFound)
}

func TestTrail_AcceptedCellOfAnotherUnit_WithoutItsPast(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		s, err := tx.Sheet("nq57", f.m, "SYT")
		if err != nil {
			return err
		}
		s.State, s.Accept = kpi.Accepted, kpi.Step{By: "dieuphoi", At: f.Now().Add(-time.Hour)}
		return tx.PutSheet(s, f.System().Event(kpi.VerbAccept, "sheet/"+s.ID(), "", "", ""))
	}))
	trail, err := f.Trail(f.as(t, "xanhap"), kpi.CellKey{Set: "nq57", Month: f.m, Unit: "SYT", Indicator: "1"})
	f.must(t, err)
	if trail.SeesSheet || trail.Past != nil {
		t.Errorf("sees the sheet %t, %d past cells", trail.SeesSheet, len(trail.Past))
	}
}

func TestTrail_CellOfAnotherUnitThatStands_TellsNothingOfTheReturn(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "Lý do chung", map[string]string{"2": "Sai mẫu số"}))
	key := kpi.CellKey{Set: "nq57", Month: f.m, Unit: "SYT", Indicator: "1"}
	trail, err := f.Trail(f.as(t, "xanhap"), key)
	f.must(t, err)
	if trail.Cell.Value != kpi.Dec(5) || len(trail.Events) != 0 {
		t.Errorf("%s, %+v", trail.Cell.Value, trail.Events)
	}
	if trail, err = f.Trail(f.as(t, "nhap"), key); err != nil || len(trail.Events) != 4 { // save, submit, approve, return
		t.Errorf("the unit itself: %v, %+v", err, trail.Events)
	}
	key.Indicator = "2"
	_, err = f.Trail(f.as(t, "xanhap"), key)
	f.refused(t, err, kpi.NotFound)
}

func TestSheet_RunningTotal_WhatThePeriodAdded(t *testing.T) {
	t.Parallel()
	ind := kpi.Indicator{Code: "1", Kind: kpi.KindNumber, Accumulation: kpi.Cumulative, Frequency: kpi.Monthly}
	at := func(m kpi.Month, n int64) kpi.Cell {
		return kpi.Cell{CellKey: kpi.CellKey{Month: m}, Content: kpi.HasValue, Value: kpi.Dec(n)}
	}
	year := kpi.NewMonth(2026, 1)
	for name, tt := range map[string]struct {
		now  kpi.Cell
		past []kpi.Cell
		want string
	}{
		"from month to month":     {at(year+5, 30), []kpi.Cell{at(year+4, 18)}, "12"},
		"over a gap":              {at(year+5, 30), []kpi.Cell{at(year+2, 10)}, "20"},
		"January":                 {at(year, 7), []kpi.Cell{at(year-1, 90)}, "7"},
		"only last year is known": {at(year+5, 30), []kpi.Cell{at(year-1, 90)}, ""},
		"nothing entered":         {kpi.Cell{CellKey: kpi.CellKey{Month: year + 5}}, []kpi.Cell{at(year+4, 18)}, ""},
	} {
		got := ""
		if sums := sumsOf(ind, tt.now, kpi.PastOf(tt.past...).Values); sums.Period != nil {
			got = sums.Period.RatString()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestSheet_TellsWhoElseHasItOpen(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	open := func(login string) []string {
		v, err := f.Sheet(f.as(t, login), "nq57", f.m, "SYT")
		f.must(t, err)
		return v.Here
	}
	if got := open("nhap"); len(got) != 0 {
		t.Errorf("alone, but sees %v", got)
	}
	open("duyet") // only reads
	if got := open("nhap2"); len(got) != 1 || got[0] != "Người nhap" {
		t.Errorf("sees %v", got)
	}
}

func TestCheckSheet_SaysWhatSubmitWouldSay(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	check := func(login string) error { return f.CheckSheet(f.as(t, login), "nq57", f.m, "SYT") }
	f.refused(t, check("nhap"), kpi.Invalid)
	f.refused(t, check("duyet"), kpi.Denied)
	f.fill(t)
	f.must(t, check("nhap"))
	if f.sheet(t, "SYT").Sheet.State != kpi.Draft {
		t.Error("checking has changed the sheet")
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, check("nhap"), kpi.Conflict)
}
