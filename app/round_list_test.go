package app

import (
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

func TestRoundList(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Accepted)
	f.must(t, f.store.Update(func(tx *store.Tx) error {
		return tx.PutSet(kpi.IndicatorSet{Code: "moi", Name: "Bộ mới"}, f.System().Event(kpi.VerbAdd, "test", "", "", ""))
	}))
	list, err := f.RoundList(f.as(t, "dieuphoi"))
	f.must(t, err)
	if len(list) != 2 || list[0].Set.Code != "moi" || list[0].Next != kpi.MonthOf(f.Now()) || len(list[0].Rounds) != 0 {
		t.Fatalf("%+v", list)
	}
	r := list[1].Rounds[0]
	if list[1].Next != f.m+1 || r.Sheets != 2 || r.Accepted != 1 || r.Opener != "Người dieuphoi" {
		t.Errorf("%+v", list[1])
	}
	if _, err := f.RoundList(f.as(t, "lanhdao")); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("a leader got %v", err)
	}
}

func TestRoundHistory(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	boss := f.as(t, "dieuphoi")
	dates := kpi.DefaultDates(f.m)
	f.refused(t, f.SetDates(boss, "nq57", f.m, dates, "vẫn thế"), kpi.Invalid)
	dates.Locks = f.m.Day(28)
	f.must(t, f.SetDates(boss, "nq57", f.m, dates, "nghỉ lễ"))
	events, people, err := f.RoundHistory(boss, "nq57", f.m)
	f.must(t, err)
	if len(events) != 2 || events[0].Verb != kpi.VerbDates || events[0].Reason != "nghỉ lễ" || people["dieuphoi"] == "" {
		t.Errorf("%+v", events)
	}
	if _, _, err := f.RoundHistory(f.as(t, "duyet"), "nq57", f.m); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("an approver got %v", err)
	}
	if _, _, err := f.RoundHistory(boss, "nq57", f.m+1); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("no such round: %v", err)
	}
}

func TestOpenRound_FarAhead_Refused(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	far := kpi.MonthOf(f.Now()) + maxAhead + 1
	f.refused(t, f.OpenRound(f.as(t, "dieuphoi"), "nq57", far, kpi.DefaultDates(far)), kpi.Conflict)
}
