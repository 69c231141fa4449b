package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// assigned returns what the unit reports in the month, as the next round would ask for it.
func (f month) assigned(t *testing.T, unit string, m kpi.Month) map[string]kpi.Assignment {
	t.Helper()
	out := map[string]kpi.Assignment{}
	f.must(t, f.store.View(func(tx *store.Tx) error {
		list, err := tx.Assignments("nq57", unit)
		for _, as := range list {
			if as.Active(m) {
				out[as.Indicator] = as
			}
		}
		return err
	}))
	return out
}

// merge merges XA1 into SYT from the month on, as somebody does who has looked at the plan.
func (f month) merge(t *testing.T, from kpi.Month) Merger {
	t.Helper()
	p, err := f.PlanMerger(f.as(t, "dieuphoi"), []string{"XA1"}, "SYT", from)
	f.must(t, err)
	f.must(t, f.Merge(f.as(t, "dieuphoi"), []string{"XA1"}, "SYT", from, p.Digest))
	return p
}

func TestMerge_AssignmentsMoveFromThatRound(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	next := f.m + 1
	f.must(t, f.store.Update(func(tx *store.Tx) error { // the successor has 1, supports 2 and not 3; 4 begins later
		ev := f.System().Event(kpi.VerbAssign, "test", "", "", "")
		target := []kpi.Target{{Year: 2026, Op: kpi.OpGE, Value: kpi.Some(kpi.Dec(7))}}
		for _, as := range []kpi.Assignment{{Set: "nq57", Unit: "SYT", Indicator: "2", Role: kpi.Support},
			{Set: "nq57", Unit: "XA1", Indicator: "3", Role: kpi.Lead, Targets: target}, {Set: "nq57", Unit: "XA1", Indicator: "4", Role: kpi.Lead, From: next + 2}} {
			if err := tx.PutAssignment(as, ev); err != nil {
				return err
			}
		}
		for _, code := range []string{"3", "4"} {
			if err := tx.DropAssignment(kpi.Assignment{Set: "nq57", Unit: "SYT", Indicator: code}, ev); err != nil {
				return err
			}
		}
		return nil
	}))
	dueBefore := f.sheet(t, "XA1").Sheet.Due
	p := f.merge(t, next)
	if u := p.Units[0]; u.Held != 1 || len(u.Moved) != 3 || len(u.Sheets) != 1 || len(u.People) != 2 || u.Codes()[0] != "nq57: 2, 3, 4" {
		t.Errorf("%+v", u)
	}
	if old := f.assigned(t, "XA1", f.m); len(old) != 3 || len(f.assigned(t, "XA1", next)) != 0 || len(f.assigned(t, "XA1", next+2)) != 0 {
		t.Errorf("the old unit: %v, then %v", old, f.assigned(t, "XA1", next))
	}
	got := f.assigned(t, "SYT", next)
	if len(got) != 3 || got["2"].Role != kpi.Lead || got["3"].From != next || len(got["3"].Targets) != 1 || got["1"].From != 0 {
		t.Errorf("the successor: %v", got)
	}
	if later := f.assigned(t, "SYT", next+2); later["4"].From != next+2 {
		t.Errorf("%v", later)
	}
	f.must(t, f.store.View(func(tx *store.Tx) error {
		u, err := tx.Unit("XA1")
		if err != nil || u.To != f.m || u.Successor != "SYT" {
			t.Errorf("%+v, %v", u, err)
		}
		return err
	}))
	changes, _, err := f.IndicatorHistory(f.as(t, "dieuphoi"), "nq57", "3")
	f.must(t, err)
	if len(changes) < 2 || changes[0].Units != 1 || changes[0].Old != "" || changes[1].Units != 1 || changes[1].Old != "giao XA1" {
		t.Errorf("the history mixes what was given with what was taken: %+v", changes)
	}
	if f.sheet(t, "XA1").Sheet.Due != dueBefore {
		t.Error("the frozen list changed")
	}
	f.at(next.Day(1))
	f.must(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", next, kpi.DefaultDates(next)))
	b, err := f.Board(f.as(t, "dieuphoi"), "nq57", next)
	f.must(t, err)
	if len(b.Rows) != 1 || b.Rows[0].Unit.Code != "SYT" || b.Rows[0].Sheet.Due != 3 {
		t.Errorf("%+v", b.Rows)
	}
}

// What the successor was itself to report until then is still asked for.
func TestMerge_SuccessorsOwnTime_Kept(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	from := f.m + 4
	give := func(unit string, to kpi.Month) {
		f.must(t, f.store.Update(func(tx *store.Tx) error {
			return tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: unit, Indicator: "3", Role: kpi.Lead, To: to}, f.System().Event(kpi.VerbAssign, "test", "", "", ""))
		}))
	}
	give("XA1", 0)
	give("SYT", from-2)
	if _, err := f.PlanMerger(f.as(t, "dieuphoi"), []string{"XA1"}, "SYT", from); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("a round in between would be forgotten: %v", err)
	}
	give("SYT", from-1)
	f.merge(t, from)
	if as := f.assigned(t, "SYT", from-1)["3"]; as.From != 0 || as.To != 0 {
		t.Errorf("%+v", as)
	}
}

