package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// upload sends a form with a file, with the token of the last page. It does not follow the redirect.
func (b *browser) upload(path, name string, data []byte, form url.Values) *doc {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	fields := url.Values{"csrf": {b.csrf}}
	for k, v := range form {
		fields[k] = v
	}
	for k := range fields {
		if err := w.WriteField(k, fields.Get(k)); err != nil {
			b.t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write(data)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(req)
}

// follow opens where the answer leads.
func (b *browser) follow(d *doc) *doc {
	b.t.Helper()
	if d.Status != http.StatusSeeOther {
		b.t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	return b.get(d.Header.Get("Location"))
}

// confirm presses the button of the preview, its box ticked if there is one.
func (b *browser) confirm(d *doc) *doc {
	b.t.Helper()
	form := url.Values{}
	for _, n := range d.all("form.save-bar input") {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	n := d.find("form.save-bar")
	if n == nil {
		b.t.Fatal("there is nothing to press")
	}
	return b.post(attr(n, "action"), form)
}

const unitList = "Mã đơn vị,Tên đơn vị,Loại đơn vị\n"

func TestImportUnits(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	const path = "/quan-tri/nap/units"
	d := b.get(path)
	d.has(".steps [aria-current]", "Chọn tệp")
	if d.find(`a[href="/quan-tri/mau/units"]`) == nil {
		t.Error("no link to the template")
	}
	if d.find(`a[href="/quan-tri/nap/users"]`) != nil {
		t.Error("a coordinator is offered to load accounts")
	}
	d = b.follow(b.upload(path, "ds.csv", []byte(unitList+"STC,Sở Tài chính,\"Sở, ban, ngành\"\nSYT,Sở Y tế tỉnh,\"Sở, ban, ngành\"\n22015,Ủy ban nhân dân phường Tuy Hoà,Phường\n"), nil))
	d.has(".steps [aria-current]", "Xem trước")
	d.has(".page-meta", "ds.csv")
	d.has(".notice-info", "Sẽ thêm 1 đơn vị, thay đổi 1 đơn vị, giữ nguyên 1 đơn vị")
	d.has("tbody tr", "Sẽ thêm")
	for _, chip := range []string{"Sẽ thêm 1", "Thay đổi 1", "Không đổi 1", "Tất cả 3"} {
		d.has(".chip", chip)
	}
	for _, chip := range d.all(".chip") {
		if strings.HasPrefix(textOf(chip), "Thay đổi") {
			only := b.get(attr(chip, "href"))
			only.has("tbody tr", "«Sở Y tế» → «Sở Y tế tỉnh»")
			if n := len(only.all("tbody tr")); n != 1 {
				t.Errorf("filter shows %d rows", n)
			}
		}
	}
	if _, err := s.app.Unit(s.admin(), "STC"); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("written before the button was pressed: %v", err)
	}
	done := b.confirm(d)
	b.follow(done).has("#flash", "thêm 1, thay đổi 1, không đổi 1 đơn vị")
	if u, err := s.app.Unit(s.admin(), "STC"); err != nil || u.Name != "Sở Tài chính" {
		t.Errorf("after: %+v, %v", u, err)
	}
	again := b.confirm(d)
	if again.Status != http.StatusNotFound {
		t.Errorf("written twice: status %d", again.Status)
	}
	again.has("#errors", "Chọn lại tệp")
	again.has("h1", "Nạp đơn vị")
}

func TestImport_RefusedRows(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri")
	name := `<script>alert(1)</script>`
	d := b.follow(b.upload("/quan-tri/nap/units", name+".csv", []byte(unitList+"STC,Sở Tài chính,\"Sở, ban, ngành\"\nHAI,"+name+",Tổng công ty\n"), nil))
	d.has(".notice-error", "1 dòng bị từ chối")
	d.has("tr.row-bad", "không có trong danh mục")
	if n := len(d.all("tbody tr")); n != 1 {
		t.Errorf("at first %d rows are shown, want the refused one", n)
	}
	d.has("tbody td.code", "3, cột C")
	if d.find("form.save-bar") != nil {
		t.Error("writing is offered")
	}
	if strings.Contains(d.Body, "<script>alert") {
		t.Error("script comes back")
	}
	id := ""
	for _, chip := range d.all(".chip") {
		u, err := url.Parse(attr(chip, "href"))
		if err != nil {
			t.Fatal(err)
		}
		id = u.Query().Get("tep")
	}
	d = b.post("/quan-tri/nap/units/ghi", url.Values{"tep": {id}, "confirmed": {"1"}})
	if d.Status != http.StatusUnprocessableEntity {
		t.Errorf("pressed all the same: status %d", d.Status)
	}
	if _, err := s.app.Unit(s.admin(), "STC"); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("half a file was written: %v", err)
	}
	other := s.browser().signIn("dieuphoi", passphrase)
	if d := other.get("/quan-tri/nap/units?tep=" + id); d.Status != http.StatusNotFound {
		t.Errorf("another person sees the file: status %d", d.Status)
	}
}

func TestImport_BadFiles(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri")
	for _, c := range []struct {
		what, name string
		data       []byte
		form       url.Values
		status     int
		field      string
	}{
		{"units", "", nil, nil, 422, "file"},
		{"units", "a.csv", nil, nil, 422, "file"},
		{"units", "a.csv", []byte("a,b\n1,2\n"), nil, 422, "file"},
		{"units", "a.xlsx", []byte("no workbook"), nil, 422, "file"},
		{"units", "a.exe", []byte("MZ"), nil, 422, "file"},
		{"units", "a.csv", make([]byte, app.MaxUpload+1), nil, 413, "file"},
		{"indicators", "a.csv", []byte("x"), url.Values{"from": {"11/2026"}}, 422, "new-set"},
		{"indicators", "a.csv", []byte("x"), url.Values{"new-set": {script}}, 422, "new-set"},
		{"indicators", "a.csv", []byte("x"), url.Values{"set": {"nq57"}, "new-set": {"nq58"}}, 422, "new-set"},
		{"indicators", "a.csv", []byte("x"), url.Values{"set": {"nq57"}, "from": {script}}, 422, "from"},
	} {
		d := b.upload("/quan-tri/nap/"+c.what, c.name, c.data, c.form)
		if d.Status != c.status {
			t.Errorf("%s %s (%d bytes) %v: status %d", c.what, c.name, len(c.data), c.form, d.Status)
			continue
		}
		if d.find(`.error-summary a[href="#f-`+c.field+`"]`) == nil || d.find("#f-"+c.field) == nil {
			t.Errorf("%s %s %v: no error at %s: %s", c.what, c.name, c.form, c.field, d.text("#errors"))
		}
		if strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%s %v: script comes back", c.what, c.form)
		}
		for name := range c.form {
			if n := d.find("#f-" + name); n.Data == "input" && attr(n, "value") != c.form.Get(name) {
				t.Errorf("%s: %s typed is gone", c.what, name)
			}
		}
	}
	for junk, kind := range map[string]string{"--x--\r\n": "multipart/form-data; boundary=x", "%%%": "text/plain", strings.Repeat("a=b&", 5000): "application/x-www-form-urlencoded"} {
		req := httptest.NewRequest("POST", "/quan-tri/nap/units", strings.NewReader(junk))
		req.Header.Set("Content-Type", kind)
		if d := b.do(req); d.Status != http.StatusForbidden { // no token in it
			t.Errorf("junk %s: status %d", kind, d.Status)
		}
		req = httptest.NewRequest("POST", "/quan-tri/nap/units", strings.NewReader(junk))
		req.Header.Set("Content-Type", kind)
		req.Header.Set("X-CSRF", b.csrf)
		if d := b.do(req); d.Status != http.StatusUnprocessableEntity {
			t.Errorf("junk %s with a token: status %d", kind, d.Status)
		}
	}
	for _, path := range []string{"/quan-tri/nap/rounds", "/quan-tri/mau/rounds", "/quan-tri/nap/units?tep=..%2f..%2fchiso.db"} {
		if d := b.get(path); d.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, d.Status)
		}
	}
}

