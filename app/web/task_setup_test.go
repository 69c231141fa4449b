package web

import (
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

// The way from an empty folder: what is next moves on as steps are done, a province without mails is complete, and then the list is
// gone.
func TestSetupSteps(t *testing.T) {
	t.Parallel()
	admin, coordinator := kpi.User{Grants: []kpi.Grant{{Role: kpi.Admin}}}, kpi.User{Grants: []kpi.Grant{{Role: kpi.Coordinator}}}
	next := func(n app.Setup, u kpi.User) string {
		for _, s := range setupSteps(n, u) {
			if s.Next {
				return s.Text
			}
		}
		return ""
	}
	n := app.Setup{Users: 1, Backs: true, Lacks: []kpi.Role{kpi.Clerk, kpi.Approver, kpi.Coordinator}}
	for _, step := range []struct {
		says string
		do   func()
	}{
		{"Nạp danh sách đơn vị (đang có 0)", func() { n.Units = 124 }},
		{"Nạp bộ chỉ số", func() { n.Sets, n.Indicators, n.Gaps = 1, 60, 56 }},
		{"Khai các mục còn thiếu của chỉ số (còn 56 chỉ số)", func() { n.Gaps = 0 }},
		{"Giao chỉ số cho đơn vị (đã giao 0 trên 60 chỉ số)", func() { n.Assigned = 8 }},
		{"Cấp tài khoản cho người nhập, người duyệt, điều phối tỉnh (đang có 1, chưa có ai giữ vai trò Nhập liệu, Duyệt của đơn vị, Điều phối tỉnh)", func() { n.Users, n.Lacks = 200, n.Lacks[2:] }},
		{"Cấp tài khoản cho người nhập, người duyệt, điều phối tỉnh (đang có 200, chưa có ai giữ vai trò Điều phối tỉnh)", func() { n.Lacks = nil }},
		{"Điều phối tỉnh mở kỳ", func() { n.Rounds = 1 }},
		{"Có bản sao lưu đầu tiên", func() { n.Backed = true }},
	} {
		if got := next(n, admin); !strings.HasPrefix(got, step.says) {
			t.Errorf("next is %q, want %q", got, step.says)
		}
		step.do()
	}
	if got := setupSteps(n, admin); got != nil {
		t.Errorf("all is done, yet %+v", got)
	}
	n.Backed = false
	if setupSteps(n, coordinator) != nil {
		t.Error("a coordinator is held up by the backup")
	}
}

func TestSetup_OnHome(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.app.InitAdmin(s.app.System(), "quantri", "Quản trị", passphrase); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/")
	d.has(".task-in-progress .task-name", "Nạp danh sách đơn vị (đang có 0)")
	d.has(".task-note", "Làm bước này trước")
	if d.find(`.task-do .btn-main[href="/quan-tri/nap/units"]`) == nil {
		t.Error("the next step is not the main button")
	}
	if d.find("#health") != nil {
		t.Error("how the server is stands beside what comes first")
	}
	p := newProvince(t).browser().signIn("quantri", passphrase).get("/")
	if p.find("#setup") != nil {
		t.Error("the list stays in a province that is at work")
	}
	p.has("#health", "Tình trạng hệ thống")
	p.has(".task-name", "Sao lưu đã kiểm chứng")
	if p.find(`main a[href="/nhap-lieu"]`) != nil {
		t.Error("the admin is sent to figures")
	}
}

// Before the first round, the page says to each what will stand there: not everybody enters.
func TestHome_NothingYet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, tt := range []struct {
		login, want string
		grant       kpi.Grant
	}{
		{"nhap.syt", "biểu cần nhập, cần duyệt sẽ hiện", kpi.Grant{Role: kpi.Clerk, Unit: "SYT"}},
		{"lanhdao", "tiến độ và số liệu của kỳ sẽ hiện", kpi.Grant{Role: kpi.Leader}},
	} {
		if err := s.store.Update(func(tx *store.Tx) error {
			ev := s.app.System().Event(kpi.VerbAdd, "test", "", "", "")
			if err := tx.PutUnit(kpi.Unit{Code: "SYT", Name: "Sở Y tế", Kind: kpi.Agency}, ev); err != nil {
				return err
			}
			return tx.PutUser(kpi.User{Login: tt.login, Name: tt.login, Grants: []kpi.Grant{tt.grant}, Password: s.hash(), Created: s.now}, ev)
		}); err != nil {
			t.Fatal(err)
		}
		s.browser().signIn(tt.login, passphrase).get("/").has(".empty p", tt.want)
	}
}
