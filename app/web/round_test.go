package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// december are the dates of the next round as its form shows them.
func december(change map[string]string) url.Values {
	f := url.Values{"thang": {"2026-12"}, "opens": {"01/12/2026"}, "unit": {"16/12/2026"}, "province": {"18/12/2026"}, "locks": {"25/12/2026"}}
	for k, v := range change {
		f.Set(k, v)
	}
	return f
}

func TestRounds_ListAndOpen(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	if err := s.store.Update(func(tx *store.Tx) error {
		return tx.PutSet(kpi.IndicatorSet{Code: "moi", Name: "Bộ mới"}, s.app.System().Event(kpi.VerbAdd, "test", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("dieuphoi", passphrase)
	d := b.get("/ky")
	d.has("tbody th", "Tháng 11/2026")
	d.has("tbody td", "0/2")
	d.has("tbody td", "24h00 ngày 16/11/2026")
	d.has(".empty h3", "Chưa có kỳ nào")
	d.has(`a[href="/ky/nq57/mo?thang=2026-12"]`, "Mở kỳ tháng 12/2026")
	d.has(`a[href="/ky/moi/mo?thang=2026-11"]`, "Mở kỳ tháng 11/2026")

	d = b.get("/ky/nq57/mo")
	d.has("h1", "tháng 12/2026")
	d.has("dd", "2 biểu, 12 ô phải nhập")
	d.has(".notice-warning", "Chỉ số chưa có mục tiêu: 4")
	for name, want := range map[string]string{"opens": "01/12/2026", "unit": "16/12/2026", "province": "18/12/2026", "locks": "25/12/2026"} {
		if got := attr(d.find("#f-"+name), "value"); got != want {
			t.Errorf("%s is proposed as %s, want %s", name, got, want)
		}
	}
	b.get("/ky/moi/mo").has(".notice-error", "chưa có chỉ số nào đến kỳ")

	d = b.post("/ky/nq57/mo", december(map[string]string{"unit": "20/12/2026"}))
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-unit"), "value") != "20/12/2026" {
		t.Errorf("dates out of order: %d", d.Status)
	}
	d.has(`.error-summary a[href="#f-province"]`, "Hạn của tỉnh")
	d = b.post("/ky/nq57/mo", december(map[string]string{"unit": "31/02/2026", "locks": "", "opens": `<script>x</script>`}))
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-opens"), "value") != "<script>x</script>" || len(d.all(".error-summary li")) != 3 {
		t.Errorf("unreadable dates: %d, %d errors", d.Status, len(d.all(".error-summary li")))
	}
	d = b.post("/ky/nq57/mo", december(map[string]string{"locks": "26-12-2026"}))
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/ky/nq57/2026-12" {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get("/ky/nq57/2026-12")
	d.has("#flash", "Đã mở kỳ 12/2026")
	d.has(".page-meta .badge", "Chưa đến ngày mở")
	round, err := s.app.Round(s.person("dieuphoi"), "nq57", kpi.NewMonth(2026, 12))
	if m := kpi.NewMonth(2026, 12); err != nil || !round.Dates.Equal(kpi.Dates{Opens: m.Day(1), UnitDue: m.Day(17), ProvinceDue: m.Day(19), Locks: m.Day(27)}) {
		t.Errorf("%+v %v", round.Dates, err)
	}
	if d = b.post("/ky/nq57/mo", december(nil)); d.Status != http.StatusConflict {
		t.Errorf("opened twice: %d", d.Status)
	}
	if d = b.get("/ky/nq57/mo?thang=2027-06"); d.find("main form[method=post] button") != nil {
		t.Error("a round far ahead can be opened")
	}
	for _, bad := range []string{"/ky/NQ/mo", "/ky/khac/mo", "/ky/nq57/mo?thang=2026-13", "/ky/nq57/2026-10", "/ky/nq57/x"} {
		if d := b.get(bad); d.Status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, d.Status)
		}
	}
}

