package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

const remindURL = "/theo-doi/" + roundNow + "/don-doc"

// posting is a province whose mails go to a server that nobody runs: they wait.
func posting(t *testing.T) *site {
	t.Helper()
	s := newProvince(t)
	s.app = app.New(app.Options{Store: s.store, Dir: t.TempDir(), Now: func() time.Time { return s.now },
		Mail: app.MailServer{Host: "127.0.0.1", Port: 9, Security: app.PlainText, From: "chiso@example.vn", URL: "https://chiso.example.vn", Timeout: time.Second}})
	s.serve(Options{})
	err := s.store.Update(func(tx *store.Tx) error {
		u, _, err := tx.User("nhap.syt")
		if err != nil {
			return err
		}
		u.Email = "lan@example.vn"
		return tx.PutUser(u, s.app.System().Event(kpi.VerbChange, "user/nhap.syt", "", "", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRemind_FromTheBoard(t *testing.T) {
	t.Parallel()
	s := posting(t)
	s.enter("SYT", map[string]string{"1.01": "5"})
	s.send("22015", kpi.Approved)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get("/theo-doi/" + roundNow)
	if d.find(`#x-SYT[form="remind"]`) == nil || d.find("#x-22015") == nil {
		t.Error("the boxes are not those of the sheets that wait for somebody")
	}
	if attr(d.find("form#remind"), "action") != remindURL {
		t.Error("the form leads elsewhere")
	}
	d = b.get(remindURL + "?u%5B%5D=SYT&u%5B%5D=22015&u%5B%5D=%3Cb%3E")
	d.has("h1", "Đôn đốc tháng 11/2026")
	d.has("tbody td", "Còn 5 ô chưa có số liệu (đã nhập 1/6).")
	d.has("tbody td", "2 người, 1 có thư điện tử")
	if len(d.all("tbody tr")) != 1 || !strings.Contains(d.text("textarea"), "24h00 ngày 16/11/2026") {
		t.Errorf("%d rows, text %q", len(d.all("tbody tr")), d.text("textarea"))
	}
	form := d.form("main form", url.Values{"u[]": {"SYT", "22015"}, "text": {"Đề nghị gửi trong ngày <b>."}})
	for range 2 { // pressed twice
		if d := b.post(remindURL, form); d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/theo-doi/"+roundNow {
			t.Fatalf("%d %s", d.Status, d.Body)
		}
	}
	d = b.get("/theo-doi/" + roundNow)
	d.has(".notice-success", "Đã đôn đốc 1 đơn vị, 1 thư chờ gửi; bỏ qua 1 đơn vị đã gửi tỉnh.")
	d.has("tbody td", "10/11 (lần 1)")

	d = s.browser().signIn("nhap.syt", passphrase).get("/")
	d.has(".notice-warning", "Đôn đốc lần 1, 10/11/2026 09h00 – Sở Y tế. Đề nghị gửi trong ngày <b>.")
	d.has(".notice-warning", "Còn 6 ngày đến hạn nộp")
	if n := d.find(`.notice-warning a[href="/nhap-lieu/` + roundNow + `/SYT#r-1.02"]`); n == nil || textOf(n) != "1.02 – Số hồ sơ trực tuyến" {
		t.Error("the missing cells are not linked")
	}
	s.send("SYT", kpi.Submitted)
	d = s.browser().signIn("duyet.syt", passphrase).get("/")
	d.has(".notice-warning", "Biểu đã trình; còn bước duyệt và gửi tỉnh.")
	if err := s.app.Approve(s.person("duyet.syt"), s.sheetAt("SYT")); err != nil {
		t.Fatal(err)
	}
	if d := s.browser().signIn("duyet.syt", passphrase).get("/"); strings.Contains(d.Body, "Đôn đốc lần") {
		t.Error("who has finished is still reminded")
	}
}

func TestRemind_Refused_KeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get(remindURL)
	if len(d.all("tbody input:checked, tbody input[checked]")) != 2 {
		t.Error("nobody chosen: all that have not finished are to be listed")
	}
	d.has(".notice-info", "chưa nối với máy chủ thư")
	op := attr(d.find(`input[name="op"]`), "value")
	long := strings.Repeat("ă", kpi.MaxReminder+1)
	for _, x := range []struct{ units, text, field, says string }{
		{"SYT", "", "#f-text", "Ghi nội dung"},
		{"SYT", long, "#f-text", "2001 ký tự"},
		{"", "Làm ngay </textarea><script>alert(1)</script>", "", "Chọn ít nhất một đơn vị"},
	} {
		form := url.Values{"op": {op}, "text": {x.text}}
		if x.units != "" {
			form["u[]"] = []string{x.units}
		}
		d := b.post(remindURL, form)
		if d.Status != http.StatusUnprocessableEntity || d.text("textarea") != x.text && x.units != "SYT" || strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%.20s: %d, %.60q", x.text, d.Status, d.text("textarea"))
		}
		d.has(".error-summary", x.says)
		if attr(d.find(`input[name="op"]`), "value") != op {
			t.Error("the form that comes back counts as another press")
		}
		if x.units == "" && d.find("tbody input[checked]") != nil {
			t.Error("who was not chosen is chosen now")
		}
	}
	d = b.post(remindURL, url.Values{"op": {"x|y"}, "text": {"a"}, "u[]": {"SYT"}})
	if d.Status != http.StatusUnprocessableEntity {
		t.Errorf("a press that is none: %d", d.Status)
	}
	s.send("SYT", kpi.Approved)
	if d := b.post(remindURL, url.Values{"op": {op}, "text": {"a"}, "u[]": {"SYT"}}); d.Status != http.StatusConflict {
		t.Errorf("a unit that has finished: %d", d.Status)
	}
	b.get("/theo-doi/"+roundNow+"/don-doc?u%5B%5D=SYT").has("h2", "Không có đơn vị nào cần đôn đốc")
}

func TestLetter_Download(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.do(httptest.NewRequest("GET", "/theo-doi/"+roundNow+"/cong-van?u%5B%5D=SYT", nil))
	if d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK") || !strings.Contains(d.Header.Get("Content-Disposition"), "Cong%20van%20don%20doc%202026-11.docx") ||
		!strings.Contains(d.Header.Get("Content-Type"), "wordprocessingml") || d.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", d.Status, d.Header)
	}
	if d := b.get("/theo-doi/" + roundNow + "/cong-van?u%5B%5D=KHONG"); d.Status != http.StatusConflict {
		t.Errorf("a letter about nobody: %d", d.Status)
	}
}

func TestMails(t *testing.T) {
	t.Parallel()
	s := posting(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get(mailURL).has("h2", "Không có thư nào")
	if _, err := s.app.Remind(s.person("dieuphoi"), "nq57", kpi.NewMonth(2026, 11), []string{"SYT"}, "x", "0123456789ab"); err != nil {
		t.Fatal(err)
	}
	d := b.get(mailURL + "/" + roundNow)
	d.has("tbody th", "lan@example.vn")
	d.has("tbody td", "Chờ gửi")
	d.has("#c-queued", "Chờ gửi 1")
	var mail kpi.Mail
	if err := s.store.Update(func(tx *store.Tx) error {
		mails, err := tx.Mails("nq57", kpi.NewMonth(2026, 11))
		if err != nil {
			return err
		}
		mail = mails[0].GiveUp(s.now, "Máy chủ thư từ chối địa chỉ người nhận (mã 550).")
		return tx.PutMail(mail)
	}); err != nil {
		t.Fatal(err)
	}
	d = b.get(mailURL + "/" + roundNow + "?trang-thai=failed")
	d.has("tbody td", "mã 550")
	again := mailURL + "/" + roundNow + "/gui-lai"
	if d := b.post(again, d.form("tbody form", nil)); d.Status != http.StatusSeeOther {
		t.Errorf("%d", d.Status)
	}
	b.get(mailURL+"/"+roundNow).has(".notice-success", "Đã xếp 1 thư vào hàng chờ")
	if d := b.post(again, d.form("tbody form", nil)); d.Status != http.StatusSeeOther {
		t.Errorf("%d", d.Status)
	}
	b.get(mailURL+"/"+roundNow).has(".notice-error", "«Chờ gửi» nên không gửi lại")
	for _, bad := range []url.Values{nil, {"unit": {"a|b"}, "occasion": {"x"}, "login": {"y"}}, {"unit": {"SYT"}, "occasion": {"20261116-5"}, "login": {"nhap.syt"}}} {
		if d := b.post(again, bad); d.Status != http.StatusNotFound {
			t.Errorf("%v: %d", bad, d.Status)
		}
	}
	for path, want := range map[string]int{mailURL + "/nq57/2026-10": 404, mailURL + "/nq57/x": 404, mailURL + "/" + roundNow + "?trang-thai=%3Cb%3E&trang=99": 200} {
		if d := b.get(path); d.Status != want {
			t.Errorf("%s: %d", path, d.Status)
		}
	}
	b.get("/quan-tri").has("h2", "Nhật ký gửi thư")
}

func TestMails_Off(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.browser().signIn("dieuphoi", passphrase).get(mailURL).has(".notice-info", "Việc gửi thư đang tắt")
}
