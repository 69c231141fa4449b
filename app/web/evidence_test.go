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

const (
	cellURL  = "/nhap-lieu/nq57/2026-11/SYT/1.01"
	panelURL = cellURL + "/ben-canh"
	onePDF   = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

// exampleEvidence is the id of the file that prove gives the unit SYT.
const exampleEvidence = kpi.EvidenceID("2026-11-0123456789abcdef0123456789abcdef")

// prove gives SYT a file as evidence of its cell 1.01.
func (s *site) prove() *site {
	s.t.Helper()
	id, size, err := s.store.PutFile(strings.NewReader(onePDF), 1<<20)
	if err == nil {
		err = s.store.Update(func(tx *store.Tx) error {
			ev := s.app.System().Event(kpi.VerbAttach, "test", "", "", "")
			e := kpi.Evidence{Unit: "SYT", ID: exampleEvidence, By: "nhap.syt", At: s.now,
				File: &kpi.File{Name: "Báo cáo; \"quý IV\".pdf", Type: kpi.PDF, Size: size, SHA256: id}}
			e.File.Name = kpi.CleanFileName(e.File.Name)
			k := kpi.CellKey{Set: "nq57", Month: kpi.NewMonth(2026, 11), Unit: "SYT", Indicator: "1.01"}
			if err := tx.PutEvidence(e, ev); err != nil {
				return err
			}
			return tx.Attach(k, kpi.Attachment{Evidence: e.ID, By: "nhap.syt", At: s.now}, ev)
		})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return s
}

// part sends a form as htmx does from the side of the sheet.
func (b *browser) part(path string, form url.Values) *doc {
	b.t.Helper()
	req := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-CSRF", b.csrf)
	req.Header.Set("HX-Request", "true")
	return b.do(req)
}

func TestPanel(t *testing.T) {
	t.Parallel()
	b := newProvince(t).prove().browser().signIn("nhap.syt", passphrase)
	d := b.get(panelURL)
	d.has("h1", "Chỉ số 1.01, tháng 11/2026")
	d.has(".panel-body dd", "Định nghĩa.")
	d.has(".panel-body dd", "Cách tính.")
	d.has("#panel-evidence .files", "Báo cáo; _quý IV_.pdf")
	d.has("#panel-evidence .files small", "Nhập liệu SYT")
	if d.find("#panel-upload input[type=file]") == nil || d.find(`a[href="/o/nq57/2026-11/SYT/1.01"]`) == nil {
		t.Error("the page lacks the upload or the history")
	}
	part := b.askPart(panelURL)
	if part.find("h1") != nil || part.text(".panel-body h2") != "1.01 Số hồ sơ tiếp nhận" || part.find("[data-focus]") != nil {
		t.Errorf("the part of the page: %.300s", part.Body)
	}
	d = b.as("duyet.syt").get(panelURL)
	d.has("#panel-evidence .files", "quý IV")
	if d.find("#panel-evidence form") != nil {
		t.Error("the approver is offered forms")
	}
	for path, want := range map[string]int{"/nhap-lieu/nq57/2026-11/22015/1.01/ben-canh": 404, "/nhap-lieu/nq57/2026-11/SYT/9.99/ben-canh": 404,
		"/nhap-lieu/nq57/2026-11/SYT/%3Cscript%3E/ben-canh": 404, "/nhap-lieu/nq57/2026-99/SYT/1.01/ben-canh": 404} {
		if d := b.get(path); d.Status != want {
			t.Errorf("%s: status %d, want %d", path, d.Status, want)
		}
	}
}

// as is another person's browser on the same site.
func (b *browser) as(login string) *browser {
	b.t.Helper()
	return b.site.browser().signIn(login, passphrase)
}

func TestEvidence_UploadAndDownload(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	b.get(panelURL)
	d := b.follow(b.upload(cellURL+"/minh-chung", "../Báo cáo quý.pdf", []byte(onePDF), nil))
	d.has("#flash", "Đã gắn tệp Báo cáo quý.pdf.")
	link := d.find("#panel-evidence .files a")
	if link == nil {
		t.Fatal("the list has no link to the file")
	}
	got := b.do(httptest.NewRequest("GET", attr(link, "href"), nil))
	if got.Status != http.StatusOK || got.Body != onePDF {
		t.Errorf("given back: status %d, %q", got.Status, got.Body)
	}
	for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Content-Disposition": `attachment; filename="minh-chung.pdf"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20qu%C3%BD.pdf`, "Cache-Control": "no-store"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	for login, want := range map[string]int{"duyet.syt": 200, "dieuphoi": 200, "lanhdao": 200, "nhap.22015": 404, "quantri": 404} {
		if d := b.as(login).do(httptest.NewRequest("GET", attr(link, "href"), nil)); d.Status != want {
			t.Errorf("%s: status %d, want %d", login, d.Status, want)
		}
	}
	for _, path := range []string{"/minh-chung/22015/" + strings.TrimPrefix(attr(link, "href"), "/minh-chung/SYT/"), "/minh-chung/SYT/x", "/minh-chung/SYT/..%2f..%2fchiso.db", "/minh-chung/SYT/" + string(exampleEvidence)} {
		if d := b.do(httptest.NewRequest("GET", path, nil)); d.Status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, d.Status)
		}
	}
}

