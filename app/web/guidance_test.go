package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chiso/app/kpi"
)

const letterText = "SỞ KHOA HỌC VÀ CÔNG NGHỆ\n\nSố: 12/HD-SKHCN\n\nĐắk Lắk, ngày 05 tháng 6 năm 2026\n\nHướng dẫn nhập chỉ số 1.03 và chỉ số 1.01 cho các sở, ban, ngành và Ủy ban nhân dân xã, phường từ kỳ báo cáo tháng 6 năm 2026.\n\n" +
	"I. CÁCH TÍNH\n\nTử số là hồ sơ <b>đúng hạn</b>, không tính hồ sơ đang trong hạn. Mẫu số là hồ sơ đã giải quyết trong kỳ, kể cả hồ sơ nhận từ kỳ trước và hồ sơ trả lại có lý do đúng quy định của thủ tục.\n"

// withGuidance adds a document and returns its URL.
func (s *site) withGuidance(t *testing.T, name, text string) string {
	t.Helper()
	g, _, err := s.app.ImportGuidance(s.app.System(), name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return "/huong-dan/" + g.ID
}

func TestGuidance_AddInTwoSteps(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("dieuphoi", passphrase)
	b.get("/huong-dan").has(".empty h2", "Chưa có văn bản hướng dẫn nào")
	b.get("/huong-dan/them").has("label", "Tệp")

	d := b.upload("/huong-dan/them", "Hướng dẫn.txt", []byte(letterText), nil)
	if d.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", d.Status, d.text(".error-summary"))
	}
	second := d.Header.Get("Location")
	d = b.get(second)
	if got := attr(d.find("#f-number"), "value"); got != "12/HD-SKHCN" {
		t.Errorf("guessed number %q", got)
	}
	d.has(".notice-success", "đoạn")
	d.has(".passage", "Hướng dẫn nhập chỉ số 1.03")
	if n := len(d.all(`input[name="found[]"][checked]`)); n != 2 {
		t.Errorf("%d indicators found", n)
	}
	form := url.Values{"tep": {attr(d.find(`input[name="tep"]`), "value")}, "title": {""}, "number": {"12/HD-SKHCN"}, "date": {"32/1/2026"}, "found[]": {"nq57/1.03"}, "links": {"1.02, 7.77"}}
	d = b.post("/huong-dan/them/ghi", form)
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-links"), "value") != "1.02, 7.77" || attr(d.find("#f-date"), "value") != "32/1/2026" {
		t.Errorf("status %d; what was typed is not kept", d.Status)
	}
	d.has(".error-summary", "7.77")
	d.has(".error-summary", "32/1/2026")
	form.Set("title", "Hướng dẫn <i>đúng hạn</i>")
	form.Set("date", "5/6/2026")
	form.Set("links", "1.02")
	d = b.post("/huong-dan/them/ghi", form)
	if d.Status != http.StatusSeeOther {
		t.Fatalf("add: %d %s", d.Status, d.text(".error-summary"))
	}
	doc := d.Header.Get("Location")

	clerk := b.site.browser().signIn("nhap.syt", passphrase)
	d = clerk.get(doc)
	d.has("h1", "12/HD-SKHCN – Hướng dẫn <i>đúng hạn</i>")
	d.has("#p-1", "Hướng dẫn nhập chỉ số 1.03")
	d.has("article h2", "I. CÁCH TÍNH")
	d.has(".passage", "hồ sơ <b>đúng hạn</b>")
	d.has(".side a", "1.02 Số hồ sơ trực tuyến")
	if d.find(`a[href$="/sua"]`) != nil || d.find("form[action$=thu-hoi]") != nil {
		t.Error("a clerk is offered what only managers may do")
	}
	if strings.Contains(d.text(".side"), "1.01") {
		t.Error("an indicator whose tick was taken away is linked")
	}
	clerk.get("/chi-so/nq57/1.03").has("section li a", "12/HD-SKHCN")
	clerk.get("/huong-dan?q=dung+han").has("tbody th a", "12/HD-SKHCN")
	clerk.get("/huong-dan?hieu-luc=expired").has(".empty h2", "Không có văn bản nào khớp")
}

func TestGuidance_RefusedFiles(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("quantri", passphrase)
	b.get("/huong-dan/them")
	for _, x := range []struct{ name, data, says string }{
		{"a.exe", "MZ", "Không nhận"}, {"a.pdf", "không phải", "không phải PDF"}, {"a.txt", "\xff\xfe\x00", "trống"}, {"a.txt", "TỐI MẬT\n\nVăn bản", "bí mật nhà nước"},
	} {
		d := b.upload("/huong-dan/them", x.name, []byte(x.data), nil)
		if d.Status != http.StatusUnprocessableEntity || x.says != "trống" && !strings.Contains(d.text("#f-file-e"), x.says) {
			t.Errorf("%s: %d %q", x.name, d.Status, d.text("#f-file-e"))
		}
	}
	if d := b.post("/huong-dan/them", nil); d.Status != http.StatusUnprocessableEntity || !strings.Contains(d.text("#f-file-e"), "Chưa chọn tệp") {
		t.Errorf("no file: %d %q", d.Status, d.text("#f-file-e"))
	}
}

