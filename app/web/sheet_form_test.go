package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app/kpi"

	"golang.org/x/net/html"
)

// sheetForm returns what a browser without JavaScript would send of the page's sheet.
func (d *doc) sheetForm() url.Values {
	d.t.Helper()
	values := url.Values{}
	for _, n := range d.all("#sheet input, #sheet select, #sheet textarea") {
		name := attr(n, "name")
		switch {
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			values.Set(name, strings.ReplaceAll(text, "\n", "\r\n"))
		case n.Data == "select":
			for o := range n.ChildNodes() {
				if has(o, "selected") || !values.Has(name) {
					values.Set(name, attr(o, "value"))
				}
			}
		case attr(n, "type") != "checkbox" || has(n, "checked"):
			values.Set(name, attr(n, "value"))
		}
	}
	return values
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func TestSaveForm_SavesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	values := whole()
	values["1.06"] = kpi.Entry{Raw: new("Dòng một\nDòng hai")}
	values["1.02"] = kpi.Entry{Raw: new("-")}
	s.enterCells(values)
	b := s.browser().signIn("nhap.syt", passphrase)
	if d := b.post(sheetPath+"/luu", b.get(sheetPath).sheetForm()); d.Status != http.StatusSeeOther {
		t.Fatalf("untouched form: status %d", d.Status)
	}
	d := b.get(sheetPath)
	d.has("#flash", "Chưa có thay đổi nào")
	form := d.sheetForm()
	form.Set("c.1.01", "1250")
	form.Set("n.1.05", "khong-ap-dung")
	b.post(sheetPath+"/luu", form)
	d = b.get(sheetPath)
	d.has("#flash", "Đã lưu 2 ô")
	if got := attr(d.find("#f-1_01"), "value"); got != "1.250" {
		t.Errorf("1.01 is %q", got)
	}
	d.has("#n-1_05 option[selected]", "Không áp dụng")
	for code, version := range map[string]string{"1.01": "2-", "1.02": "1-", "1.03": "1-", "1.06": "1-"} {
		if got := attr(d.find(`input[name="v.`+code+`"]`), "value"); !strings.HasPrefix(got, version) {
			t.Errorf("%s is at version %s, want %s", code, got, version)
		}
	}
}

func TestSaveForm_Refused_KeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	form := b.get(sheetPath + "?o=1.05").sheetForm()
	form.Set("c.1.01", `12"><script>x</script>`)
	form.Set("c.1.02", "7")
	form.Set("c.1.03", "70")
	form.Set("d.1.03", "60")
	form.Set("n.1.05", "chua-co")
	form.Set("e.1.05", "hôm nào")
	d := b.post(sheetPath+"/luu", form)
	if d.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", d.Status)
	}
	d.has(".error-summary h2", "Có 3 lỗi cần sửa")
	d.has(`.error-summary a[href="#f-1_01"]`, "Không phải là số")
	d.has("#m-1_03[data-state=rejected]", "lớn hơn mẫu số")
	for selector, want := range map[string]string{"#f-1_01": `12"><script>x</script>`, "#f-1_02": "7", "#f-1_03": "70", "#d-1_03": "60", "#e-1_05": "hôm nào"} {
		if n := d.find(selector); n == nil || attr(n, "value") != want {
			t.Errorf("%s lost %q", selector, want)
		}
	}
	d.has("#n-1_05 option[selected]", "Chưa có số liệu")
	if strings.Contains(d.Body, "<script>x") {
		t.Error("typed text is not escaped")
	}
	form = d.sheetForm()
	form.Set("c.1.01", "12")
	form.Set("d.1.03", "100")
	form.Set("e.1.05", "")
	if d := b.post(sheetPath+"/luu", form); d.Status != http.StatusSeeOther {
		t.Errorf("corrected form: status %d %s", d.Status, d.text(".error-summary"))
	}
}

func TestSaveForm_SomebodyWasFirst(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(map[string]kpi.Entry{"1.01": {Raw: new("5")}, "1.02": {Raw: new("1")}})
	b := s.browser().signIn("nhap.syt", passphrase)
	form := b.get(sheetPath).sheetForm()
	s.enterCells(map[string]kpi.Entry{"1.01": {Raw: new("15")}, "1.02": {Raw: new("2")}})
	form.Set("c.1.01", "12") // 1.02 was not touched here, so that it changed elsewhere is no conflict
	d := b.post(sheetPath+"/luu", form)
	if d.Status != http.StatusConflict {
		t.Fatalf("status %d", d.Status)
	}
	d.has(".error-summary h2", "Có 1 lỗi cần sửa")
	d.has("#m-1_01[data-state=conflict]", "Nhập liệu SYT đã ghi «15» lúc 09h00")
	if got := attr(d.find("#f-1_01"), "value"); got != "12" {
		t.Errorf("typed 12 became %q", got)
	}
	if got := attr(d.find("#f-1_02"), "value"); got != "2" {
		t.Errorf("1.02 shows %q, want what the other has saved", got)
	}
	b.post(sheetPath+"/luu", d.sheetForm())
	if got := attr(b.get(sheetPath).find("#f-1_01"), "value"); got != "12" {
		t.Errorf("saved again, 1.01 is %q", got)
	}
}

func TestSaveForm_SheetClosedMeanwhile_ListsWhatIsLost(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("nhap.syt", passphrase)
	form := b.get(sheetPath).sheetForm()
	form.Set("c.1.01", "77")
	s.now = kpi.NewMonth(2026, 11).Day(26)
	b.signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	form.Set("csrf", b.csrf)
	d := b.post(sheetPath+"/luu", form)
	if d.Status != http.StatusConflict {
		t.Fatalf("status %d", d.Status)
	}
	d.has(".error-summary", "đã khóa")
	d.has("#m-1_01", "Chưa lưu: 77")
}

func TestSubmit_WithoutScript_SavesWhatWasTypedFirst(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	values := whole()
	delete(values, "1.01")
	s.enterCells(values)
	b := s.browser().signIn("nhap.syt", passphrase)
	form := b.get(sheetPath).sheetForm()
	form.Set("c.1.01", "x")
	if d := b.post(sheetPath+"/trinh", form); d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-1_01"), "value") != "x" {
		t.Errorf("status %d, 1.01 refused and not kept", d.Status)
	}
	form.Set("c.1.01", "1000")
	if d := b.post(sheetPath+"/trinh", form); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d %s", d.Status, d.text(".error-summary"))
	}
	d := b.get(sheetPath)
	d.has(".badge", "Chờ đơn vị duyệt")
	d.has("#r-1_01", "1.000")
}

func TestSaveForm_Junk(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	for name, form := range map[string]url.Values{
		"nothing":      {},
		"unknown cell": {"c.9.99": {"1"}, "c.": {"1"}, "c.<b>": {"1"}, "zz.1.01": {"1"}},
		"bad versions": {"c.1.01": {"1"}, "v.1.01": {"-5-zz"}},
		"bad choice":   {"c.1.04": {"maybe"}, "n.1.01": {"<script>"}, "k.1.01": {"9"}},
		"long":         {"g.1.01": {strings.Repeat("ê", 1001)}, "c.1.06": {strings.Repeat("x", 5000)}},
		"bytes":        {"c.1.06": {"\xff\xfe\x00"}},
	} {
		if d := b.post(sheetPath+"/luu", form); d.Status >= 500 {
			t.Errorf("%s: status %d", name, d.Status)
		}
	}
}
