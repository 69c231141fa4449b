package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
)

// report lets a unit fill its whole sheet with n dossiers, and takes it as far as accepted if accept is set.
func (s *site) report(unit string, n string, accept bool) {
	s.t.Helper()
	s.enter(unit, map[string]string{"1.01": n, "1.02": "1", "1.03": "90/100", "1.04": "co", "1.05": "2", "1.06": "Việc <b>nổi bật"})
	note := "<script>alert(1)</script>"
	clerk := s.person("nhap." + strings.ToLower(unit))
	if _, err := s.app.SaveCells(clerk, "nq57", kpi.NewMonth(2026, 11), unit, []app.CellSave{{Indicator: "1.06", Version: 1, Entry: kpi.Entry{Note: &note}}}); err != nil {
		s.t.Fatal(err)
	}
	if !accept {
		return
	}
	s.submitSheet(unit)
	if err := s.app.Approve(s.person("duyet."+strings.ToLower(unit)), s.sheetAt(unit)); err != nil {
		s.t.Fatal(err)
	}
	if err := s.app.Accept(s.person("dieuphoi"), s.sheetAt(unit)); err != nil {
		s.t.Fatal(err)
	}
}

// lineOfCode returns the text of the row of an indicator in a table.
func (d *doc) lineOfCode(code string) string {
	for _, tr := range d.all("main tbody tr") {
		if text := textOf(tr); strings.HasPrefix(text, code+" ") {
			return text
		}
	}
	return ""
}

func TestTable_AcceptedAndProvisional(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	s.report("22015", "34", false)
	b := s.browser().signIn("dieuphoi", passphrase)

	d := b.get("/tong-hop")
	d.has("h1", "Bảng tổng hợp tháng 11/2026")
	d.has(".page-meta", "6 chỉ số, 6 có số liệu; 1/2 đơn vị đã phê duyệt")
	if line := d.lineOfCode("1.01"); !strings.Contains(line, " 1.200 ") || strings.Contains(line, "tạm") || !strings.Contains(line, "1/2 đơn vị") {
		t.Errorf("accepted only: %q", line)
	}
	if line := d.lineOfCode("1.03"); !strings.Contains(line, "≥ 95") && !strings.Contains(line, "95") || !strings.Contains(line, "Chưa đạt") {
		t.Errorf("ratio below its target: %q", line)
	}
	if line := d.lineOfCode("1.04"); !strings.Contains(line, "100,0") || !strings.Contains(line, "1/1 đơn vị có") || !strings.Contains(line, "% đơn vị") {
		t.Errorf("yes/no: %q", line)
	}
	if line := d.lineOfCode("1.06"); !strings.Contains(line, "1 nội dung") {
		t.Errorf("text: %q", line)
	}

	d = b.get("/tong-hop/nq57/2026-11?tam=1")
	if line := d.lineOfCode("1.01"); !strings.Contains(line, "1.234 tạm") || !strings.Contains(line, "2/2 đơn vị") {
		t.Errorf("with provisional figures: %q", line)
	}
	if attr(d.find(`.page-actions a.btn`), "href") != "/tong-hop/nq57/2026-11/excel?tam=1" {
		t.Error("the workbook does not follow the choice of figures")
	}

	clerk := s.browser().signIn("nhap.22015", passphrase)
	d = clerk.get("/tong-hop/nq57/2026-11?tam=1")
	if line := d.lineOfCode("1.01"); !strings.Contains(line, " 1.200 ") || d.find("#tam-1") != nil {
		t.Errorf("a clerk sees provisional figures: %q", line)
	}
}

func TestTable_Filters(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("lanhdao", passphrase)
	for query, want := range map[string]int{"": 6, "?q=truc+tuyen": 1, "?q=1.03": 1, "?nhom=1": 6, "?nhom=lop-1": 6, "?nhom=lop-3": 0, "?nhom=%3Cscript%3E&q=%00": 0, "?ky=2026-13": 6} {
		d := b.get("/tong-hop/nq57/2026-11" + query)
		if n := len(d.all("td.code")); n != want || d.Status != http.StatusOK {
			t.Errorf("%s: status %d, %d indicators, want %d", query, d.Status, n, want)
		}
		if want == 0 {
			d.has(".empty h2", "Không có chỉ số nào khớp")
		}
	}
	if d := b.get("/tong-hop/nq57/2026-11?ky=2026-10"); d.Status != http.StatusNotFound {
		t.Errorf("a round that does not exist: %d", d.Status)
	}
}

func TestConsolidation_Paths(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("dieuphoi", passphrase)
	for _, path := range []string{"/tong-hop/nq57/2026-13", "/tong-hop/NQ57/2026-11", "/tong-hop/xxx/2026-11", "/tong-hop/nq57/2026-10",
		"/tong-hop/nq57/2026-11/9.99", "/tong-hop/nq57/2026-11/x%3Cb%3E", "/tong-hop/nq57/2025-01/excel"} {
		if d := b.get(path); d.Status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, d.Status)
		}
	}
	admin := newProvince(t).browser().signIn("quantri", passphrase)
	for _, path := range []string{"/tong-hop", "/tong-hop/nq57/2026-11", "/tong-hop/nq57/2026-11/1.01", "/tong-hop/nq57/2026-11/excel"} {
		if d := admin.get(path); d.Status != http.StatusForbidden {
			t.Errorf("admin %s: %d, want 403", path, d.Status)
		}
	}
}

