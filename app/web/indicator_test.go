package web

import (
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"

	"golang.org/x/net/html"
)

func TestCatalogue_Filters(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	for query, want := range map[string]int{"": 6, "?q=ho+so": 3, "?q=an+toan": 1, "?nguon=province": 6, "?nguon=central": 0, "?tan-suat=month": 6, "?tan-suat=year": 0,
		"?nhom=1": 6, "?nhom=lop-2": 0, "?q=%3Cscript%3Ealert(1)%3C/script%3E": 0} {
		d := b.get("/chi-so/nq57" + query)
		if n := len(d.all("td.code")); n != want {
			t.Errorf("%s: %d indicators, want %d", query, n, want)
		}
		if strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%s: the query is markup", query)
		}
	}
	d := b.get("/chi-so?q=an+toan")
	if n := len(d.all("td.code")); n != 1 || attr(d.find("#q"), "value") != "an toan" {
		t.Errorf("the header's search is lost on the way: %d indicators", n)
	}
	if line := d.lineOfCode("1.05"); !strings.Contains(line, "Cao hơn tốt hơn") || !strings.Contains(line, "Hằng tháng") || !strings.HasSuffix(line, " 2") {
		t.Errorf("line: %q", line)
	}
	if d.find(`a[href^="/quan-tri"]`) != nil {
		t.Error("a clerk is offered the form")
	}
}

// incompleteIndicator adds 1.07 as an import would: without direction and frequency, with a remark.
func (s *site) incompleteIndicator() {
	s.t.Helper()
	sys := s.app.System()
	err := s.store.Update(func(tx *store.Tx) error {
		return tx.PutIndicator(kpi.Indicator{Set: "nq57", Code: "1.07", From: kpi.NewMonth(2026, 1), Name: "Chỉ số <em>thiếu</em>", Group: "1", Origin: kpi.Central,
			Definition: "Của Trung ương.", Unit: "%", Kind: kpi.KindNumber, Accumulation: kpi.Point, Aggregation: kpi.AggProvince, Flags: []string{"mục tiêu «đạt» giữ nguyên văn", "tần suất không rõ"},
			Targets: []kpi.Target{{Year: 2030, Text: "đạt"}}}, sys.Event(kpi.VerbAdd, "indicator/nq57/1.07", "", "", ""))
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestCatalogue_TellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.incompleteIndicator()
	d := s.browser().signIn("quantri", passphrase).get("/chi-so/nq57?can-khai=1")
	if n := len(d.all("td.code")); n != 1 {
		t.Errorf("%d indicators to complete, want 1", n)
	}
	d.has("tbody th", "Cần khai: chiều tốt, tần suất")
	if d.find(`a[href="/quan-tri/chi-so/nq57/1.07"]`) == nil {
		t.Error("no link to the form")
	}
	if d.find(`a[href="/chi-so/nq57/excel?can-khai=1"]`) == nil || s.browser().signIn("quantri", passphrase).get("/quan-tri/nap/indicators?set=nq57").find("option[value=nq57][selected]") == nil {
		t.Error("no way through Excel")
	}
	if s.browser().signIn("nhap.syt", passphrase).get("/chi-so/nq57").find(".badge-warn") != nil {
		t.Error("a clerk is told what is missing")
	}
}

func TestIndicatorPage(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.report("SYT", "1.200", true)
	s.report("22015", "34", true)
	b := s.browser().signIn("lanhdao", passphrase)
	d := b.get("/chi-so/nq57/1.01")
	d.has("h1", "1.01 Số hồ sơ tiếp nhận (Hồ sơ)")
	d.has("figcaption", "Mới có số liệu một kỳ: 1.234 hồ sơ")
	d.has(".key-figure", "1.234 hồ sơ")
	d.has("aside p", "Lũy kế từ đầu năm: 1.234")
	d.has("dd", "Định nghĩa.")
	d.has("li", "Hồ sơ trực tuyến không lớn hơn tổng số hồ sơ.")
	d.has("aside li", "Sở Y tế")
	if n := len(d.all("svg.chart")); n != 2 {
		t.Errorf("%d drawings, want one for wide and one for narrow screens", n)
	}
	d = b.get("/chi-so/nq57/1.06")
	d.has(".key-figure", "2 nội dung")
	if d.find("svg.chart") != nil {
		t.Error("a text has a chart")
	}
	d = s.browser().signIn("quantri", passphrase).get("/chi-so/nq57/1.01")
	if d.Status != http.StatusOK || d.find("svg.chart") != nil || d.find(".key-figure") != nil {
		t.Error("an admin sees figures")
	}
	for _, path := range []string{"/chi-so/nq57/9.99", "/chi-so/nq57/moi", "/chi-so/khac", "/chi-so/NQ", "/chi-so/nq57/%3Cb%3E", "/quan-tri/chi-so/nq57/9.99", "/quan-tri/chi-so/khac/moi"} {
		if d := s.browser().signIn("quantri", passphrase).get(path); d.Status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, d.Status)
		}
	}
}

