package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app/kpi"
)

// admin is an actor who may read accounts.
func (s *site) admin() kpi.Actor {
	return kpi.Actor{User: kpi.User{Login: "quantri", Grants: []kpi.Grant{{Role: kpi.Admin}}}, At: s.now}
}

// account returns the account, or fails the test.
func (s *site) account(login string) kpi.User {
	s.t.Helper()
	users, err := s.app.ListUsers(s.admin())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, u := range users {
		if u.Login == login {
			return u
		}
	}
	s.t.Fatalf("no account %s", login)
	return kpi.User{}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/tai-khoan")
	d.has("tbody tr", "Nhập liệu SYT nhap.syt Nhập liệu – Sở Y tế Đang dùng")
	d.has(".table-foot", "1–8 trong 8")
	for query, want := range map[string]int{"q=so+y+te": 2, "q=nhap.syt": 1, "vai-tro=leader": 1, "don-vi=SYT": 2, "don-vi=SYT&vai-tro=approver": 1, "don-vi=SYT&vai-tro=leader": 0, "vai-tro=x": 0} {
		d := b.get("/quan-tri/tai-khoan?" + query)
		if n := len(d.all("tbody tr")); n != want {
			t.Errorf("%s: %d rows, want %d", query, n, want)
		}
	}
	d = b.get("/quan-tri/tai-khoan?q=" + url.QueryEscape(script))
	if d.Status != http.StatusOK || strings.Contains(d.Body, "<script>alert") {
		t.Errorf("script as query: %d", d.Status)
	}
	for _, path := range []string{"/quan-tri/tai-khoan", newUser, "/quan-tri/tai-khoan/lanhdao"} {
		if d := s.browser().signIn("dieuphoi", passphrase).get(path); d.Status != http.StatusForbidden {
			t.Errorf("coordinator at %s: status %d", path, d.Status)
		}
	}
}

func TestNewUserIsNoLogin(t *testing.T) {
	t.Parallel()
	if name := newUser[strings.LastIndex(newUser, "/")+1:]; kpi.ValidLogin(name) {
		t.Errorf("an account «%s» could not be opened", name)
	}
}

func TestAddUser(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get(newUser)
	d := b.post(newUser, url.Values{"login": {" Hoa.NT "}, "name": {"Nguyễn Thị Hoa"}, "email": {"hoa@daklak.gov.vn"},
		"role-1": {"clerk"}, "unit-1": {"SYT"}, "role-2": {""}, "role-5": {"leader"}})
	if d.Status != http.StatusOK {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	code := d.text("tbody td:nth-child(4) code")
	if len(code) != 24 {
		t.Fatalf("code %q", code)
	}
	d.has("tbody tr", "Nguyễn Thị Hoa Nhập liệu – Sở Y tế Lãnh đạo hoa.nt")
	if d.find("[data-print]") == nil {
		t.Error("no button to print")
	}
	if d.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page with the code may be stored")
	}
	for name, value := range b.jar {
		if strings.Contains(value, code) {
			t.Errorf("the code is in the cookie %s", name)
		}
	}
	d = b.get("/quan-tri/tai-khoan/hoa.nt")
	if strings.Contains(d.Body, code) {
		t.Error("the code is shown again")
	}
	d.has(".page-meta", "Chưa đặt mật khẩu riêng")
	s.browser().signIn("hoa.nt", code).get("/").has("h1", "Đặt mật khẩu mới")
}

func TestSaveUser_Refused(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/")
	good := url.Values{"login": {"hoa.nt"}, "name": {"Nguyễn Thị Hoa"}, "role-1": {"clerk"}, "unit-1": {"SYT"}}
	for _, c := range []struct{ field, value, error, want string }{
		{"login", "lanhdao", "login", "đã có"},
		{"login", "Hoa Nguyễn", "login", "3–64 chữ thường"},
		{"login", script, "login", "3–64 chữ thường"},
		{"name", " ", "name", "còn trống"},
		{"email", script, "email", "không đúng dạng"},
		{"phone", script, "phone", "chỉ gồm chữ số"},
		{"role-1", script, "grants", "không có trong danh mục"},
		{"unit-1", "", "grants", "phải gắn với một đơn vị"},
		{"unit-1", script, "grants", "không có đơn vị mã"},
		{"role-1", "leader", "grants", "không gắn với đơn vị"},
	} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(c.field, c.value)
		d := b.post(newUser, form)
		if d.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s=%q: status %d", c.field, c.value, d.Status)
			continue
		}
		d.has(`.error-summary a[href="#f-`+c.error+`"]`, c.want)
		if d.find("#f-"+c.error) == nil {
			t.Errorf("%s=%q: the summary leads nowhere", c.field, c.value)
		}
		if strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%s: script comes back", c.field)
		}
		if c.field != "name" && attr(d.find("#f-name"), "value") != "Nguyễn Thị Hoa" {
			t.Errorf("%s=%q: the name typed is gone", c.field, c.value)
		}
		if c.field == "login" && attr(d.find("#f-unit-1 option[selected]"), "value") != "SYT" {
			t.Errorf("%s=%q: the unit chosen is gone", c.field, c.value)
		}
	}
	d := b.post("/quan-tri/tai-khoan/nhap.syt", url.Values{"name": {script}})
	if d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, "<script>alert") || attr(d.find("#f-name"), "value") != script {
		t.Errorf("change without roles: %d", d.Status)
	}
	d.has("h1", "Nhập liệu SYT")
	for _, path := range []string{"/quan-tri/tai-khoan/ai-do", "/quan-tri/tai-khoan/..%2f", "/quan-tri/tai-khoan/" + strings.Repeat("a", 99)} {
		for _, after := range []string{"", "/khoa", "/mo-khoa", "/cap-lai"} {
			if d := b.post(path+after, good); d.Status != http.StatusNotFound {
				t.Errorf("POST %s%s: status %d", path, after, d.Status)
			}
		}
	}
}