func TestTable_NoRound_SaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.app.InitAdmin(s.app.System(), "quantri", "Quản trị", passphrase); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("quantri", passphrase)
	if d := b.get("/tong-hop"); d.Status != http.StatusForbidden {
		t.Errorf("admin: %d", d.Status)
	}
	d := b.get("/chi-so?q=abc")
	d.has(".empty h2", "Chưa có bộ chỉ số nào")
	d.has(".empty a", "Nạp bộ chỉ số")
	b.get("/quan-tri/giao").has(".empty h2", "Chưa có bộ chỉ số nào")
}

func TestDetail_HiddenUntilAccepted(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	s.report("22015", "34", false)
	d := s.browser().signIn("nhap.syt", passphrase).get("/tong-hop/nq57/2026-11/1.01?tam=1")
	d.has(".key-figure", "1.200")
	d.has("td", "chưa công bố")
	if strings.Contains(d.Body, ">34<") {
		t.Error("a provisional figure of another unit is told")
	}
	d = s.browser().signIn("nhap.22015", passphrase).get("/tong-hop/nq57/2026-11/1.01")
	if len(d.all(`td a[href="/o/nq57/2026-11/22015/1.01"]`)) != 1 {
		t.Error("the unit's own figure does not lead to its trail")
	}
	if d.find(`form[action$="so-tinh"]`) != nil {
		t.Error("a clerk is offered the form of the province figure")
	}
}

func TestDetail_HowItIsFormed(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	s.report("22015", "34", false)
	b := s.browser().signIn("dieuphoi", passphrase)
	b.get("/tong-hop/nq57/2026-11/1.03?tam=1").has("aside p", "Tổng tử số 180 / tổng mẫu số 200 × 100, của 2 đơn vị.")
	b.get("/tong-hop/nq57/2026-11/1.04?tam=1").has(".key-figure", "100,0% đơn vị (2/2 đơn vị có)")
	b.get("/tong-hop/nq57/2026-11/1.05").has("aside tr", "Mức 2 1")
	d := b.get("/tong-hop/nq57/2026-11/1.06?tam=1")
	d.has("td", "Việc <b>nổi bật")
	d.has("td", "<script>alert(1)</script>")
	if d.find("main td b") != nil || strings.Contains(d.Body, "<script>alert") {
		t.Error("what a clerk typed is markup")
	}
	first := func(query string) string {
		return textOf(b.get("/tong-hop/nq57/2026-11/1.01" + query).all("main tbody th")[0])
	}
	if first("?xep=so") != "Ủy ban nhân dân phường Tuy Hoà" || first("?xep=-so") != "Sở Y tế" {
		t.Error("the list is not in the order of values")
	}
	if n := len(b.get("/tong-hop/nq57/2026-11/1.01?khoi=xa-phuong&xep=%00").all("main tbody tr")); n != 1 {
		t.Errorf("one block: %d units", n)
	}
}

func TestSetFigure(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	b := s.browser().signIn("dieuphoi", passphrase)
	const page = "/tong-hop/nq57/2026-11/1.01"
	b.get(page)
	for name, form := range map[string]url.Values{
		"no reason":    {"value": {"1.300"}},
		"not a number": {"value": {"nhiều"}, "reason": {"<script>x</script>"}},
		"nothing set":  {"value": {""}, "reason": {"Bỏ"}},
		"decimals":     {"value": {"1,5"}, "reason": {"Đối chiếu"}},
	} {
		d := b.post(page+"/so-tinh", form)
		if d.Status != http.StatusUnprocessableEntity || d.find(".error-summary") == nil {
			t.Errorf("%s: status %d", name, d.Status)
		}
		if attr(d.find("#f-value"), "value") != form.Get("value") || d.text("#f-reason") != form.Get("reason") {
			t.Errorf("%s: the form has lost what was typed", name)
		}
	}
	if d := b.post(page+"/so-tinh", url.Values{"value": {"1.300"}, "reason": {"Đối chiếu <i>với</i> Sở Tư pháp"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d", d.Status)
	}
	d := b.get(page)
	d.has("#flash", "Đã đặt số toàn tỉnh")
	d.has(".key-figure", "1.300")
	d.has("aside p", "Đối chiếu <i>với</i> Sở Tư pháp")
	d.has("aside p", "1.200")
	if line := b.get("/tong-hop").lineOfCode("1.01"); !strings.Contains(line, "1.300") || !strings.Contains(line, "Số do tỉnh đặt") {
		t.Errorf("in the table: %q", line)
	}
	if d := b.post(page+"/so-tinh", url.Values{"value": {""}, "reason": {"Số tự tính đã đúng"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("take back: status %d", d.Status)
	}
	d = b.get(page)
	d.has("#flash", "Đã trở lại số tự tính")
	d.has(".key-figure", "1.200")
	if d := b.post("/tong-hop/nq57/2026-11/1.06/so-tinh", url.Values{"value": {"1"}, "reason": {"x"}}); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("a figure of a text: %d", d.Status)
	}
	leader := s.browser().signIn("lanhdao", passphrase)
	leader.get(page)
	if d := leader.post(page+"/so-tinh", url.Values{"value": {"1"}, "reason": {"x"}}); d.Status != http.StatusForbidden {
		t.Errorf("a leader sets a figure: %d", d.Status)
	}
}

func TestTableExcel(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	d := s.browser().signIn("nhap.syt", passphrase).get("/tong-hop/nq57/2026-11/excel")
	if d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK") {
		t.Fatalf("status %d, %d bytes", d.Status, len(d.Body))
	}
	if h := d.Header.Get("Content-Disposition"); !strings.HasPrefix(h, "attachment; filename*=UTF-8''") || !strings.HasSuffix(h, ".xlsx") {
		t.Errorf("Content-Disposition: %s", h)
	}
	if h := d.Header.Get("Content-Type"); h != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
		t.Errorf("Content-Type: %s", h)
	}
}