// fields returns the form of a page as a browser would send it.
func (d *doc) fields(selector string) url.Values {
	form := url.Values{}
	for _, n := range d.all(selector + " input, " + selector + " textarea") {
		kind := attr(n, "type")
		_, checked := attrOK(n, "checked")
		if (kind == "checkbox" || kind == "radio") && !checked {
			continue
		}
		if n.Data == "textarea" {
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			form.Add(attr(n, "name"), strings.ReplaceAll(text, "\n", "\r\n"))
			continue
		}
		form.Add(attr(n, "name"), attr(n, "value"))
	}
	for _, n := range d.all(selector + " select:not([disabled])") {
		for c := range n.Descendants() {
			if _, ok := attrOK(c, "selected"); ok {
				form.Add(attr(n, "name"), attr(c, "value"))
			}
		}
	}
	return form
}

const formOf = `main form[method="post"]`

func TestIndicatorForm_UnchangedChangesNothing(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	for _, code := range []string{"1.01", "1.03", "1.05", "1.06"} {
		path := "/quan-tri/chi-so/nq57/" + code
		before, err := s.app.IndicatorEdit(s.person("dieuphoi"), "nq57", code)
		if err != nil {
			t.Fatal(err)
		}
		if d := b.post(path, b.get(path).fields(formOf)); d.Status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", code, d.Status, d.text(".error-summary"))
		}
		after, err := s.app.IndicatorEdit(s.person("dieuphoi"), "nq57", code)
		if err != nil {
			t.Fatal(err)
		}
		if len(after.Versions) != 1 || differences(before.Versions[0], after.Versions[0]) != "Không đổi cách đo." || len(after.Versions[0].Grades) != len(before.Versions[0].Grades) {
			t.Errorf("%s: saved as it was shown, and became %+v", code, after.Versions)
		}
	}
}

func TestIndicatorForm_CompletesCentral(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.incompleteIndicator()
	b := s.browser().signIn("dieuphoi", passphrase)
	const path = "/quan-tri/chi-so/nq57/1.07"
	d := b.get(path)
	d.has(".notice", "do Trung ương giao")
	d.has(".notice", "Cần khai: chiều tốt, tần suất")
	form := d.fields(formOf)
	form.Set("direction", "up")
	form.Set("frequency", "month")
	form.Set("definition", "Của tỉnh.")
	form.Set("kind", "ratio")
	form.Set("targets", "2026: ≥ 80\r\n2030: đạt")
	form.Add("clear[]", "tần suất không rõ")
	if d := b.post(path, form); d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	e, err := s.app.IndicatorEdit(s.person("dieuphoi"), "nq57", "1.07")
	if err != nil {
		t.Fatal(err)
	}
	ind := e.Versions[0]
	if len(ind.Gaps()) != 0 || len(ind.Flags) != 1 || ind.Definition != "Của Trung ương." || ind.Kind != kpi.KindNumber || len(ind.Targets) != 2 || ind.Targets[0].Op != kpi.OpGE {
		t.Errorf("became %+v", ind)
	}
	d = b.get("/chi-so/nq57/1.07")
	d.has("h1", "Chỉ số <em>thiếu</em>")
	if d.find("main em") != nil {
		t.Error("the name is markup")
	}
	d.has(".timeline p", "sửa")
}

