package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// searched opens the search of a site.
func searched(t *testing.T, s *site) *site {
	t.Helper()
	if err := s.app.OpenSearch(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.app.CloseSearch(); err != nil {
			t.Error(err)
		}
	})
	if err := s.app.RefreshSearch(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func firstResult(d *doc) string { return d.text(".result h3") }

func TestSearch_Page(t *testing.T) {
	t.Parallel()
	b := searched(t, newProvince(t)).browser().signIn("nhap.syt", passphrase)
	d := b.get("/tim?q=" + url.QueryEscape("ho so truc tuyen"))
	if d.Status != http.StatusOK || !strings.Contains(strings.ToLower(firstResult(d)), "trực tuyến") {
		t.Fatalf("status %d, first result %q", d.Status, firstResult(d))
	}
	if mark := d.text(".result mark"); !strings.Contains(strings.ToLower(mark), "trực tuyến") {
		t.Errorf("marked %q: not the text's own diacritics", mark)
	}
	link := d.find(".result h3 a")
	if link == nil || b.get(attr(link, "href")).Status != http.StatusOK {
		t.Error("the first result does not open")
	}
	if v := attr(d.find(".top-search input"), "value"); v != "ho so truc tuyen" {
		t.Errorf("the box holds %q", v)
	}
	kind := linkWith(b.get("/tim?q=y+te+ho+so"), ".search-filters a", "Chỉ số")
	if kind == nil {
		t.Fatal("no filter by kind")
	}
	narrow := b.get(attr(kind, "href"))
	if narrow.Status != http.StatusOK || len(narrow.all(".result")) == 0 || len(narrow.all(".search-found section")) != 1 || narrow.find(`.search-filters [aria-current="true"]`) == nil {
		t.Errorf("narrowed to a kind: %d results in %d groups", len(narrow.all(".result")), len(narrow.all(".search-found section")))
	}
	if attr(narrow.find(`form[aria-label] input[name="loai"]`), "value") != "indicator" {
		t.Error("the form forgets the filter")
	}
}

func linkWith(d *doc, selector, label string) *html.Node {
	for _, n := range d.all(selector) {
		if strings.TrimSpace(textOf(n)) == label {
			return n
		}
	}
	return nil
}

func TestSearch_MeantEmptyAndHostile(t *testing.T) {
	t.Parallel()
	b := searched(t, newProvince(t)).browser().signIn("dieuphoi", passphrase)
	d := b.get("/tim?q=" + url.QueryEscape("hồ sơ trực tuyếm"))
	if got := d.text(".search-meant a"); got != "hồ sơ trực tuyến" {
		t.Errorf("meant %q", got)
	}
	for query, want := range map[string]string{"": "Gõ điều cần tìm", "?q=": "Gõ điều cần tìm", "?q=xyzxyz": "Không tìm thấy", "?q=xyzxyz&loai=unit": "Bỏ mọi điều kiện lọc",
		"?q=%22*%5E~%3F": "Không tìm thấy", "?q=%ff%00": "Không tìm thấy", "?q=%3Cscript%3Exyz": "Không tìm thấy"} {
		d := b.get("/tim" + query)
		if d.Status != http.StatusOK || !strings.Contains(d.text("main"), want) {
			t.Errorf("%q: status %d, %q", query, d.Status, d.text("main"))
		}
		if strings.Contains(d.Body, "<script>xyz") {
			t.Errorf("%q is not escaped", query)
		}
	}
	for _, query := range []string{"?q=so&loai=khong&lop=9&nhom=x/y&trang=-1&bo=%00", "?q=so&loai=unit&trang=99999999999999999999", "?q=" + strings.Repeat("so+", 2000), "?q=so&hieu-luc=1&don-vi=SYT"} {
		if d := b.do(httptest.NewRequest("GET", "/tim"+query, nil)); d.Status != http.StatusOK {
			t.Errorf("%.60q: status %d", query, d.Status)
		}
	}
}

func TestSearch_WithoutIndex_SaysSo(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	if d := b.get("/tim?q=so"); d.Status != http.StatusOK || !strings.Contains(d.text(".notice"), "đang được lập") {
		t.Errorf("status %d, %q", d.Status, d.text("main"))
	}
	if d := b.get("/tim/goi-y?q=so"); d.Status != http.StatusOK {
		t.Errorf("suggestions: status %d", d.Status)
	}
}

func TestSuggest_IsAPart(t *testing.T) {
	t.Parallel()
	b := searched(t, newProvince(t)).browser().signIn("nhap.syt", passphrase)
	d := b.get("/tim/goi-y?q=" + url.QueryEscape("ty le ho"))
	options := d.all(`[role="option"]`)
	if d.Status != http.StatusOK || strings.Contains(d.Body, "<html") || len(options) < 2 || !strings.Contains(d.text(`[role="option"] mark`), "Tỷ") {
		t.Errorf("status %d: %s", d.Status, d.Body)
	}
	for _, o := range options {
		if !strings.HasPrefix(attr(o, "href"), "/") || attr(o, "id") == "" {
			t.Errorf("option %s leads nowhere", textOf(o))
		}
	}
}

func TestSearchAdmin(t *testing.T) {
	t.Parallel()
	b := searched(t, newProvince(t)).browser().signIn("dieuphoi", passphrase)
	d := b.get(searchAdminURL)
	if !strings.Contains(textOf(d.find("textarea")), "CĐS = chuyển đổi số") {
		t.Fatalf("the list is not shown: %q", d.text("main"))
	}
	if d := b.post(searchAdminURL, url.Values{"list": {"CĐS = chuyển đổi số\nhỏng"}}); d.Status != http.StatusUnprocessableEntity || !strings.Contains(d.text(".field-error"), "dòng 2") || !strings.Contains(textOf(d.find("textarea")), "hỏng") {
		t.Errorf("a broken list: %d %q", d.Status, d.text(".field-error"))
	}
	if d := b.post(searchAdminURL, url.Values{"list": {"BVĐK = bệnh viện đa khoa"}}); d.Status != http.StatusSeeOther {
		t.Errorf("a good list: %d", d.Status)
	}
	if got := textOf(b.get(searchAdminURL).find("textarea")); strings.TrimSpace(got) != "BVĐK = bệnh viện đa khoa" {
		t.Errorf("stored: %q", got)
	}
}
