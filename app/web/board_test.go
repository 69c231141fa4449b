package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
)

func TestBoard(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Approved)
	b := s.browser().signIn("lanhdao", passphrase)
	d := b.get("/theo-doi")
	d.has("h1", "Theo dõi tiến độ tháng 11/2026")
	if len(d.all("tbody tr")) != 2 {
		t.Errorf("%d rows", len(d.all("tbody tr")))
	}
	d.has(".chip[aria-current]", "Tất cả 2")
	d.has("#c-at-province", "Chờ tỉnh duyệt 1")
	d.has(".progress-full", "6/6")
	for id, want := range map[string]string{"#u-SYT": "/duyet/" + roundNow + "/SYT", "#u-22015": "/nhap-lieu/" + roundNow + "/22015"} {
		if n := d.find(id); n == nil || attr(n, "href") != want {
			t.Errorf("%s does not lead to %s", id, want)
		}
	}
	for query, want := range map[string]string{"khoi=xa": "22015", "khoi=so": "SYT", "trang-thai=at-province": "SYT", "trang-thai=not-started": "22015",
		"q=tuy+hoa": "22015", "q=S%E1%BB%9F+Y": "SYT", "q=+y-te+": "SYT", "trang-thai=tre": "", "trang-thai=khong": "", "q=khong+co": "", "q=y+te&khoi=xa": ""} {
		d := b.get("/theo-doi/" + roundNow + "?" + query)
		var got []string
		for _, n := range d.all("tbody th a") {
			got = append(got, strings.TrimPrefix(attr(n, "id"), "u-"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", query, got, want)
		}
		if want == "" {
			d.has("tbody td", "Không có đơn vị nào khớp bộ lọc")
		}
	}
	s.now = kpi.NewMonth(2026, 11).Day(17)
	d = s.browser().signIn("dieuphoi", passphrase).get("/theo-doi/" + roundNow + "?trang-thai=tre")
	d.has("#c-tre", "Quá hạn, nộp muộn 1")
	d.has("tbody .badge", "Quá hạn")
}

// askPart asks for the rows as htmx does.
func (b *browser) askPart(path string, more ...string) *doc {
	b.t.Helper()
	req := httptest.NewRequest("GET", path, nil)
	req.Header.Set("HX-Request", "true")
	for _, h := range more {
		req.Header.Set(h, "true")
	}
	return b.do(req)
}

func TestBoard_RefreshesItself(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get("/theo-doi/" + roundNow + "?q=so")
	again := attr(d.find("#rows"), "hx-get")
	if attr(d.find("#rows"), "hx-trigger") != "every 60s" || !strings.HasPrefix(again, "/theo-doi/"+roundNow+"?") || !strings.Contains(again, "q=so") {
		t.Fatalf("refreshes from %q", again)
	}
	if d := b.askPart(again); d.Status != http.StatusNoContent || d.Body != "" || d.Header.Get("Vary") == "" {
		t.Errorf("nothing has changed: %d, %d bytes", d.Status, len(d.Body))
	}
	s.enter("SYT", map[string]string{"1.01": "5"})
	d = b.askPart(again)
	if d.Status != http.StatusOK || strings.Contains(d.Body, "<html") || !strings.Contains(d.Body, "1/6") || !strings.Contains(d.Body, `hx-swap-oob="true"`) {
		t.Errorf("after a change: %d %s", d.Status, d.Body)
	}
	if !strings.Contains(d.Header.Get("Vary"), "HX-Request") {
		t.Errorf("Vary: %s", d.Header.Get("Vary"))
	}
	for _, whole := range []string{"HX-Boosted", "HX-History-Restore-Request"} {
		if d := b.askPart(again, whole); d.find("h1") == nil || d.Status != http.StatusOK {
			t.Errorf("%s got a part", whole)
		}
	}
}

func TestBoard_Groups(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enter("SYT", map[string]string{"1.01": "5"})
	d := s.browser().signIn("lanhdao", passphrase).get("/theo-doi/" + roundNow)
	if notes := d.all("td[title] .cell-note"); len(notes) != 1 || textOf(notes[0]) != "Nhóm 1: 1/6." {
		t.Errorf("%d notes", len(notes))
	}
	d.has(".table-foot", "nhóm chưa nhập: 1 Nhóm thử.")
	groups := []kpi.Group{{Code: "1"}, {Code: "2"}, {Code: "3"}, {Code: "4"}}
	for shares, want := range map[string]string{"4/4 0/3 2/5 0/0": "Nhóm 3: 2/5. Chưa: 2", "4/4 3/3 5/5 0/0": "", "0/4 0/3 0/5 0/1": "", "4/4 0/3 0/5 1/1": "Chưa: 2, 3"} {
		if got, _ := lackingOf(groups, shares); got != want {
			t.Errorf("%s: %q, want %q", shares, got, want)
		}
	}
	if _, numbers := lackingOf(groups, "4/4 0/3 2/5 0/0"); numbers != "nhóm 1: 4/4, nhóm 2: 0/3, nhóm 3: 2/5" {
		t.Error(numbers)
	}
}

func lackingOf(groups []kpi.Group, text string) (lacks, numbers string) {
	var shares []app.Share
	for _, x := range strings.Fields(text) {
		var s app.Share
		fmt.Sscanf(x, "%d/%d", &s.Filled, &s.Due)
		shares = append(shares, s)
	}
	return lacking(groups, shares)
}

func TestBoard_Extend(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("dieuphoi", passphrase)
	for query, want := range map[string]string{"": "/theo-doi/" + roundNow, "?u%5B%5D=SYT": "/gia-han/" + roundNow + "/SYT",
		"?u%5B%5D=SYT&u%5B%5D=22015": "/theo-doi/" + roundNow, "?u%5B%5D=%2F%2Fevil": "/theo-doi/" + roundNow} {
		d := b.do(httptest.NewRequest("GET", "/theo-doi/"+roundNow+"/gia-han"+query, nil))
		if d.Status != http.StatusSeeOther || d.Header.Get("Location") != want {
			t.Errorf("%s: %d to %s", query, d.Status, d.Header.Get("Location"))
		}
	}
	b.get("/theo-doi/"+roundNow).has(".notice", "Chọn đúng một đơn vị")
	if d := b.get("/theo-doi/" + roundNow); d.find(`#extend[formaction$="/gia-han"]`) == nil || d.find(`.remind-bar a[href="/mo-lai"]`) == nil {
		t.Error("the bar does not lead to extension and reopening")
	}
}

func TestBoard_Picker(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("daumoi", passphrase)
	d := b.do(httptest.NewRequest("GET", "/theo-doi/"+roundNow+"?ky=2026-10&q=%3Cb%3E&khoi=so", nil))
	if to := d.Header.Get("Location"); d.Status != http.StatusSeeOther || to != "/theo-doi/nq57/2026-10?khoi=so&q=%3Cb%3E" {
		t.Errorf("%d to %s", d.Status, to)
	}
	for path, want := range map[string]int{"/theo-doi/nq57/2026-10": 404, "/theo-doi/nq57/2026-1": 404, "/theo-doi/NQ/2026-11": 404, "/theo-doi?bo=khac": 200} {
		if d := b.get(path); d.Status != want {
			t.Errorf("%s: %d", path, d.Status)
		}
	}
	evil := `"><script>alert(1)</script>`
	d = b.get("/theo-doi/" + roundNow + "?" + url.Values{"q": {evil}, "trang-thai": {evil}, "khoi": {evil}}.Encode())
	if strings.Contains(d.Body, "<script>alert") || attr(d.find("#f-q"), "value") != evil {
		t.Error("the search came back wrong")
	}
}

func TestBoard_Excel(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	d := s.browser().signIn("dieuphoi", passphrase).get("/theo-doi/" + roundNow + "/excel")
	if d.Status != 200 || !strings.HasPrefix(d.Body, "PK") || !strings.Contains(d.Header.Get("Content-Disposition"), "tien-do-nq57-") {
		t.Errorf("status %d, %v", d.Status, d.Header)
	}
}