func TestImport_StagedFileExpires(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri")
	d := b.follow(b.upload("/quan-tri/nap/units", "ds.csv", []byte(unitList+"STC,Sở Tài chính,\"Sở, ban, ngành\"\n"), nil))
	for range 3 { // the session must not end of idleness
		s.now = s.now.Add(21 * time.Minute)
		b.get("/tai-khoan")
	}
	d = b.confirm(d)
	if d.Status != http.StatusNotFound {
		t.Errorf("status %d", d.Status)
	}
	d.has("#errors", "đã quá một giờ")
}

func TestImportUsers(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	list := []byte("Tên đăng nhập,Họ tên,Vai trò,Mã đơn vị\nhoa.nt,Nguyễn Thị Hoa,Nhập liệu,SYT\nhoa.nt,Nguyễn Thị Hoa,Nhập liệu,22015\nbinh.tv,Trần Văn Bình,Lãnh đạo,\n")
	coordinator := s.browser().signIn("dieuphoi", passphrase)
	for _, d := range []*doc{coordinator.get("/quan-tri/nap/users"), coordinator.get("/quan-tri/mau/users"), coordinator.upload("/quan-tri/nap/users", "tk.csv", list, nil)} {
		if d.Status != http.StatusForbidden {
			t.Errorf("coordinator: status %d", d.Status)
		}
	}
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri")
	d := b.follow(b.upload("/quan-tri/nap/users", "tk.csv", list, nil))
	d.has(".chip", "Sẽ thêm 2")
	d = b.confirm(d)
	if d.Status != http.StatusOK {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	d.has("h1", "thêm 2, thay đổi 0")
	rows := d.all("tbody tr")
	if len(rows) != 2 {
		t.Fatalf("%d codes are shown", len(rows))
	}
	d.has("tbody tr", "Nguyễn Thị Hoa Nhập liệu – Sở Y tế Nhập liệu – Ủy ban nhân dân phường Tuy Hoà hoa.nt")
	code := d.text("tbody tr:first-child td:nth-child(4) code")
	login := d.text("tbody tr:first-child td:nth-child(3) code")
	s.browser().signIn(login, code).get("/").has("h1", "Đặt mật khẩu mới")
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	for _, k := range imports() {
		d := b.get("/quan-tri/mau/" + k.What)
		if d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK") {
			t.Fatalf("%s: status %d", k.What, d.Status)
		}
		if got, want := d.Header.Get("Content-Disposition"), "attachment; filename*=UTF-8''"+url.PathEscape(k.Template); got != want {
			t.Errorf("%s: %s", k.What, got)
		}
	}
}