func TestRound_SetDates(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("dieuphoi", passphrase)
	path := "/ky/" + roundNow
	d := b.get(path)
	d.has("h1", "Kỳ báo cáo tháng 11/2026")
	d.has(".page-meta .badge", "Đang mở")
	dates := url.Values{"opens": {"01/11/2026"}, "unit": {"17/11/2026"}, "province": {"18/11/2026"}, "locks": {"25/11/2026"}, "reason": {" "}}
	d = b.post(path+"/han", dates)
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-unit"), "value") != "17/11/2026" || d.find("#f-reason[aria-invalid]") == nil {
		t.Errorf("without a reason: %d", d.Status)
	}
	dates.Set("reason", "<script>alert(1)</script>")
	dates.Set("unit", "hôm nay")
	d = b.post(path+"/han", dates)
	d.has("#f-reason", "<script>alert(1)</script>")
	if d.Status != http.StatusUnprocessableEntity || d.find("#f-unit[aria-invalid]") == nil || strings.Contains(d.Body, "<script>alert") {
		t.Errorf("unreadable: %d", d.Status)
	}
	dates.Set("unit", "17/11/2026")
	if d = b.post(path+"/han", dates); d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get(path)
	d.has("#flash", "Đã đổi các mốc")
	if got := attr(d.find("#f-unit"), "value"); got != "17/11/2026" {
		t.Errorf("the deadline is %s", got)
	}
	d.has(".timeline p", "Lý do: «<script>")
}

func TestRound_Close(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Approved)
	if err := s.app.Accept(s.person("dieuphoi"), s.sheetAt("SYT")); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("dieuphoi", passphrase)
	path := "/ky/" + roundNow
	d := b.get(path)
	d.has("dd", "1/2 đã được tỉnh phê duyệt")
	d.has("tbody th a", "Tuy Hoà")
	if d.find("details[open] [name=confirm]") != nil {
		t.Error("the form that closes is open from the start")
	}
	for _, tt := range []struct {
		form   url.Values
		status int
		text   string
	}{
		{nil, 422, "Ghi đúng «11/2026»"},
		{url.Values{"confirm": {"10/2026"}, "anyway": {"1"}}, 422, "Ghi đúng «11/2026»"},
		{url.Values{"confirm": {"<script>"}}, 422, "Ghi đúng"},
		{url.Values{"confirm": {"11/2026"}}, 409, "còn 1/2 biểu chưa được phê duyệt"},
	} {
		d := b.post(path+"/chot", tt.form)
		if d.Status != tt.status || attr(d.find("details[open] [name=confirm]"), "value") != tt.form.Get("confirm") {
			t.Errorf("%v: %d", tt.form, d.Status)
		}
		d.has(".error-summary", tt.text)
	}
	if d = b.post(path+"/chot", url.Values{"confirm": {" 11/2026 "}, "anyway": {"1"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	d = b.get(path)
	d.has("#flash", "Đã chốt số liệu kỳ 11/2026.")
	d.has(".page-meta .badge", "Đã chốt")
	d.has("dd", fmt.Sprintf("%s, Điều phối tỉnh", kpi.FormatTime(s.now)))
	if d.find("main form") != nil {
		t.Error("a closed round can still be changed")
	}
	if d = b.post(path+"/chot", url.Values{"confirm": {"11/2026"}}); d.Status != http.StatusConflict {
		t.Errorf("closed twice: %d", d.Status)
	}
	b.get("/ky").has("tbody .badge", "Đã chốt")
	b.get("/theo-doi/"+roundNow).has("#c-closed", "Đã chốt 1")
}

func TestRounds_NoSets(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.store.Update(func(tx *store.Tx) error {
		u := kpi.User{Login: "dieuphoi", Name: "Điều phối", Grants: []kpi.Grant{{Role: kpi.Coordinator}}, Password: s.hash(), Created: s.now}
		return tx.PutUser(u, s.app.System().Event(kpi.VerbAdd, "test", "", "", ""))
	}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("dieuphoi", passphrase)
	b.get("/ky").has(".empty h2", "Chưa có bộ chỉ số")
	b.get("/theo-doi").has(".empty h2", "Chưa có kỳ báo cáo nào")
	b.get("/duyet").has(".empty p", "Không có biểu nào chờ tỉnh duyệt")
}

// A month whose usual dates have passed is not opened unawares: late at once, or locked before anybody enters anything.
func TestPlan_DatesThatHavePassed(t *testing.T) {
	t.Parallel()
	d := kpi.DefaultDates(kpi.NewMonth(2026, 11))
	for _, tt := range []struct {
		now  time.Time
		want string
	}{
		{d.UnitDue.Add(-time.Second), ""},
		{d.UnitDue, "Hạn nộp nêu ở đây đã qua"},
		{d.Locks, "Ngày khóa nhập nêu ở đây đã qua"},
	} {
		if got := pastDates(d, tt.now); !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("%s: %q, want %q", tt.now, got, tt.want)
		}
	}
	b := newProvince(t).browser().signIn("dieuphoi", passphrase)
	b.get("/ky/nq57/mo?thang=2026-01").has(".notice-warning", "Ngày khóa nhập nêu ở đây đã qua")
}