func TestGuidance_Original(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	doc := s.withGuidance(t, "Hướng dẫn số 1.txt", letterText)
	b := s.browser().signIn("lanhdao", passphrase)
	d := b.do(httptest.NewRequest("GET", doc+"/tep", nil))
	if d.Status != http.StatusOK || d.Body != letterText {
		t.Errorf("status %d, %d bytes", d.Status, len(d.Body))
	}
	for header, want := range map[string]string{"Content-Disposition": "attachment; filename=\"huong-dan.txt\"; filename*=UTF-8''H%C6%B0%E1%BB%9Bng%20d%E1%BA%ABn%20s%E1%BB%91%201.txt",
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Content-Type": "text/plain; charset=utf-8"} {
		if got := d.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
}

// A link to a passage leads to the page that it is on.
func TestGuidance_PassageLink(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	doc := s.withGuidance(t, "dai.txt", strings.Repeat(strings.Repeat("chữ ", 120)+".\n\n", 130))
	b := s.browser().signIn("nhap.syt", passphrase)
	for _, x := range []struct {
		query       string
		first, last string
	}{{"", "#p-1", "#p-60"}, {"?doan=61", "#p-61", "#p-120"}, {"?doan=130", "#p-121", "#p-130"}, {"?trang=2", "#p-61", "#p-120"}, {"?doan=x", "#p-1", "#p-60"}} {
		d := b.get(doc + x.query)
		if d.find(x.first) == nil || d.find(x.last) == nil || len(d.all(".passage")) > 60 {
			t.Errorf("%s: %d passages, not from %s to %s", x.query, len(d.all(".passage")), x.first, x.last)
		}
	}
	if got := attr(b.get(doc+"?doan=61").find("#p-61 .passage-at a"), "href"); got != doc+"?doan=61#p-61" {
		t.Errorf("the passage's own link is %q", got)
	}
}

func TestGuidance_EditAndWithdraw(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	doc := s.withGuidance(t, "a.txt", letterText)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get(doc + "/sua")
	form := url.Values{"seen": {attr(d.find(`input[name="seen"]`), "value")}, "title": {"Tên khác"}, "from": {"1/12/2026"}, "found[]": {"nq57/1.03"}}
	if d := b.post(doc+"/sua", form); d.Status != http.StatusSeeOther {
		t.Fatalf("save: %d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get(doc)
	d.has("h1", "Tên khác")
	d.has(".notice", "có hiệu lực từ ngày 01/12/2026")
	form.Set("title", "Của người khác")
	if d := b.post(doc+"/sua", form); d.Status != http.StatusConflict || attr(d.find("#f-title"), "value") != "Của người khác" {
		t.Errorf("an old form: %d", d.Status)
	}
	if d := b.post(doc+"/thu-hoi", url.Values{"reason": {""}}); d.Status != http.StatusUnprocessableEntity || d.find("details[open] #f-reason") == nil {
		t.Errorf("withdrawn without a reason: %d", d.Status)
	}
	b.post(doc+"/thu-hoi", url.Values{"reason": {"Đã có văn bản mới"}})
	clerk := s.browser().signIn("nhap.syt", passphrase)
	clerk.get(doc).has(".notice", "đã thu hồi")
	clerk.get("/huong-dan").has(".empty h2", "Chưa có văn bản hướng dẫn nào")
	b.get("/huong-dan?hieu-luc=withdrawn").has("tbody th a", "Tên khác")
	b.post(doc+"/khoi-phuc", nil)
	clerk.get("/huong-dan").has("tbody th a", "Tên khác")
}

func TestGuidance_ScannedPDF(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	doc := s.withGuidance(t, "Công văn 5-CV.pdf", "%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj trailer<</Root 1 0 R>>\n%%EOF")
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(doc).has(".empty h2", "Chưa đọc được chữ")
	b.get("/huong-dan").has("tbody .badge-warn", "Chưa đọc được chữ")
}

func TestManual(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	for login, slug := range map[string]string{"nhap.syt": "nhap-lieu", "duyet.syt": "duyet", "dieuphoi": "dieu-phoi", "daumoi": "dau-moi", "lanhdao": "lanh-dao", "quantri": "quan-tri"} {
		b := s.browser().signIn(login, passphrase)
		if b.get("/huong-dan").find(`.page-actions a[href="/huong-dan/su-dung/`+slug+`"]`) == nil || b.get("/").find(`footer a[href="/huong-dan/su-dung"]`) == nil {
			t.Errorf("%s: no way to the manual", login)
		}
		d := b.get("/huong-dan/su-dung")
		d.has(".tabs [aria-current=page]", roleOf(slug).Label())
		if len(d.all("article ol li")) < 4 || d.find("#p-1 h2") == nil {
			t.Errorf("%s: the page has no steps", login)
		}
	}
	b := s.browser().signIn("nhap.syt", passphrase)
	if d := b.get("/huong-dan/su-dung/khong-co"); d.Status != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", d.Status)
	}
}

func roleOf(slug string) kpi.Role {
	return map[string]kpi.Role{"nhap-lieu": kpi.Clerk, "duyet": kpi.Approver, "dieu-phoi": kpi.Coordinator, "dau-moi": kpi.Liaison, "lanh-dao": kpi.Leader, "quan-tri": kpi.Admin}[slug]
}