// TestMerge_SuccessorIsNotLateForItsPredecessor: what the old unit owes stays the old unit's.
func TestMerge_SuccessorIsNotLateForItsPredecessor(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.merge(t, f.m+1)
	f.at(f.m.Day(20))
	b, err := f.Board(f.as(t, "dieuphoi"), "nq57", f.m)
	f.must(t, err)
	timing := map[string]kpi.Timing{}
	for _, row := range b.Rows {
		timing[row.Unit.Code] = row.Timing
	}
	if timing["SYT"] != kpi.OnTime || timing["XA1"] != kpi.Overdue || b.Late != 1 {
		t.Errorf("%v", timing)
	}
}

func TestMerge_HistoryStaysAndIsReachable(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	clerk := f.as(t, "nhap")
	if f.Inherits(clerk.User, "XA1") {
		t.Fatal("before the merger")
	}
	f.merge(t, f.m+1)
	if !f.Inherits(clerk.User, "XA1") || f.Inherits(f.as(t, "xanhap").User, "SYT") || f.Inherits(clerk.User, "khong") {
		t.Error("who inherits what")
	}
	months, err := f.MySheets(clerk)
	f.must(t, err)
	if len(months) != 1 || len(months[0].Jobs) != 2 || months[0].Jobs[1].Unit.Code != "XA1" || len(months[0].Jobs[1].Actions) != 0 {
		t.Errorf("%+v", months)
	}
	clerk.User.Sees = []string{"XA1"}
	v, err := f.Sheet(clerk, "nq57", f.m, "XA1")
	f.must(t, err)
	f.refused(t, v.Locked, kpi.Denied)
	five := "5"
	_, err = f.SaveCells(clerk, "nq57", f.m, "XA1", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &five}}})
	f.refused(t, err, kpi.Denied)
	ans, err := f.SaveCells(f.as(t, "xanhap"), "nq57", f.m, "XA1", []CellSave{{Indicator: "1", Entry: kpi.Entry{Raw: &five}}})
	if f.must(t, err); ans.Cells[0].Outcome != Saved {
		t.Error("the old unit cannot finish its own round")
	}
}

func TestMerge_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	by := f.as(t, "dieuphoi")
	for _, c := range []struct {
		units []string
		to    string
		from  kpi.Month
		want  kpi.ErrorKind
	}{
		{[]string{"XA1"}, "SYT", f.m, kpi.Conflict}, // that round is open for XA1
		{[]string{"XA1"}, "SYT", 0, kpi.Invalid},
		{[]string{"XA1"}, "khong", f.m + 1, kpi.Invalid},
		{[]string{"khong"}, "SYT", f.m + 1, kpi.NotFound},
		{[]string{"SYT"}, "SYT", f.m + 1, kpi.Invalid},
		{[]string{"XA1", "XA1"}, "SYT", f.m + 1, kpi.Invalid},
		{nil, "SYT", f.m + 1, kpi.Invalid},
		{make([]string, maxMerged+1), "SYT", f.m + 1, kpi.Invalid},
	} {
		_, err := f.PlanMerger(by, c.units, c.to, c.from)
		f.refused(t, err, c.want)
	}
	_, err := f.PlanMerger(f.as(t, "lanhdao"), []string{"XA1"}, "SYT", f.m+1)
	f.refused(t, err, kpi.Denied)
	p, err := f.PlanMerger(by, []string{"XA1"}, "SYT", f.m+1)
	f.must(t, err)
	_, err = f.Assign(f.System(), "nq57", []string{"4"}, []string{"XA1"}, f.m+3)
	f.must(t, err)
	f.must(t, f.store.Update(func(tx *store.Tx) error { // somebody changes the assignments meanwhile
		return tx.DropAssignment(kpi.Assignment{Set: "nq57", Unit: "XA1", Indicator: "3"}, by.Event(kpi.VerbAssign, "test", "", "", ""))
	}))
	f.refused(t, f.Merge(by, []string{"XA1"}, "SYT", f.m+1, p.Digest), kpi.Conflict)
	if len(f.assigned(t, "XA1", f.m+1)) == 0 {
		t.Error("a refusal changed something")
	}
	f.merge(t, f.m+1)
	f.clock.forward(time.Minute)
	_, err = f.PlanMerger(by, []string{"XA1"}, "SYT", f.m+1)
	f.refused(t, err, kpi.Invalid) // merged already
	_, err = f.PlanMerger(by, []string{"SYT"}, "XA1", f.m+1)
	f.refused(t, err, kpi.Invalid) // into one that is gone
}

func TestAbsence(t *testing.T) {
	t.Parallel()
	m := kpi.NewMonth(2027, 1)
	for want, u := range map[string]kpi.Unit{
		"": {Name: "A", From: m, To: m}, "A hoạt động từ kỳ 2/2027.": {Name: "A", From: m + 1}, "A chỉ hoạt động đến kỳ 12/2026.": {Name: "A", To: m - 1},
		"A đã sáp nhập vào đơn vị khác.": {Name: "A", Successor: "B"},
	} {
		if got := u.Absence(m); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
