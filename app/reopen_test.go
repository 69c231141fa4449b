package app

import (
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
)

// reopen asks for cells of SYT's sheet and grants them for some hours.
func (f month) reopen(t *testing.T, hours int, cells ...string) {
	t.Helper()
	f.must(t, f.AskReopening(f.as(t, "nhap"), "nq57", f.m, "SYT", cells, "Nhập thiếu"))
	list, err := f.Reopenings(f.as(t, "dieuphoi"))
	f.must(t, err)
	f.must(t, f.DecideReopening(f.as(t, "dieuphoi"), "nq57", f.m, "SYT", list[0].Number, true, cells, hours, ""))
}

func TestReopening_AfterLock_OpensChosenCellsForSomeHours(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	late := f.sheet(t, "SYT").Timing
	f.at(kpi.DefaultDates(f.m).Locks.Add(time.Hour))
	f.refused(t, saveError(f, t), kpi.Closed)

	f.reopen(t, 5, "1", "2")
	v := f.sheet(t, "SYT")
	if v.Locked == nil || v.Sheet.State != kpi.Draft || v.Status != kpi.StatusReturnedProvince {
		t.Errorf("coordinator sees %v, %v", v.Locked, v.Status)
	}
	if a := f.save(t, "nhap", "3", "9"); a.Outcome != Rejected {
		t.Errorf("a cell that was not granted: %+v", a)
	}
	if a := f.save(t, "nhap", "1", "7"); a.Outcome != Saved {
		t.Errorf("a granted cell: %+v", a)
	}
	f.at(kpi.DefaultDates(f.m).Locks.Add(6*time.Hour - time.Millisecond))
	if a := f.save(t, "nhap", "2", "2"); a.Outcome != Saved {
		t.Errorf("in the last instant: %+v", a)
	}
	f.at(kpi.DefaultDates(f.m).Locks.Add(6 * time.Hour))
	f.refused(t, saveError(f, t), kpi.Closed)
	f.refused(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")), kpi.Closed)

	f.reopen(t, 1, "1")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	if v = f.sheet(t, "SYT"); v.Timing != late || v.Sheet.Reopened.Number != 0 {
		t.Errorf("timing %v, was %v; %+v", v.Timing, late, v.Sheet.Reopened)
	}
}

func TestReopening_NeverSubmitted_AddsMissingCellsAlone(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.at(kpi.DefaultDates(f.m).Locks.Add(time.Hour))
	f.reopen(t, 2, "1")
	f.save(t, "nhap", "1", "5")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	v := f.sheet(t, "SYT")
	if v.Timing != kpi.Late || v.Sheet.State != kpi.Approved || v.Filled != 1 {
		t.Errorf("%v %v %d", v.Timing, v.Sheet.State, v.Filled)
	}
	if v.Sheet.Accepts(f.cell(t, "SYT", "2")) {
		t.Error("cells that were never accepted count as accepted")
	}
}

func TestReopening_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	ask := func(login string, cells ...string) error {
		return f.AskReopening(f.as(t, login), "nq57", f.m, "SYT", cells, "Nhập thiếu")
	}
	f.refused(t, ask("nhap", "1"), kpi.Conflict) // it is open
	f.at(kpi.DefaultDates(f.m).Locks)
	f.refused(t, ask("nhap"), kpi.Invalid)
	f.refused(t, ask("nhap", "khong-co"), kpi.Invalid)
	f.refused(t, ask("dieuphoi", "1"), kpi.Denied)
	f.refused(t, f.AskReopening(f.as(t, "nhap"), "nq57", f.m, "SYT", []string{"1"}, " "), kpi.Invalid)
	f.must(t, ask("nhap", "1"))
	f.refused(t, ask("nhap", "2"), kpi.Conflict) // one waits already

	decide := func(login string, grant bool, hours int, answer string) error {
		return f.DecideReopening(f.as(t, login), "nq57", f.m, "SYT", 1, grant, []string{"1"}, hours, answer)
	}
	f.refused(t, decide("nhap", true, 1, ""), kpi.Denied)
	f.refused(t, decide("dieuphoi", true, 0, ""), kpi.Invalid)
	f.refused(t, decide("dieuphoi", true, kpi.MaxHours+1, ""), kpi.Invalid)
	f.refused(t, decide("dieuphoi", false, 0, ""), kpi.Invalid)
	f.must(t, decide("dieuphoi", false, 0, "Số đã gửi Trung ương"))
	f.must(t, decide("dieuphoi", false, 0, "Số đã gửi Trung ương")) // pressed twice
	f.refused(t, decide("dieuphoi", true, 1, ""), kpi.Conflict)
	f.refused(t, saveError(f, t), kpi.Closed)
}

func TestExtendUnit_MovesOneUnitsDeadline(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	dates := kpi.DefaultDates(f.m)
	extend := func(due time.Time) error {
		return f.ExtendUnit(f.as(t, "dieuphoi"), "nq57", f.m, "SYT", due, "Mưa lũ")
	}
	f.refused(t, extend(dates.UnitDue), kpi.Invalid)
	f.refused(t, extend(dates.Locks.Add(time.Millisecond)), kpi.Invalid)
	f.refused(t, f.ExtendUnit(f.as(t, "nhap"), "nq57", f.m, "SYT", dates.UnitDue.Add(time.Hour), "Mưa lũ"), kpi.Denied)
	f.must(t, extend(dates.UnitDue.Add(24*time.Hour)))
	f.at(dates.UnitDue.Add(24*time.Hour - time.Millisecond))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if got := f.sheet(t, "SYT").Timing; got != kpi.OnTime {
		t.Errorf("timing %v", got)
	}
}

// saveError is what saving a cell of SYT ends in.
func saveError(f month, t *testing.T) error {
	t.Helper()
	raw := "8"
	_, err := f.SaveCells(f.as(t, "nhap"), "nq57", f.m, "SYT", []CellSave{{Indicator: "1", Version: f.cell(t, "SYT", "1").Version, Entry: kpi.Entry{Raw: &raw}}})
	return err
}

// A sheet of an earlier round that was reopened is work like that of this month, for as long as it waits for the person.
func TestHome_ReopenedSheetOfAnEarlierRound(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	f.must(t, f.CloseRound(f.as(t, "dieuphoi"), "nq57", f.m, true))
	f.at((f.m + 1).Day(2))
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", f.m+1, kpi.DefaultDates(f.m+1)))
	expect := func(step string, waitsFor ...string) {
		t.Helper()
		for _, login := range []string{"nhap", "duyet", "xanhap", "dieuphoi", "lanhdao"} {
			h, err := f.Home(f.as(t, login))
			f.must(t, err)
			list := h.Sets[0].Earlier
			if want := slices.Contains(waitsFor, login); len(list) > 1 || want != (len(list) == 1) {
				t.Errorf("%s: %s has %+v", step, login, list)
			} else if want && (list[0].Sheet.Month != f.m || list[0].Unit.Code != "SYT" || list[0].Locked) {
				t.Errorf("%s: %s has %+v", step, login, list[0])
			}
		}
	}
	expect("closed")
	f.reopen(t, 3, "1")
	expect("reopened", "nhap")
	f.save(t, "nhap", "1", "700")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	expect("submitted", "duyet")
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}))
	expect("returned", "nhap")
	f.at(f.Now().Add(3 * time.Hour))
	expect("over")
}
