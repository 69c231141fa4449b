package app

import (
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func TestOpenRound_FreezesWhatIsDue(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	if n := len(f.sheet(t, "SYT").Rows); n != 3 {
		t.Fatalf("%d cells due in June, want 3 without the yearly one", n)
	}
	f.refused(t, f.OpenRound(boss, "nq57", f.m, kpi.DefaultDates(f.m)), kpi.Conflict)
	_, err := f.Unassign(boss, "nq57", []string{"1"}, []string{"SYT"}, f.m)
	f.must(t, err)
	if n := len(f.sheet(t, "SYT").Rows); n != 3 {
		t.Error("a cell left an open round")
	}
	december := kpi.NewMonth(2026, 12)
	f.at(december.Day(1))
	boss = f.as(t, "dieuphoi")
	f.must(t, f.OpenRound(boss, "nq57", december, kpi.DefaultDates(december)))
	v, err := f.Sheet(boss, "nq57", december, "SYT")
	f.must(t, err)
	if len(v.Rows) != 3 { // 2, 3 and the yearly 4
		t.Errorf("%d cells in December", len(v.Rows))
	}
}

func TestOpenRound_Refusals(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	july := kpi.NewMonth(2026, 7)
	for _, login := range []string{"nhap", "duyet", "lanhdao", "sep"} {
		f.refused(t, f.OpenRound(f.as(t, login), "nq57", july, kpi.DefaultDates(july)), kpi.Denied)
	}
	dates := kpi.DefaultDates(july)
	dates.Locks = dates.Opens
	f.refused(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", july, dates), kpi.Invalid)
	f.refused(t, f.OpenRound(f.as(t, "dieuphoi"), "khac", july, kpi.DefaultDates(july)), kpi.NotFound)
	if _, err := f.Round(f.as(t, "dieuphoi"), "nq57", july); kpi.KindOf(err) != kpi.NotFound {
		t.Error("a refused round is there")
	}
}

func TestPlanRound_TellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
		gap := kpi.Indicator{Set: "nq57", Code: "5", From: f.m, Group: "1", Name: "Chưa khai", Kind: kpi.KindNumber, Frequency: kpi.Monthly}
		if err := tx.PutIndicator(gap, ev); err != nil {
			return err
		}
		if err := tx.PutUnit(kpi.Unit{Code: "XA2", Name: "Xã Hai", Kind: kpi.Commune}, ev); err != nil {
			return err
		}
		for _, code := range []string{"1", "5"} {
			if err := tx.PutAssignment(kpi.Assignment{Set: "nq57", Unit: "XA2", Indicator: code, Role: kpi.Lead}, ev); err != nil {
				return err
			}
		}
		return nil
	}))
	p, err := f.PlanRound(f.as(t, "dieuphoi"), "nq57", f.m+1)
	f.must(t, err)
	if len(p.Due["XA2"]) != 1 || p.Cells != 7 {
		t.Errorf("due %v, %d cells", p.Due["XA2"], p.Cells)
	}
	want := map[string]bool{"Xã Hai chưa có tài khoản nhập liệu.": false, "Chỉ số 5 bị để ngoài kỳ: chưa khai chiều tốt, cách tính lũy kế, cách tổng hợp.": false,
		"Chỉ số 1 chưa có mục tiêu.": false}
	for _, problem := range p.Problems {
		if _, ok := want[problem.Text]; ok && !problem.Blocking {
			want[problem.Text] = true
		}
	}
	for text, found := range want {
		if !found {
			t.Errorf("not told: %s\nin %v", text, p.Problems)
		}
	}
}

