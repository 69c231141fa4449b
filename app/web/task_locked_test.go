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

// A sheet of an earlier round that was given more time stands first on the page, with its month.
func TestHome_SheetOfAnEarlierRound(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	november, december := kpi.NewMonth(2026, 11), kpi.NewMonth(2026, 12)
	s.now = november.Day(27)
	ask := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ask(s.app.AskReopening(s.person("nhap.syt"), "nq57", november, "SYT", []string{"1.01"}, "Nhập thiếu"))
	list, err := s.app.Reopenings(s.person("dieuphoi"))
	ask(err)
	s.now = december.Day(2)
	ask(s.app.OpenRound(s.app.System(), "nq57", december, kpi.DefaultDates(december)))
	ask(s.app.DecideReopening(s.person("dieuphoi"), "nq57", november, "SYT", list[0].Number, true, []string{"1.01"}, 5, ""))
	d := s.browser().signIn("nhap.syt", passphrase).get("/")
	d.has(".section-title", "Kỳ khác còn phải làm")
	d.has(".task-name", "Sở Y tế, tháng 11/2026")
	d.has(".task-note", "Được mở lại đến 02/12/2026 05h00")
	d.has(".task-do a[href='/nhap-lieu/nq57/2026-11/SYT']", "")
	if d := s.browser().signIn("duyet.syt", passphrase).get("/"); strings.Contains(d.text("main"), "Kỳ khác") {
		t.Error("the approver has nothing to do there yet")
	}
}
