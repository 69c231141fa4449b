package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

func TestClosing_KeepsTheDefinitions(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	coordinator := f.as(t, "dieuphoi")
	f.must(t, f.CloseRound(coordinator, "nq57", f.m, true))
	name := func() string {
		table, err := f.Table(coordinator, "nq57", f.m, true)
		f.must(t, err)
		return table.Rows[0].Indicator.Name
	}
	before := name()
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		ind, err := tx.IndicatorVersion("nq57", "1", kpi.NewMonth(2026, 1))
		if err != nil {
			return err
		}
		ind.Name, ind.Direction = "Tên khác", kpi.Down
		return tx.PutIndicator(ind, f.System().Event(kpi.VerbChange, "test", "", "", ""))
	}))
	if now := name(); now != before {
		t.Errorf("a closed round shows %q, was %q", now, before)
	}
}

func TestErratum_NextRevisionWithWhatChanged(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	coordinator := f.as(t, "dieuphoi")
	_, err := f.PlanErratum(coordinator, "nq57", f.m)
	f.refused(t, err, kpi.Conflict) // not closed
	f.must(t, f.CloseRound(coordinator, "nq57", f.m, true))
	f.refused(t, f.PublishErratum(coordinator, "nq57", f.m, 1, "Sửa số"), kpi.Conflict) // nothing has changed

	f.clock.forward(time.Hour)
	f.reopen(t, 3, "1")
	f.save(t, "nhap", "1", "700")
	frozen := func() string {
		table, err := f.Table(coordinator, "nq57", f.m, true)
		f.must(t, err)
		return table.Rows[0].Figure.Show(*table.Rows[0].Indicator)
	}
	old := frozen()
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.must(t, f.Accept(f.as(t, "dieuphoi"), f.id(t, "SYT")))
	if now := frozen(); now != old {
		t.Errorf("the closed figure moved from %s to %s before its correction", old, now)
	}
	plan, err := f.PlanErratum(coordinator, "nq57", f.m)
	f.must(t, err)
	if len(plan.Changes) != 1 || plan.Changes[0].Indicator != "1" || plan.Changes[0].Old == plan.Changes[0].New {
		t.Fatalf("%+v", plan.Changes)
	}
	if u := plan.Changes[0].Units; len(u) != 1 || u[0].Unit != "Sở Y tế" || u[0].Old == "" || u[0].New != "700" {
		t.Errorf("units %+v", u)
	}
	f.refused(t, f.PublishErratum(coordinator, "nq57", f.m, 1, " "), kpi.Invalid)
	f.refused(t, f.PublishErratum(f.as(t, "lanhdao"), "nq57", f.m, 1, "Sửa số"), kpi.Denied)
	f.refused(t, f.PublishErratum(coordinator, "nq57", f.m, 2, "Sửa số"), kpi.Conflict)
	f.must(t, f.PublishErratum(coordinator, "nq57", f.m, 1, "Nhập nhầm đơn vị tính"))
	if now := frozen(); now != "700" {
		t.Errorf("after the correction %s", now)
	}
	plan, err = f.PlanErratum(coordinator, "nq57", f.m)
	f.must(t, err)
	if len(plan.Changes) != 0 || len(plan.Revisions) != 2 || plan.Revisions[1].Reason != "Nhập nhầm đơn vị tính" || len(plan.Revisions[1].Changes) != 1 || plan.Round.Revision != 2 {
		t.Errorf("%+v", plan)
	}
	if s := f.sheet(t, "SYT"); s.Status != kpi.StatusClosed {
		t.Errorf("sheet is %v", s.Status)
	}
}