func TestEvidence_Refused(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	b.get(panelURL)
	for _, x := range []struct {
		name string
		data string
		want int
		said string
	}{
		{"trang.pdf", "<html><script>alert(1)</script>", 422, "không phải PDF"},
		{"virus\u202efdp.exe", "MZ", 422, "chỉ nhận pdf"},
		{"hình.svg", "<svg onload=alert(1)>", 422, "chỉ nhận pdf"},
		{"trống.pdf", "", 422, "trống"},
		{"nặng.pdf", strings.Repeat("x", 10<<20+1), 413, "lớn hơn 10 MB"},
		{"", "", 422, "Chưa chọn tệp"},
		{`<img src=x onerror=alert(1)>.pdf`, "MZ", 422, "không phải PDF"},
	} {
		d := b.upload(cellURL+"/minh-chung", x.name, []byte(x.data), nil)
		if d.Status != x.want || !strings.Contains(d.text("#errors"), x.said) || d.find(".panel-body img") != nil {
			t.Errorf("%s: status %d, %q; want %d with %q", x.name, d.Status, d.text("#errors"), x.want, x.said)
		}
		if d.text("#panel-evidence .count") != "0" {
			t.Errorf("%s is in the list", x.name)
		}
	}
}

func TestEvidence_Citation(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	b.get(panelURL)
	bad := url.Values{"number": {"<b>12</b>"}, "date": {"30/2/2026"}, "agency": {"Sở Y tế"}, "summary": {"Báo cáo"}, "link": {"javascript:alert(1)"}}
	d := b.part(cellURL+"/minh-chung/trich-dan", bad)
	if d.Status != 422 || d.find("h1") != nil || d.find("details[open] #f-date[aria-invalid=true]") == nil || attr(d.find("#f-number"), "value") != "<b>12</b>" ||
		attr(d.find("#f-link"), "value") != "javascript:alert(1)" || d.find(".notice-error[data-focus]") == nil {
		t.Errorf("refused: %d %s", d.Status, d.Body)
	}
	d = b.post(cellURL+"/minh-chung/trich-dan", bad)
	d.has("#errors", "30/2/2026")
	d = b.part(cellURL+"/minh-chung/trich-dan", url.Values{"number": {"12/BC-SYT"}, "date": {"5/11/2026"}, "agency": {"Sở Y tế"}, "summary": {"Báo cáo <script>"}, "link": {"https://syt.example.vn/12"}})
	if d.Status != 200 || d.find("script") != nil || attr(d.find("#panel-evidence"), "data-evidence") != "1" {
		t.Errorf("taken: %d %s", d.Status, d.Body)
	}
	d.has(".notice-success[data-announce]", "Đã ghi trích dẫn 12/BC-SYT ngày 05/11/2026")
	if a := d.find(`.files a[href="https://syt.example.vn/12"]`); a == nil || attr(a, "rel") != "noopener noreferrer" {
		t.Errorf("the link: %s", d.Body)
	}

	other := "/nhap-lieu/nq57/2026-11/SYT/1.02"
	d = b.get(other + "/ben-canh")
	option := d.find("#f-id option")
	if option == nil {
		t.Fatal("the unit's evidence is not offered at another cell")
	}
	id := url.Values{"id": {attr(option, "value")}}
	b.follow(b.post(other+"/minh-chung/gan", url.Values{"id": {attr(option, "value")}})).has("#panel-evidence .files", "12/BC-SYT")
	if d := b.part(other+"/minh-chung/go", id); d.Status != 200 || attr(d.find("#panel-evidence"), "data-evidence") != "0" {
		t.Errorf("taken off: %d %s", d.Status, d.Body)
	}
	b.get(panelURL).has("#panel-evidence .files", "12/BC-SYT") // still there
	for _, junk := range []string{"", "x", "../..", string(exampleEvidence)} {
		if d := b.part(other+"/minh-chung/gan", url.Values{"id": {junk}}); d.Status != 422 && d.Status != 404 {
			t.Errorf("id %q: status %d", junk, d.Status)
		}
	}
}

