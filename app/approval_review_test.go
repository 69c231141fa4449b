package app

import (
	"testing"
	"time"

	"chiso/app/kpi"
)

func (f month) review(t *testing.T, login string) Review {
	t.Helper()
	v, err := f.Review(f.as(t, login), "nq57", f.m, "SYT")
	f.must(t, err)
	return v
}

func TestReview_ChangedSinceReturn_TellsBefore(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	if v := f.review(t, "duyet"); !v.Since.IsZero() || len(v.Corrections) != 0 {
		t.Errorf("before any return: %+v", v.Corrections)
	}
	f.clock.forward(time.Minute)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "xem lại", map[string]string{"1": "sai"}))
	f.clock.forward(time.Minute)
	f.save(t, "nhap", "1", "7")
	f.save(t, "nhap", "1", "8")
	f.save(t, "nhap", "3", "6")
	f.save(t, "nhap", "3", "5")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	v := f.review(t, "duyet")
	if len(v.Corrections) != 1 || v.Corrections["1"] != (Correction{"5", "8"}) {
		t.Errorf("want cell 1 alone with what it said at the return, got %v", v.Corrections)
	}
	if len(v.History) != 3 || v.History[0].Verb != kpi.VerbSubmit || v.Names["duyet"] != "Người duyet" {
		t.Errorf("%d events, names %v", len(v.History), v.Names)
	}
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if v := f.review(t, "dieuphoi"); len(v.Corrections) != 0 {
		t.Errorf("the province is shown what the unit settled: %v", v.Corrections)
	}
	f.clock.forward(time.Minute)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "sai"}))
	f.clock.forward(time.Minute)
	f.save(t, "nhap", "1", "9")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if v := f.review(t, "dieuphoi"); len(v.Corrections) != 1 || v.Corrections["1"] != (Correction{"8", "9"}) {
		t.Errorf("after the province's return: %v", v.Corrections)
	}
}

func TestReview_SameExplanation_NotRepeated(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	explain := func(note string) { f.saveOn(t, "nhap", "1", f.cell(t, "SYT", "1").Version, kpi.Entry{Note: &note}) }
	explain("Đã rà soát")
	for _, tt := range []struct {
		number, note string
		want         Correction
	}{
		{"9", "Đã rà soát", Correction{"5", "9"}},
		{"8", "Đã đếm lại", Correction{"9 · Giải trình: Đã rà soát", "8 · Giải trình: Đã đếm lại"}},
	} {
		f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
		f.clock.forward(time.Minute)
		f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "xem lại", nil))
		f.clock.forward(time.Minute)
		f.save(t, "nhap", "1", tt.number)
		explain(tt.note)
		f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
		if got := f.review(t, "duyet").Corrections["1"]; got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
		f.must(t, f.Recall(f.as(t, "nhap"), f.id(t, "SYT")))
	}
}

func TestReview_WhyOneMayNotDecide(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.fill(t)
	f.save(t, "cahai", "1", "6")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	v := f.review(t, "cahai")
	if kpi.KindOf(v.Refusals[kpi.ActApprove]) != kpi.Denied || v.Refusals[kpi.ActUnitReturn] != nil {
		t.Errorf("%v", v.Refusals)
	}
	if v := f.review(t, "duyet"); len(v.Refusals) != 0 || len(v.Actions) != 2 {
		t.Errorf("%v %v", v.Actions, v.Refusals)
	}
	if v := f.review(t, "lanhdao"); len(v.Actions) != 0 {
		t.Errorf("a leader may %v", v.Actions)
	}
	if _, err := f.Review(f.as(t, "xaduyet"), "nq57", f.m, "SYT"); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("another unit's approver got %v", err)
	}
}