// A share that an annex gives without its parts becomes a ratio in the form, and then stays one.
func TestIndicatorForm_ShareBecomesRatio(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	if _, _, err := s.app.Import(s.app.System(), app.ImportIndicators, app.ImportFile{Name: "a.csv", Set: "moi",
		Data: []byte("TT,Chỉ tiêu,ĐVT,Năm 2030\n1,Tỷ lệ hồ sơ trực tuyến,%,≥ 80\n")}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("dieuphoi", passphrase)
	const path = "/quan-tri/chi-so/moi/1"
	save := func(kind string) *doc {
		form := b.get(path).fields(formOf)
		for name, value := range map[string]string{"kind": kind, "numerator": "Hồ sơ trực tuyến", "denominator": "Hồ sơ", "scale": "100", "aggregation": "ratio", "frequency": "month", "accumulation": "point"} {
			form.Set(name, value)
		}
		form.Add("clear[]", kpi.FlagShare)
		return b.post(path, form)
	}
	if d := save("text"); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("the centre's number became a text: %d", d.Status)
	}
	if d := save("ratio"); d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	save("number")
	e, err := s.app.IndicatorEdit(s.person("dieuphoi"), "moi", "1")
	if err != nil || e.Versions[0].Kind != kpi.KindRatio || e.Versions[0].Numerator != "Hồ sơ trực tuyến" || len(e.Versions[0].Gaps()) != 0 {
		t.Errorf("became %+v, %v", e.Versions, err)
	}
}

func TestIndicatorForm_RefusalsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	const path = "/quan-tri/chi-so/nq57/1.03"
	const script = "<script>alert(1)</script>"
	good := b.get(path).fields(formOf)
	for _, tt := range []struct{ field, value string }{
		{"name", ""}, {"scale", "0"}, {"scale", "x"}, {"decimals", "9"}, {"min", "1,2,3"}, {"targets", "nhiều hơn"}, {"targets", script}, {"from", "nay"}, {"to", "13/2026"},
		{"direction", script}, {"group", ""}, {"weight", "-1"}, {"grades", "1|2"}, {"guidance", strings.Repeat("á", 8001)}, {"source", strings.Repeat("x", 1001)},
	} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(tt.field, tt.value)
		form.Set("computation", script)
		d := b.post(path, form)
		if d.Status != http.StatusUnprocessableEntity || d.find(`.error-summary a[href="#f-`+tt.field+`"]`) == nil {
			t.Errorf("%s %q: status %d, %s", tt.field, kpi.Clip(tt.value, 30), d.Status, d.text(".error-summary"))
		}
		if n := d.find("#f-computation"); n == nil || strings.TrimSpace(textOf(n)) != script || strings.Contains(d.Body, script) {
			t.Errorf("%s: what was typed is lost or markup", tt.field)
		}
	}
	form := b.get(path).fields(formOf)
	form.Set("definition", "Khác hẳn.")
	if d := b.post(path, form); d.Status != http.StatusConflict || d.find(".error-summary") == nil {
		t.Errorf("another measure under an open round: %d", d.Status)
	}
	form.Set("from", "2026-12")
	if d := b.post(path, form); d.Status != http.StatusSeeOther {
		t.Errorf("another measure from the next month: %d %s", d.Status, d.text(".error-summary"))
	}
	d := b.get("/chi-so/nq57/1.03")
	d.has("#flash", "hiệu lực từ tháng 12/2026; trước đó vẫn dùng bản đang có")
	d.has(".timeline p", "Đổi định nghĩa.")
	if d := b.post(path, url.Values{}); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("an empty form: %d", d.Status)
	}
}

func TestIndicatorForm_New(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	const path = "/quan-tri/chi-so/nq57/moi"
	form := b.get(path).fields(formOf)
	form.Set("code", "1.01")
	form.Set("name", "Chỉ số mới")
	form.Set("group", "1")
	d := b.post(path, form)
	if d.Status != http.StatusUnprocessableEntity || d.find(`.error-summary a[href="#f-code"]`) == nil {
		t.Errorf("a code that is taken: %d %s", d.Status, d.text(".error-summary"))
	}
	form.Set("code", "1.08")
	if d := b.post(path, form); d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/chi-so/nq57/1.08" {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get("/chi-so/nq57/1.08")
	d.has("#flash", "Đã ghi chỉ số 1.08. Còn phải khai")
	d.has("h1", "1.08 Chỉ số mới")
	b.get("/chi-so/nq57").has("tbody th", "từ kỳ 12/2026")
	if d := s.browser().signIn("nhap.syt", passphrase).get(path); d.Status != http.StatusForbidden {
		t.Errorf("a clerk opens the form: %d", d.Status)
	}
}