func TestSaveUser(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/tai-khoan/nhap.syt")
	if attr(d.find("#f-role-1 option[selected]"), "value") != "clerk" || attr(d.find("#f-unit-1 option[selected]"), "value") != "SYT" {
		t.Error("the grant is not shown")
	}
	d = b.post("/quan-tri/tai-khoan/nhap.syt", url.Values{"login": {"khac"}, "name": {"Trần Văn Bình"}, "role-1": {"clerk"}, "unit-1": {"SYT"}, "role-3": {"clerk"}, "unit-3": {"22015"}})
	if d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	if u := s.account("nhap.syt"); u.Name != "Trần Văn Bình" || len(u.Grants) != 2 || u.Grants[1].Unit != "22015" {
		t.Errorf("stored %+v", u)
	}
	b.get("/quan-tri/tai-khoan").has("#flash", "Đã lưu tài khoản nhap.syt")
}

func TestUserForm_KeepsManyGrants(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	var grants []kpi.Grant
	for _, role := range []kpi.Role{kpi.Clerk, kpi.Approver} {
		for _, unit := range []string{"SYT", "22015"} {
			grants = append(grants, kpi.Grant{Role: role, Unit: unit})
		}
	}
	grants = append(grants, kpi.Grant{Role: kpi.Leader}, kpi.Grant{Role: kpi.Liaison}, kpi.Grant{Role: kpi.Coordinator})
	if err := s.app.SetUser(s.admin(), kpi.User{Login: "lanhdao", Name: "Lãnh đạo", Grants: grants}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/tai-khoan/lanhdao")
	form := url.Values{"name": {"Lãnh đạo"}}
	for _, sel := range d.all("fieldset select") {
		name := attr(sel, "name")
		if chosen := d.find(`select[name="` + name + `"] option[selected]`); chosen != nil {
			form.Set(name, attr(chosen, "value"))
		}
	}
	if d := b.post("/quan-tri/tai-khoan/lanhdao", form); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	if got := s.account("lanhdao").Grants; len(got) != len(grants) {
		t.Errorf("%d of %d grants left: %v", len(got), len(grants), got)
	}
}

func TestResetUser(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/tai-khoan/nhap.syt?xac-nhan=cap-lai")
	d.has(`form[action="/quan-tri/tai-khoan/nhap.syt/cap-lai"] button`, "Cấp lại mã")
	d = b.post("/quan-tri/tai-khoan/nhap.syt/cap-lai", nil)
	code := d.text("tbody td:nth-child(4) code")
	if d.Status != http.StatusOK || len(code) != 24 {
		t.Fatalf("status %d, code %q", d.Status, code)
	}
	s.browser().signIn("nhap.syt", code).get("/").has("h1", "Đặt mật khẩu mới")
}

func TestDisableUser(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/tai-khoan/nhap.syt?xac-nhan=khoa")
	d.has(`section form[action="/quan-tri/tai-khoan/nhap.syt/khoa"] button`, "Khóa tài khoản")
	if d := b.post("/quan-tri/tai-khoan/nhap.syt/khoa", nil); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d", d.Status)
	}
	d = b.get("/quan-tri/tai-khoan/nhap.syt")
	d.has("#flash", "Đã khóa tài khoản nhap.syt")
	d.has(".page-meta", "Đã khóa")
	b.get("/quan-tri/tai-khoan").has("tr.row-off", "nhap.syt")
	if d := b.post("/quan-tri/tai-khoan/nhap.syt/mo-khoa", nil); d.Status != http.StatusSeeOther || s.account("nhap.syt").Disabled {
		t.Errorf("enable: status %d", d.Status)
	}
	d = b.post("/quan-tri/tai-khoan/quantri/khoa", nil)
	if d.Status != http.StatusConflict {
		t.Errorf("the last admin: status %d", d.Status)
	}
	d.has("#errors", "tài khoản quản trị duy nhất")
}
