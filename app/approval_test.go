package app

import (
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
)

func TestSubmit_EmptyCells_Blocked(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.save(t, "nhap", "1", "5")
	err := f.Submit(f.as(t, "nhap"), f.id(t, "SYT"))
	f.refused(t, err, kpi.Invalid)
	e, _ := err.(*kpi.Error)
	if e == nil || len(e.Fields) != 2 || e.Fields["2"] == "" || e.Fields["3"] == "" {
		t.Errorf("%+v", err)
	}
	if f.sheet(t, "SYT").Sheet.State != kpi.Draft {
		t.Error("submitted all the same")
	}
}

func TestSubmit_BrokenCheck_Blocked(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	f.save(t, "nhap", "3", "6")
	f.refused(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")), kpi.Invalid)
}

func TestApprove_OwnFigures_Denied(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	f.save(t, "cahai", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, f.Approve(f.as(t, "cahai"), f.id(t, "SYT")), kpi.Denied)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
}

func TestApprove_OwnFigureUnderAnothersNote_Denied(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	f.save(t, "cahai", "1", "6")
	note := "Đã đối chiếu"
	f.saveOn(t, "nhap", "1", f.cell(t, "SYT", "1").Version, kpi.Entry{Note: &note})
	if by := f.cell(t, "SYT", "1").By; by != "nhap" {
		t.Fatalf("written last by %s", by)
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, f.Approve(f.as(t, "cahai"), f.id(t, "SYT")), kpi.Denied)
	f.refused(t, f.review(t, "cahai").Refusals[kpi.ActApprove], kpi.Denied)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
}

func TestApprove_TwoPeopleAtOnce_OneWins(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	id := f.id(t, "SYT")
	people := []kpi.Actor{f.as(t, "duyet"), f.as(t, "duyet2")}
	errs := make([]error, len(people))
	var wg sync.WaitGroup
	for i, p := range people {
		wg.Go(func() { errs[i] = f.Approve(p, id) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v / %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil {
			f.refused(t, err, kpi.Conflict)
		}
	}
	review, err := f.Review(f.as(t, "duyet"), "nq57", f.m, "SYT")
	f.must(t, err)
	if len(review.History) != 2 { // submit, approve
		t.Errorf("%d events", len(review.History))
	}
}

func TestApprove_PressedTwice_OneApproval(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	id := f.id(t, "SYT")
	f.must(t, f.Approve(f.as(t, "duyet"), id))
	f.clock.forward(time.Minute)
	f.must(t, f.Approve(f.as(t, "duyet"), id))
	if s := f.sheet(t, "SYT").Sheet; !s.Approve.At.Equal(s.FirstApproval) || s.Version != 2 {
		t.Errorf("%+v", s)
	}
}

func TestApprove_SheetRecalledAndChanged_Conflict(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	seen := f.id(t, "SYT")
	f.must(t, f.Recall(f.as(t, "nhap"), f.id(t, "SYT")))
	f.save(t, "nhap", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, f.Approve(f.as(t, "duyet"), seen), kpi.Conflict)
}

func TestApprove_InstantDecidesOnTime(t *testing.T) {
	t.Parallel()
	due := kpi.DefaultDates(kpi.NewMonth(2026, 6)).UnitDue
	for _, c := range []struct {
		at   time.Time
		want kpi.Timing
	}{{due.Add(-time.Millisecond), kpi.OnTime}, {due, kpi.Late}} {
		f := newMonth(t)
		f.upTo(t, kpi.Submitted)
		f.at(c.at)
		f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
		f.clock.forward(30 * 24 * time.Hour)
		if got := f.sheet(t, "SYT").Timing; got != c.want {
			t.Errorf("approved at %s: %s", c.at, got)
		}
	}
}

func TestProvinceReturn_OnlyNamedCellsOpen(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	boss := f.as(t, "dieuphoi")
	f.refused(t, f.ProvinceReturn(boss, f.id(t, "SYT"), "chung chung", nil), kpi.Invalid)
	f.refused(t, f.ProvinceReturn(boss, f.id(t, "SYT"), "", map[string]string{"1": " "}), kpi.Invalid)
	f.refused(t, f.ProvinceReturn(boss, f.id(t, "SYT"), "", map[string]string{"9": "x"}), kpi.Invalid)
	f.must(t, f.ProvinceReturn(boss, f.id(t, "SYT"), "", map[string]string{"1": "Chưa khớp báo cáo"}))

	v := f.sheet(t, "SYT")
	if v.Status != kpi.StatusReturnedProvince || f.cell(t, "SYT", "1").ReviewNote != "Chưa khớp báo cáo" {
		t.Errorf("%s", v.Status)
	}
	if ans := f.save(t, "nhap", "3", "1"); ans.Outcome != Rejected {
		t.Errorf("a cell that stands was changed: %+v", ans)
	}
	if ans := f.save(t, "nhap", "1", "6"); ans.Outcome != Saved {
		t.Errorf("the returned cell is closed: %+v", ans)
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	if c := f.cell(t, "SYT", "1"); c.Review != kpi.ReviewOpen || c.ReviewNote != "" || c.Value != kpi.Dec(6) {
		t.Errorf("%+v", c)
	}
	if s := f.sheet(t, "SYT").Sheet; s.Returned != "" || s.State != kpi.Accepted {
		t.Errorf("%+v", s)
	}
}

func TestProvinceReturn_Again_CorrectedCellsStand(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai", "2": "Thiếu"}))
	f.save(t, "nhap", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"2": "Vẫn thiếu"}))
	if c := f.cell(t, "SYT", "1"); c.Review != kpi.ReviewOpen || c.ReviewNote != "" {
		t.Errorf("the corrected cell is still marked: %+v", c)
	}
	if c := f.cell(t, "SYT", "2"); c.Review != kpi.ReviewReturned || c.ReviewNote != "Vẫn thiếu" {
		t.Errorf("%+v", c)
	}
	if ans := f.save(t, "nhap", "1", "7"); ans.Outcome != Rejected {
		t.Errorf("the corrected cell is open again: %+v", ans)
	}
}

func TestUnitReturn_NeedsAReason_AllCellsOpen(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	f.refused(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), " ", nil), kpi.Invalid)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "Xem lại", map[string]string{"1": "Sai"}))
	if v := f.sheet(t, "SYT"); v.Status != kpi.StatusReturnedUnit || v.Sheet.Reason != "Xem lại" {
		t.Errorf("%s %q", v.Status, v.Sheet.Reason)
	}
	if ans := f.save(t, "nhap", "3", "1"); ans.Outcome != Saved {
		t.Errorf("%+v", ans)
	}
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if f.cell(t, "SYT", "1").Review != kpi.ReviewOpen {
		t.Error("the mark of the unit's return is still there after its approval")
	}
}

