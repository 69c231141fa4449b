package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFirstAdminPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code := s.app.OfferFirstAdmin()
	b := s.browser()
	d := b.get("/")
	d.has("h1", "Tài khoản quản trị đầu tiên")
	form := url.Values{"code": {"x"}, "login": {"an.nv"}, "name": {script}, "new": {"lúa chín vàng trên cánh đồng"}, "again": {"lúa chín vàng trên cánh đồng"}}
	d = b.post(firstURL, form)
	if d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, "<script>alert") || attr(d.find("#f-login"), "value") != "an.nv" || strings.Contains(d.Body, "lúa chín") {
		t.Errorf("wrong code: status %d", d.Status)
	}
	form.Set("code", code)
	form.Set("again", "khác")
	if d := b.post(firstURL, form); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("two passwords: status %d", d.Status)
	}
	form.Set("again", form.Get("new"))
	form.Set("name", "Nguyễn Văn An")
	if d := b.post(firstURL, form); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text("#errors"))
	}
	if d := b.post(firstURL, form); d.Status != http.StatusNotFound {
		t.Errorf("a second time: status %d", d.Status)
	}
	b.signIn("an.nv", form.Get("new")).get("/quan-tri").has("h1", "Quản trị")
}
