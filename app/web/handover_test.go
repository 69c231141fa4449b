package web

import (
	"net/http"
	"net/url"
	"testing"

	"chiso/app/kpi"
)

func TestHandover(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enter("SYT", map[string]string{"1.01": "5"})
	clerk := s.browser().signIn("nhap.syt", passphrase)
	b := s.browser().signIn("quantri", passphrase)
	b.get("/quan-tri/tai-khoan/nhap.syt").has("a", "Bàn giao")
	const path = "/quan-tri/tai-khoan/nhap.syt/ban-giao"
	d := b.get(path)
	d.has(".facts dd", "Nhập liệu – Sở Y tế")
	d.has("section li", "Tháng 11/2026, Sở Y tế: Đang nhập 1/6 ô")
	seen := attr(d.find("input[name=seen]"), "value")
	d = b.post(path, url.Values{"seen": {seen}, "login": {"moi.syt"}, "name": {" "}})
	d.has("#f-name-e", "Ghi họ và tên")
	d = b.post(path, url.Values{"seen": {seen}, "login": {"duyet.syt"}, "name": {script}})
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-name"), "value") != script {
		t.Errorf("status %d", d.Status)
	}
	d.has("#f-login-e", "đã có")
	d = b.post(path, url.Values{"seen": {seen}, "login": {"moi.syt"}, "name": {"Trần Mới"}})
	d.has("tbody th", "Trần Mới")
	if u := s.account("nhap.syt"); !u.Disabled || len(u.Grants) != 0 || !s.account("moi.syt").Has(kpi.Clerk, "SYT") {
		t.Errorf("%+v", u)
	}
	if d := clerk.get("/nhap-lieu"); d.find("input[name=password]") == nil {
		t.Error("the officer who left is still signed in")
	}
	b.get("/quan-tri/tai-khoan/moi.syt/ban-giao")
	if d := b.post("/quan-tri/tai-khoan/moi.syt/ban-giao", url.Values{"to": {"duyet.22015"}}); d.Status != http.StatusSeeOther {
		t.Errorf("status %d: %s", d.Status, d.text(".error-summary"))
	}
	b.get("/quan-tri/tai-khoan").has("tbody tr", "Trần Mới moi.syt Đã khóa")
}