func TestUnitReturn_WithinAProvinceReturn_OpensNothingMore(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}))
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.refused(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "", map[string]string{"3": "Sửa luôn"}), kpi.Conflict)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "", map[string]string{"1": "Vẫn sai"}))
	if ans := f.save(t, "nhap", "3", "1"); ans.Outcome != Rejected {
		t.Errorf("%+v", ans)
	}
}

func TestAfterLock_ProvinceMayAccept_UnitMayNothing(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.at(kpi.DefaultDates(f.m).Locks)
	f.refused(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}), kpi.Closed)
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	f.refused(t, f.Submit(f.as(t, "xanhap"), f.id(t, "XA1")), kpi.Closed)
}

func TestSteps_WrongState_ChangeNothing(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	id := f.id(t, "SYT")
	f.refused(t, f.Approve(f.as(t, "duyet"), id), kpi.Conflict)
	f.refused(t, f.Accept(f.as(t, "dieuphoi"), id), kpi.Conflict)
	f.refused(t, f.Recall(f.as(t, "nhap"), id), kpi.Conflict)
	f.refused(t, f.UnitReturn(f.as(t, "duyet"), id, "x", nil), kpi.Conflict)
	if s := f.sheet(t, "SYT").Sheet; s.State != kpi.Draft || s.Version != 0 {
		t.Errorf("%+v", s)
	}
}
