package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/store"
)

// script is typed into every field: it must come back as text.
const script = `"><script>alert(1)</script>`

func TestUnits(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get("/quan-tri/don-vi")
	d.has("tbody th a", "Sở Y tế")
	d.has(".table-foot", "1–2 trong 2")
	for query, want := range map[string]string{"q=tuy+hoa": "Tuy Hoà", "q=syt": "Sở Y tế", "khoi=agency": "Sở Y tế", "khoi=ward": "Tuy Hoà"} {
		d = b.get("/quan-tri/don-vi?" + query)
		d.has("tbody th", want)
		if n := len(d.all("tbody tr")); n != 1 {
			t.Errorf("%s: %d rows", query, n)
		}
	}
	d = b.get("/quan-tri/don-vi?khoi=agency&q=" + url.QueryEscape(script))
	d.has(".empty", "Không có đơn vị nào khớp")
	if strings.Contains(d.Body, "<script>alert") || attr(d.find("#q"), "value") != script {
		t.Error("the query is not shown as it was typed")
	}
}

func TestUnits_Pages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	err := s.store.Update(func(tx *store.Tx) error {
		for i := range 60 {
			u := kpi.Unit{Code: fmt.Sprintf("X%02d", i), Name: fmt.Sprintf("Xã %02d", i), Kind: kpi.Commune}
			if err := tx.PutUnit(u, s.app.System().Event(kpi.VerbAdd, "unit/"+u.Code, "", u.Name, "")); err != nil {
				return err
			}
		}
		return tx.PutUser(kpi.User{Login: "quantri", Name: "Quản trị", Grants: []kpi.Grant{{Role: kpi.Admin}}, Password: s.hash(), Created: s.now},
			s.app.System().Event(kpi.VerbAdd, "user/quantri", "", "", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("quantri", passphrase)
	d := b.get("/quan-tri/don-vi?khoi=commune")
	if n := len(d.all("tbody tr")); n != 50 {
		t.Errorf("first page has %d rows", n)
	}
	d = b.get(attr(d.find(`.pager li:last-child a`), "href"))
	d.has(".table-foot", "51–60 trong 60")
	if n := len(d.all("tbody tr")); n != 10 {
		t.Errorf("second page has %d rows", n)
	}
}

func TestSaveUnit(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("quantri", passphrase)
	b.get(newUnit).has("h1", "Thêm đơn vị")
	d := b.post(newUnit, url.Values{"code": {"stc"}, "name": {"  Sở   Tài chính "}, "kind": {"agency"}, "from": {"7/2025"}})
	if d.Status != http.StatusSeeOther {
		t.Fatalf("add: %d %s", d.Status, d.text("#errors"))
	}
	d = b.get("/quan-tri/don-vi")
	d.has("#flash", "Đã thêm đơn vị Sở Tài chính")
	d.has("tbody tr", "STC Sở Tài chính Sở, ban, ngành từ 7/2025")

	if v := attr(b.get("/quan-tri/don-vi/STC").find("#f-from"), "value"); v != "7/2025" {
		t.Errorf("month shown as %q", v)
	}
	d = b.post("/quan-tri/don-vi/STC", url.Values{"name": {"Sở Tài chính"}, "kind": {"agency"}, "to": {"2026-06"}, "successor": {"SYT"}, "code": {"KHAC"}})
	if d.Status != http.StatusSeeOther {
		t.Fatalf("change: %d %s", d.Status, d.text("#errors"))
	}
	u, err := s.app.Unit(kpi.Actor{User: kpi.User{Grants: []kpi.Grant{{Role: kpi.Admin}}}}, "STC")
	if err != nil || u.From != 0 || u.To != kpi.NewMonth(2026, 6) || u.Successor != "SYT" {
		t.Errorf("stored %+v, %v", u, err)
	}
	d = b.get("/quan-tri/don-vi?q=tai+chinh")
	d.has("tr.row-off", "Kế thừa: Sở Y tế")
}

func TestSaveUnit_Refused(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	b.get("/")
	good := url.Values{"code": {"STC"}, "name": {"Sở Tài chính"}, "kind": {"agency"}}
	for _, c := range []struct{ field, value, want string }{
		{"code", "SYT", "đã có"},
		{"code", "sở tc", "chữ in hoa không dấu"},
		{"code", script, "chữ in hoa không dấu"},
		{"name", "   ", "còn trống"},
		{"kind", "x", "chưa được nêu"},
		{"kind", script, "chưa được nêu"},
		{"cohort", strings.Repeat("đ", 81), "dài quá 80"},
		{"from", "13/2025", "không phải tháng"},
		{"to", script, "không phải tháng"},
		{"successor", "ZZZ", "Không có đơn vị kế thừa"},
		{"successor", "STC", "chính nó"},
	} {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(c.field, c.value)
		d := b.post(newUnit, form)
		if d.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s=%q: status %d", c.field, c.value, d.Status)
			continue
		}
		d.has(`.error-summary a[href="#f-`+c.field+`"]`, c.want)
		if d.find("#f-"+c.field+"[aria-invalid]") == nil {
			t.Errorf("%s=%q: the field is not marked", c.field, c.value)
		}
		if c.field != "name" && attr(d.find("#f-name"), "value") != "Sở Tài chính" {
			t.Errorf("%s=%q: the name typed is gone", c.field, c.value)
		}
		if strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%s: script comes back", c.field)
		}
	}
	form := url.Values{"name": {script}, "kind": {"agency"}, "cohort": {script}, "from": {"x"}, "to": {"y"}}
	d := b.post("/quan-tri/don-vi/SYT", form)
	if d.Status != http.StatusUnprocessableEntity || strings.Contains(d.Body, "<script>alert") || attr(d.find("#f-cohort"), "value") != script {
		t.Errorf("change refused: %d", d.Status)
	}
	if n := len(d.all(".error-summary li")); n != 2 {
		t.Errorf("two bad months give %d errors", n)
	}
	d.has("h1", "Sở Y tế")
	for _, path := range []string{"/quan-tri/don-vi/KHONG", "/quan-tri/don-vi/x%00y", "/quan-tri/don-vi/" + strings.Repeat("A", 99)} {
		if d := b.get(path); d.Status != http.StatusNotFound {
			t.Errorf("GET %s: status %d", path, d.Status)
		}
		if d := b.post(path, good); d.Status != http.StatusNotFound && d.Status != http.StatusUnprocessableEntity {
			t.Errorf("POST %s: status %d", path, d.Status)
		}
	}
}

func TestTypedMonth(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "7/2025": "2025-07", " 07 / 2025": "2025-07", "12-2025": "2025-12", "2025-07": "2025-07",
		"0/2025": "!", "13/2025": "!", "7/25": "!", "2025/7": "!", "7/1999": "!"} {
		m, err := typedMonth("from", in)
		got := m.String()
		if err != nil {
			got = "!"
			if fieldErrors(err)["from"] == "" {
				t.Errorf("%q: the error belongs to no field", in)
			}
		}
		if got != want {
			t.Errorf("typedMonth(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestUnitForm_ChangedMeanwhile_ToldFirst: of two people who change one unit, the second is told before their text
// replaces the first one's.
func TestUnitForm_ChangedMeanwhile_ToldFirst(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	a, b := s.browser().signIn("dieuphoi", passphrase), s.browser().signIn("quantri", passphrase)
	open := func(x *browser) url.Values {
		d := x.get("/quan-tri/don-vi/SYT")
		return url.Values{"name": {"Sở Y tế"}, "kind": {"agency"}, "seen": {attr(d.find(`input[name="seen"]`), "value")}}
	}
	first, second := open(a), open(b)
	first.Set("name", "Sở Y tế tỉnh")
	second.Set("name", "Sở Y tế Đắk Lắk")
	if d := a.post("/quan-tri/don-vi/SYT", first); d.Status != http.StatusSeeOther {
		t.Fatalf("first: %d", d.Status)
	}
	d := b.post("/quan-tri/don-vi/SYT", second)
	if d.Status != http.StatusConflict || attr(d.find("#f-name"), "value") != "Sở Y tế Đắk Lắk" {
		t.Fatalf("second: %d", d.Status)
	}
	d.has("#errors", "đã sửa mục này")
	second.Set("seen", attr(d.find(`input[name="seen"]`), "value"))
	if d := b.post("/quan-tri/don-vi/SYT", second); d.Status != http.StatusSeeOther {
		t.Errorf("after having been told: %d", d.Status)
	}
}