func TestSetDates_NeedsAReason_MovesTheLock(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	dates := kpi.DefaultDates(f.m)
	f.at(dates.Locks)
	f.refused(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")), kpi.Closed)
	dates.Locks = dates.Locks.AddDate(0, 0, 2)
	f.refused(t, f.SetDates(f.as(t, "dieuphoi"), "nq57", f.m, dates, " "), kpi.Invalid)
	f.must(t, f.SetDates(f.as(t, "dieuphoi"), "nq57", f.m, dates, "Sự cố mạng"))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
}

func TestCloseRound_FreezesFiguresAndSheets(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	boss := f.as(t, "dieuphoi")
	f.refused(t, f.CloseRound(boss, "nq57", f.m, false), kpi.Conflict)
	f.must(t, f.CloseRound(boss, "nq57", f.m, true))
	f.refused(t, f.CloseRound(boss, "nq57", f.m, true), kpi.Conflict)
	f.refused(t, f.ProvinceReturn(boss, f.id(t, "SYT"), "", map[string]string{"1": "x"}), kpi.Closed)
	f.refused(t, f.SetOverride(boss, "nq57", f.m, "1", "7", "vì"), kpi.Closed)
	f.refused(t, f.SetDates(boss, "nq57", f.m, kpi.DefaultDates(f.m), "x"), kpi.Closed)
	if got := f.sheet(t, "SYT").Status; got != kpi.StatusClosed {
		t.Errorf("%s", got)
	}
	table, err := f.Table(boss, "nq57", f.m, true)
	f.must(t, err)
	if table.Rows[0].Figure.Show(*table.Rows[0].Indicator) != "5" || table.Round.Revision != 1 {
		t.Errorf("%+v", table.Rows[0].Figure)
	}
}

func TestSaveIndicator_UsedVersion_OnlyTextsChange(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	ind := *f.sheet(t, "SYT").Rows[0].Indicator
	ind.Guidance = "Cách ghi mới."
	f.must(t, f.SaveIndicator(boss, ind))
	if got := f.sheet(t, "SYT").Rows[0].Indicator.Guidance; got != "Cách ghi mới." {
		t.Errorf("the page shows an old definition: %q", got)
	}
	ind.Unit = "Nghìn hồ sơ"
	f.refused(t, f.SaveIndicator(boss, ind), kpi.Conflict)
	ind.From = f.m
	f.refused(t, f.SaveIndicator(boss, ind), kpi.Conflict)
	ind.From = f.m + 1
	f.must(t, f.SaveIndicator(boss, ind))
	if got := f.sheet(t, "SYT").Rows[0].Indicator.Unit; got != "Hồ sơ" {
		t.Errorf("a new version reached an open round: %q", got)
	}
	f.refused(t, f.SaveIndicator(f.as(t, "nhap"), ind), kpi.Denied)
}

func TestSetDates_ChangedSinceShown_Conflict(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	seen, err := f.LastChange("round/nq57/" + f.m.String())
	f.must(t, err)
	move := func(days int) error {
		boss, dates := f.as(t, "dieuphoi"), kpi.DefaultDates(f.m)
		boss.Seen, dates.Locks = seen, dates.Locks.AddDate(0, 0, days)
		return f.SetDates(boss, "nq57", f.m, dates, "Sự cố mạng")
	}
	f.must(t, move(1))
	f.refused(t, move(2), kpi.Conflict)
}

// Indicators that are assigned but not declared in full are the reason that is told, not that none is assigned.
func TestPlanRound_AssignedButNotDeclared(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
		set, err := tx.Set("nq57")
		if err != nil {
			return err
		}
		set.Code = "moi"
		if err := tx.PutSet(set, ev); err != nil {
			return err
		}
		gap := kpi.Indicator{Set: "moi", Code: "5", From: f.m, Group: "1", Name: "Chưa khai", Kind: kpi.KindNumber, Frequency: kpi.Monthly}
		if err := tx.PutIndicator(gap, ev); err != nil {
			return err
		}
		return tx.PutAssignment(kpi.Assignment{Set: "moi", Unit: "SYT", Indicator: "5", Role: kpi.Lead}, ev)
	}))
	p, err := f.PlanRound(f.as(t, "dieuphoi"), "moi", f.m)
	f.must(t, err)
	if len(p.Problems) == 0 || !p.Problems[0].Blocking || p.Problems[0].Text != "các chỉ số đã giao chưa khai đủ. Khai các mục còn thiếu ở trang Chỉ số trước khi mở kỳ." {
		t.Errorf("%v", p.Problems)
	}
	var setup Setup
	f.must(t, f.store.View(func(tx *store.Tx) error {
		set, err := tx.Set("moi")
		if err != nil {
			return err
		}
		return setup.count(tx, []kpi.IndicatorSet{set}, f.m)
	}))
	if setup.Assigned != 0 || setup.Indicators != 1 {
		t.Errorf("the set-up calls that assigned: %+v", setup)
	}
	if len(setup.Lacks) != 0 {
		t.Errorf("the province lacks %v", setup.Lacks)
	}
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		u, _, err := tx.User("dieuphoi")
		if err != nil {
			return err
		}
		u.Disabled = true
		return tx.PutUser(u, f.System().Event(kpi.VerbChange, "user/dieuphoi", "", "", ""))
	}))
	f.must(t, f.store.View(func(tx *store.Tx) error { return setup.count(tx, nil, f.m) }))
	if len(setup.Lacks) != 1 || setup.Lacks[0] != kpi.Coordinator {
		t.Errorf("the only coordinator is locked, lacking %v", setup.Lacks)
	}
}