// TestEvidence_Required: a cell that has to be proved stands in the way of submission until it is, and its row says so.
func TestEvidence_Required(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	if err := s.store.Update(func(tx *store.Tx) error {
		ind, err := tx.IndicatorVersion("nq57", "1.01", kpi.NewMonth(2026, 1))
		if err != nil {
			return err
		}
		ind.Evidence = true
		return tx.PutIndicator(ind, s.app.System().Event(kpi.VerbChange, "indicator/nq57/1.01", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get("/nhap-lieu/nq57/2026-11/SYT")
	b.save(`{"items":[{"k":"1.01","v":0,"raw":"12","op":"0123456789"}]}`)
	b.get("/nhap-lieu/nq57/2026-11/SYT").has("#m-1_01", "Chưa có minh chứng")
	d := b.part(cellURL+"/minh-chung/trich-dan", url.Values{"summary": {"Báo cáo"}, "link": {"https://syt.example.vn"}})
	if list := d.find("#panel-evidence"); list == nil || attr(list, "data-state") != "saved" || attr(list, "data-text") != "Đã lưu" {
		t.Errorf("what the row is told: %s", d.Body)
	}
	b.get(panelURL).has(".badge", "Bắt buộc")
	d = b.as("dieuphoi").get("/duyet/nq57/2026-11/SYT?xem=tat-ca")
	d.has("tr .files a", "Báo cáo")
	b.get("/o/nq57/2026-11/SYT/1.01").has("dl .files a", "Báo cáo")
}

// TestReviewRows_ProvedSinceTheReturn: a cell that was sent back and only got its evidence is told as put right.
func TestReviewRows_ProvedSinceTheReturn(t *testing.T) {
	t.Parallel()
	back := time.Date(2026, 11, 10, 2, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]bool{-time.Hour: false, time.Hour: true} {
		v := app.Review{SheetView: app.SheetView{Sheet: kpi.Sheet{State: kpi.Submitted}, Rows: []app.SheetRow{{Indicator: &kpi.Indicator{Code: "1.01"},
			Cell: kpi.Cell{Content: kpi.HasValue, Review: kpi.ReviewReturned, ReviewNote: "Thiếu minh chứng"}}}}, Since: back,
			Proofs: map[string][]app.Proof{"1.01": {{Evidence: kpi.Evidence{Citation: &kpi.Citation{Summary: "Báo cáo"}}, Attached: kpi.Attachment{At: back.Add(after)}}}}}
		row := reviewRows(v, returnForm{})[0]
		if row.Proved != want || row.changed() != want || row.Kept == want || len(row.Evidence) != 1 {
			t.Errorf("attached %v after the return: proved %v, kept %v, evidence %v", after, row.Proved, row.Kept, row.Evidence)
		}
	}
}