// attrOK returns an attribute and whether it is there at all.
func attrOK(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func TestIndicatorsExcel(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	d := s.browser().signIn("dieuphoi", passphrase).get("/chi-so/nq57/excel")
	if d.Status != http.StatusOK || !strings.HasPrefix(d.Body, "PK\x03\x04") || !strings.HasPrefix(d.Header.Get("Content-Disposition"), "attachment; filename*=UTF-8''") {
		t.Errorf("status %d, %s", d.Status, d.Header.Get("Content-Disposition"))
	}
	s.incompleteIndicator()
	if todo := s.browser().signIn("quantri", passphrase).get("/chi-so/nq57/excel?can-khai=1"); todo.Status != http.StatusOK || len(todo.Body) >= len(d.Body) {
		t.Errorf("what is to be completed: %d, %d bytes of %d", todo.Status, len(todo.Body), len(d.Body))
	}
	d = s.browser().signIn("nhap.syt", passphrase).get("/chi-so/khac/excel")
	if d.Status != http.StatusNotFound {
		t.Errorf("a set that does not exist: %d", d.Status)
	}
}

// A form drops the last line's end of a text; that is no change.
func TestDifferences_LineEnd(t *testing.T) {
	t.Parallel()
	a, b := kpi.Indicator{Guidance: "- Tính.\n", Source: "Sổ"}, kpi.Indicator{Guidance: "- Tính.", Source: "Phần mềm"}
	if got := differences(a, b); got != "Đổi nguồn số liệu." {
		t.Error(got)
	}
}

// The course is told up to the last round in which enough units have reported, however many open rounds come after it.
func TestCourse_OpenRoundsWithFewUnits(t *testing.T) {
	t.Parallel()
	sum := func(n int64, filled int, closed bool) app.SeriesPoint {
		f := kpi.Figure{Filled: filled, Units: filled, Due: 101}
		if filled > 0 {
			f.Value = big.NewRat(n, 1)
		}
		return app.SeriesPoint{Figure: f, Closed: closed}
	}
	for name, c := range map[string]struct {
		points []app.SeriesPoint
		want   string // at the beginning
		not    string
	}{
		"one":            {[]app.SeriesPoint{sum(100, 101, true), sum(120, 101, true), sum(3, 1, false)}, "Kỳ 3/2026 mới có 1/101 đơn vị; đến kỳ 2/2026: ", "giảm"},
		"two":            {[]app.SeriesPoint{sum(100, 101, true), sum(120, 101, true), sum(3, 1, false), sum(5, 2, false)}, "Kỳ 4/2026 mới có 2/101 đơn vị; đến kỳ 2/2026: ", "giảm"},
		"the last empty": {[]app.SeriesPoint{sum(100, 101, true), sum(120, 101, true), sum(3, 1, false), sum(0, 0, false)}, "Kỳ 3/2026 mới có 1/101 đơn vị; đến kỳ 2/2026: ", "giảm"},
		"whole":          {[]app.SeriesPoint{sum(100, 101, true), sum(120, 101, false)}, "", "mới có"},
		"closed so":      {[]app.SeriesPoint{sum(100, 101, true), sum(90, 99, true)}, "", "mới có"},
	} {
		p := app.IndicatorPage{Indicator: kpi.Indicator{Code: "1", Kind: kpi.KindNumber, Aggregation: kpi.AggSum, Direction: kpi.Up}, Points: c.points}
		for i := range p.Points {
			p.Points[i].Month = kpi.NewMonth(2026, 1) + kpi.Month(i)
		}
		var v indicatorView
		v.course(p)
		if !strings.HasPrefix(v.Summary, c.want) || strings.Contains(v.Summary, c.not) || v.Summary == "" {
			t.Errorf("%s: %q", name, v.Summary)
		}
	}
}

// The target on the page says its own year: what an annex gives is often for 2030.
func TestIndicatorPage_TargetYear(t *testing.T) {
	t.Parallel()
	goal, _ := kpi.ParseTargets("≥ 80", 2030)
	words, _ := kpi.ParseTargets("Thuộc nhóm dẫn đầu", 2045)
	for want, targets := range map[string][]kpi.Target{"Mục tiêu năm 2030: ≥ 80": goal, "Mục tiêu năm 2045: Thuộc nhóm dẫn đầu": words} {
		if got := badgesOf(kpi.Indicator{Targets: targets}, kpi.NewMonth(2026, 11)); len(got) == 0 || got[0].Text != want {
			t.Errorf("%+v, want %q", got, want)
		}
	}
}
