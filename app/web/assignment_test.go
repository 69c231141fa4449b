package web

import (
	"net/http"
	"net/url"
	"testing"

	"chiso/app/kpi"
)

func (s *site) leads(code string, m kpi.Month) []string {
	s.t.Helper()
	c, err := s.app.Catalogue(s.person("dieuphoi"), "nq57", m)
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Leads[code]
}

func TestAssign(t *testing.T) {
	t.Parallel()
	november := kpi.NewMonth(2026, 11)
	s := newProvince(t)
	s.incompleteIndicator()
	b := s.browser().signIn("quantri", passphrase)
	const path = "/quan-tri/giao/nq57"
	d := b.get("/quan-tri/giao")
	if n := len(d.all(`input[name="code[]"]`)); n != 7 {
		t.Fatalf("%d indicators to choose, want 7", n)
	}
	if n := len(b.get(path + "?chua-giao=1").all(`input[name="code[]"]`)); n != 1 {
		t.Errorf("%d indicators that nobody reports, want 1", n)
	}
	d = b.post(path, url.Values{"code[]": {"1.07"}, "block[]": {"tat-ca"}, "lam": {"giao"}, "tu": {"2026-12"}})
	if d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	b.get(d.Header.Get("Location")).has("#flash", "Đã giao 1 chỉ số cho 2 đơn vị từ tháng 12/2026 (2 lượt).")
	if n := len(s.leads("1.07", november+1)); n != 2 {
		t.Errorf("%d units report it from December, want 2", n)
	}
	if n := len(s.leads("1.07", november)); n != 0 {
		t.Errorf("%d units report it in November already", n)
	}
	d = b.post(path, url.Values{"group[]": {"1"}, "q": {"ho so"}, "unit[]": {"SYT"}, "lam": {"thoi"}, "tu": {"2026-12"}})
	b.get(d.Header.Get("Location")).has("#flash", "Đã thôi giao 3 chỉ số cho 1 đơn vị")
	if got := s.leads("1.01", november+1); len(got) != 1 || got[0] != "22015" {
		t.Errorf("1.01 is reported by %v", got)
	}
	d = b.post(path, url.Values{"code[]": {"1.07"}, "block[]": {"xa-phuong"}, "lam": {"giao"}, "tu": {"2026-12"}})
	b.get(d.Header.Get("Location")).has("#flash", "Không có gì thay đổi")
	b.get("/chi-so/nq57/1.07").has(".timeline p", "giao cho 2 đơn vị từ kỳ 12/2026")
}

func TestAssign_Refusals(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("dieuphoi", passphrase)
	const path = "/quan-tri/giao/nq57"
	b.get(path)
	for name, form := range map[string]url.Values{
		"nothing chosen": {"lam": {"giao"}},
		"no unit":        {"code[]": {"1.01"}, "lam": {"giao"}},
		"no indicator":   {"unit[]": {"SYT"}, "lam": {"giao"}},
		"unknown code":   {"code[]": {"<script>"}, "unit[]": {"SYT"}},
	} {
		d := b.post(path, form)
		if d.Status != http.StatusUnprocessableEntity || d.find(".error-summary") == nil {
			t.Errorf("%s: %d", name, d.Status)
		}
		if form.Has("unit[]") && len(d.all(`input[name="unit[]"][checked]`)) != 1 || form.Get("code[]") == "1.01" && len(d.all(`input[name="code[]"][checked]`)) != 1 {
			t.Errorf("%s: the choice is lost", name)
		}
	}
	if d := b.post(path, url.Values{"code[]": {"1.01"}, "unit[]": {"KHONGCO"}}); d.Status != http.StatusNotFound {
		t.Errorf("unknown unit: %d", d.Status)
	}
	if d := b.post("/quan-tri/giao/khac", url.Values{"code[]": {"1.01"}, "unit[]": {"SYT"}}); d.Status != http.StatusNotFound {
		t.Errorf("unknown set: %d", d.Status)
	}
}