// TestImport_Province loads a province's own files into an empty system, by browser.
func TestImport_Province(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		data, err := os.ReadFile("../../../shared/data/" + name)
		if err != nil {
			t.Skip("the province's files are not here: ", err)
		}
		return data
	}
	units, annex := read("units-dak-lak.csv"), read("phu-luc-1-nq-03.xlsx")
	s := newSite(t)
	if err := s.app.InitAdmin(s.app.System(), "sep", "Lê Quản Trị", "trăng lên đỉnh núi trăng mờ"); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("sep", "trăng lên đỉnh núi trăng mờ")
	b.get("/quan-tri/don-vi").has(".empty", "Chưa có đơn vị nào")
	d := b.follow(b.upload("/quan-tri/nap/units", "units-dak-lak.csv", units, nil))
	b.follow(b.confirm(d)).has(".table-foot", "1–50 trong 124")

	d = b.get("/quan-tri/nap/indicators")
	d = b.follow(b.upload("/quan-tri/nap/indicators", "phu-luc-1-nq-03.xlsx", annex, url.Values{"new-set": {"nq03"}, "set-name": {"Nghị quyết 03"}, "from": {attr(d.find("#f-from"), "value")}}))
	d.has(".page-meta", "bộ nq03 (bộ mới)")
	d.has(".chip", "Cần xác nhận")
	form := url.Values{}
	for _, n := range d.all("form.save-bar input[type=hidden]") {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	if d := b.post("/quan-tri/nap/indicators/ghi", form); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("what is doubtful was written without a word: status %d", d.Status)
	} else {
		d.has(`.error-summary a[href="#f-confirmed"]`, "đánh dấu ô xác nhận")
		if next := d.find(`.pager a`); next != nil && strings.Contains(attr(next, "href"), "/ghi") {
			t.Error("the pager leads to the form's own address")
		}
	}
	if d = b.confirm(d); d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/chi-so/nq03" {
		t.Fatalf("status %d to %s: %s", d.Status, d.Header.Get("Location"), d.text("#errors"))
	}
	n, err := s.app.Setup(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Admin}}}})
	if err != nil || n.Units != 124 || n.Sets != 1 || n.Indicators < 10 {
		t.Errorf("after: %+v, %v", n, err)
	}
	b.get("/quan-tri").has("section.panel", fmt.Sprintf("%d chỉ số trong 1 bộ", n.Indicators))
}
