package app

import (
	"slices"
	"testing"
	"time"

	"chiso/app/kpi"
)

// again brings the sheet of SYT, which was sent back, to the province once more.
func (f month) again(t *testing.T) {
	t.Helper()
	f.clock.forward(time.Minute)
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.clock.forward(time.Minute)
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	f.clock.forward(time.Minute)
}

func TestReview_Reasons_MostUsedFirst(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "", map[string]string{"1": "Lý do của đơn vị"}))
	f.again(t)
	for _, cells := range []map[string]string{{"1": "Thiếu minh chứng", "2": "Sai mẫu số"}, {"2": "Sai mẫu số"}} {
		f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "Chung", cells))
		f.again(t)
	}
	if got := f.review(t, "dieuphoi").Reasons; !slices.Equal(got, []string{"Sai mẫu số", "Thiếu minh chứng"}) {
		t.Errorf("%q", got)
	}
	if got := f.review(t, "duyet").Reasons; got != nil {
		t.Errorf("the unit is offered the province's reasons: %q", got)
	}
}

// TestReview_UnitReturnedInBetween: the province is shown what changed since its own return, though the unit's approver
// has sent the sheet back once more before it came.
func TestReview_UnitReturnedInBetween(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.clock.forward(time.Minute)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Sai"}))
	f.clock.forward(time.Minute)
	f.save(t, "nhap", "1", "7")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	f.clock.forward(time.Minute)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "Vẫn sai", nil))
	f.clock.forward(time.Minute)
	f.save(t, "nhap", "1", "8")
	f.must(t, f.Submit(f.as(t, "nhap"), f.id(t, "SYT")))
	if got := f.review(t, "duyet").Corrections["1"]; got != (Correction{"7", "8"}) {
		t.Errorf("to the unit's approver: %v", got)
	}
	f.must(t, f.Approve(f.as(t, "duyet"), f.id(t, "SYT")))
	if got := f.review(t, "dieuphoi").Corrections["1"]; got != (Correction{"5", "8"}) {
		t.Errorf("to the province: %v", got)
	}
}

func TestHome_TellsWhatCameBack(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Submitted)
	f.must(t, f.UnitReturn(f.as(t, "duyet"), f.id(t, "SYT"), "", map[string]string{"2": "Thiếu", "1": "Sai"}))
	h, err := f.Home(f.as(t, "nhap"))
	f.must(t, err)
	if job := h.Sets[0].Mine[0]; job.Backs != 2 || !slices.Equal(job.Back, []Returned{{"1", "Sai"}, {"2", "Thiếu"}}) {
		t.Errorf("%+v", job)
	}
}
