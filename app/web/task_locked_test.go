package web

import (
	"strings"
	"testing"

	"chiso/app/kpi"
)

// After the round's lock the lists offer to look, not to enter what would be refused.
func TestLists_RoundLocked_NothingToEnter(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	clerk := s.browser().signIn("nhap.syt", passphrase)
	clerk.get("/nhap-lieu").has(".task-do a", "Bắt đầu nhập")
	s.now = kpi.NewMonth(2026, 11).Day(27)
	clerk = s.browser().signIn("nhap.syt", passphrase)
	for _, path := range []string{"/", "/nhap-lieu"} {
		d := clerk.get(path)
		d.has(".task-note", "Đã khóa nhập; cần nhập thì đề nghị mở lại")
		d.has(".task-do a", "Xem")
		if strings.Contains(d.text("main"), "Bắt đầu nhập") {
			t.Errorf("%s offers to enter", path)
		}
	}
}

// Whoever has no sheet in the current round is told so and led to the others.
func TestHome_NoSheetInTheRound(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	if d := s.browser().signIn("nhap.syt", passphrase).get("/"); d.find(".empty") != nil {
		t.Error("somebody with a sheet is told that there is none")
	}
	december := kpi.NewMonth(2026, 12)
	p, err := s.app.PlanMerger(s.admin(), []string{"22015"}, "SYT", december)
	if err == nil {
		err = s.app.Merge(s.admin(), []string{"22015"}, "SYT", december, p.Digest)
	}
	if err == nil {
		s.now = december.Day(2)
		err = s.app.OpenRound(s.app.System(), "nq57", december, kpi.DefaultDates(december))
	}
	if err != nil {
		t.Fatal(err)
	}
	d := s.browser().signIn("nhap.22015", passphrase).get("/")
	d.has(".empty", "không có biểu nào phải nhập trong kỳ này")
	d.has(".empty a[href='/nhap-lieu']", "Xem biểu các kỳ trước")
}
