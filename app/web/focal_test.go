package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestFocal_EnterMaskReveal(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	const number = "066099001234"
	approver := s.browser().signIn("duyet.syt", passphrase)
	approver.get("/").has(".notice a", "Khai cán bộ đầu mối")
	approver.get("/dau-moi/SYT/moi")
	form := url.Values{"name": {"Nguyễn Thị Lan"}, "position": {"Phó Chánh Văn phòng"}, "phone": {"0912 345 678"}, "email": {"lan@syt.example.vn"}, "citizen": {"06609900123"}}
	d := approver.post("/dau-moi/SYT/moi", form)
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-name"), "value") != "Nguyễn Thị Lan" || strings.Contains(d.Body, "06609900123") {
		t.Errorf("a number of 11 digits: %d; the number must not come back, the rest must", d.Status)
	}
	d.has(".error-summary a[href='#f-citizen']", "12 chữ số")
	form.Set("citizen", number)
	d = approver.follow(approver.post("/dau-moi/SYT/moi", form))
	d.has("td", "••••••1234")
	d.has("a[href='tel:0912345678']", "0912 345 678")
	if n := len(d.all("tbody tr")); n != 1 {
		t.Errorf("the approver sees %d units", n)
	}
	at := attr(d.find("tbody a[href^='/dau-moi/SYT/0']"), "href")

	chief := s.browser().signIn("dieuphoi", passphrase)
	chief.get("/theo-doi/nq57/2026-11").has("a[href='tel:0912345678']", "0912 345 678")
	chief.get("/quan-tri/don-vi/SYT").has("[aria-labelledby=focal-h] a", "0912 345 678")
	if d := chief.get(at); d.find("#f-citizen") != nil || d.find("form[action$='/so-can-cuoc']") != nil {
		t.Error("the coordinator is asked for the number, or may see it")
	}
	for _, login := range []string{"duyet.syt", "dieuphoi", "daumoi", "quantri"} {
		b := s.browser().signIn(login, passphrase)
		for _, path := range []string{at, "/dau-moi"} {
			if d := b.get(path); d.Status != http.StatusOK || strings.Contains(d.Body, number) {
				t.Errorf("%s for %s: %d, or the number in full", path, login, d.Status)
			}
		}
	}

	liaison := s.browser().signIn("daumoi", passphrase)
	liaison.get(at).has("label[for=f-reason]", "Lý do")
	if d := liaison.post(at+"/so-can-cuoc", nil); d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, number) {
		t.Errorf("without a reason: %d", d.Status)
	}
	d = liaison.post(at+"/so-can-cuoc", url.Values{"reason": {"Theo Công văn 12-CV/VPTU"}})
	d.has(".key-figure", number)
	if d.Header.Get("Cache-Control") == "" || !strings.Contains(d.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("the page with the number may be cached: %q", d.Header.Get("Cache-Control"))
	}
	if d := liaison.post("/dau-moi/excel", nil); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("the full list without a reason: %d", d.Status)
	}
	d = liaison.post("/dau-moi/excel", url.Values{"reason": {"Gửi Văn phòng Tỉnh ủy"}})
	if d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK") || !strings.HasPrefix(d.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the full list: %d %v", d.Status, d.Header)
	}
	if d := liaison.do(httptest.NewRequest("GET", "/dau-moi/excel", nil)); d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK") {
		t.Errorf("the masked list: %d", d.Status)
	}
}

func TestFocal_ChangedMeanwhile_InputKept(t *testing.T) {
	t.Parallel()
	s := newProvince(t).converse()
	at := "/dau-moi/SYT/" + exampleOfficer
	b := s.browser().signIn("duyet.syt", passphrase)
	b.get(at)
	b.follow(b.post(at, url.Values{"name": {"Nguyễn Thị Lan"}, "phone": {"0911111111"}, "seen": {""}}))
	d := b.post(at, url.Values{"name": {"Nguyễn Thị Lan"}, "phone": {"0922222222"}, "seen": {"1"}})
	if d.Status != http.StatusConflict || attr(d.find("#f-phone"), "value") != "0922222222" {
		t.Errorf("on an old page: %d, kept %q", d.Status, attr(d.find("#f-phone"), "value"))
	}
	b.follow(b.post(at+"/xoa", nil)).has(".badge", "Chưa khai")
	if d := b.get(at); d.Status != http.StatusNotFound {
		t.Errorf("removed: %d", d.Status)
	}
}
