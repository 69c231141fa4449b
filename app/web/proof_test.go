package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
)

// TestProof_CriticalActs: ten minutes after the last proof each of them asks for the password, does nothing before it has
// it, and then does what was sent.
func TestProof_CriticalActs(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	for path, login := range map[string]string{"/quan-tri/tai-khoan/nhap.syt": "quantri", "/quan-tri/tai-khoan/nhap.syt/cap-lai": "quantri", "/quan-tri/tai-khoan/nhap.syt/mo-khoa": "quantri",
		"/quan-tri/tai-khoan/nhap.syt/xac-thuc": "quantri", "/quan-tri/nap/users/ghi": "quantri", "/ky/nq57/2026-11/chot": "dieuphoi", "/ky/nq57/2026-11/dinh-chinh": "dieuphoi",
		"/mo-lai/nq57/2026-11/SYT/1": "dieuphoi", factorURL: "quantri", factorURL + "/tat": "quantri"} {
		b := s.browser().signIn(login, passphrase)
		b.get("/tai-khoan")
		s.now = s.now.Add(10 * time.Minute)
		d := b.post(path, url.Values{"name": {"Tên mới"}})
		d.has("h1", "Xác nhận mật khẩu")
		if form := d.find("main form"); form == nil || attr(form, "action") != path || attr(d.find(`[name="name"]`), "value") != "Tên mới" {
			t.Errorf("%s: the input is not kept", path)
		}
		req := httptest.NewRequest("POST", path, strings.NewReader(url.Values{"csrf": {b.csrf}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("HX-Request", "true")
		if d := b.do(req); d.Status != http.StatusForbidden {
			t.Errorf("%s as a part: status %d", path, d.Status)
		}
	}
	b := s.browser().signIn("quantri", passphrase)
	b.get("/tai-khoan")
	s.now = s.now.Add(10 * time.Minute)
	form := url.Values{"name": {"Tên mới"}, "role-1": {"clerk"}, "unit-1": {"SYT"}}
	b.post("/quan-tri/tai-khoan/nhap.syt", form)
	form.Set("proof", "sai")
	if d := b.post("/quan-tri/tai-khoan/nhap.syt", form); d.Status != http.StatusUnprocessableEntity || s.account("nhap.syt").Name == "Tên mới" {
		t.Errorf("wrong password: status %d, name %s", d.Status, s.account("nhap.syt").Name)
	}
	form.Set("proof", passphrase)
	if d := b.post("/quan-tri/tai-khoan/nhap.syt", form); d.Status != http.StatusSeeOther || s.account("nhap.syt").Name != "Tên mới" {
		t.Errorf("right password: status %d, name %s", d.Status, s.account("nhap.syt").Name)
	}
	form.Del("proof")
	form.Set("name", "Tên khác")
	if d := b.post("/quan-tri/tai-khoan/nhap.syt", form); d.Status != http.StatusSeeOther {
		t.Errorf("within ten minutes: status %d", d.Status)
	}
}

// TestRefusals_Statuses: too many at the hasher is 503 with a time to come back, too many wrong passwords 429.
func TestRefusals_Statuses(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	if got := statusOf(kpi.Errorf(kpi.Unavailable, "x")); got != http.StatusServiceUnavailable || refusal(kpi.Errorf(kpi.Unavailable, "x")) {
		t.Errorf("the queue is full: %d, or told beside the form without a time", got)
	}
	b := s.browser()
	b.get("/dang-nhap")
	var d *doc
	for range 6 {
		d = b.post("/dang-nhap", url.Values{"username": {"nhap.syt"}, "password": {"sai"}})
	}
	if d.Status != http.StatusTooManyRequests || d.Header.Get("Retry-After") == "" {
		t.Errorf("sixth wrong password: %d, Retry-After %q", d.Status, d.Header.Get("Retry-After"))
	}
}
