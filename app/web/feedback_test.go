package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/store"
)

// exampleThread and exampleOfficer are what converse gives the unit SYT.
const (
	exampleThread  = kpi.ThreadID("019d8d1e0e000a0b0c0d")
	exampleOfficer = "019d8d1e0e00"
)

// converse gives SYT a question that was answered, and an officer.
func (s *site) converse() *site {
	s.t.Helper()
	err := s.store.Update(func(tx *store.Tx) error {
		ev := s.app.System().Event(kpi.VerbAdd, "test", "", "", "")
		t := kpi.Thread{ID: exampleThread, Kind: kpi.Question, Title: "Mẫu số <b>tính</b> thế nào?", Unit: "SYT", Set: "nq57", Indicator: "1.01",
			State: kpi.ThreadAnswered, Posts: 2, Version: 2, By: "nhap.syt", Last: kpi.Step{By: "dieuphoi", At: s.now}}
		for i, p := range []kpi.Post{{By: "nhap.syt", At: s.now, Text: "Có tính <script>alert(1)</script> không?\nDòng hai."}, {By: "dieuphoi", At: s.now, Text: "Có.", Answer: true}} {
			if err := tx.PutPost(t.ID, i+1, p); err != nil {
				return err
			}
		}
		if err := tx.PutThread(t, ev); err != nil {
			return err
		}
		return tx.PutFocalPoint(kpi.FocalPoint{Unit: "SYT", ID: exampleOfficer, Name: "Nguyễn Thị Lan", Phone: "0912345678", Changed: s.now, By: "duyet.syt"}, ev)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s
}

func exampleThreadURL() string { return threadURL(exampleThread) }

func TestFeedback_AskAndAnswer(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	clerk := s.browser().signIn("nhap.syt", passphrase)
	clerk.get("/chi-so/nq57/1.03").has(".page-actions a", "Hỏi về chỉ số này")
	d := clerk.get("/hoi-dap/moi?bo=nq57&chi-so=1.03")
	if n := d.find(`#f-indicator option[selected]`); n == nil || attr(n, "value") != "nq57/1.03" {
		t.Error("the indicator of the address is not chosen")
	}
	op := attr(d.find("input[name=op]"), "value")
	d = clerk.post("/hoi-dap/moi", url.Values{"unit": {"SYT"}, "indicator": {"nq57/1.03"}, "title": {""}, "text": {"Đã ghi dài"}, "op": {op}})
	if d.Status != http.StatusUnprocessableEntity || d.text("#f-text") != "Đã ghi dài" {
		t.Errorf("without a title: %d, kept %q", d.Status, d.text("#f-text"))
	}
	d.has(".error-summary a[href='#f-title']", "tiêu đề")
	form := url.Values{"unit": {"SYT"}, "indicator": {"nq57/1.03"}, "title": {"Mẫu số"}, "text": {"Tính thế nào?\nDòng hai"}, "op": {op}}
	first := clerk.post("/hoi-dap/moi", form)
	form.Del("csrf")
	if again := clerk.post("/hoi-dap/moi", form); first.Header.Get("Location") != again.Header.Get("Location") {
		t.Error("the same form twice asks twice")
	}
	at := first.Header.Get("Location")
	d = clerk.get(at)
	d.has(".badge", "Chờ trả lời")
	d.has(".post p", "Dòng hai")

	chief := s.browser().signIn("dieuphoi", passphrase)
	chief.get("/").has(".notice a", "Chờ trả lời 1")
	chief.get("/hoi-dap?tinh-trang=waiting").has("tbody th a", "Mẫu số")
	chief.get(at)
	chief.follow(chief.post(at+"/tra-loi", url.Values{"v": {"1"}, "text": {"Tính cả năm."}})).has(".post-answer p", "Tính cả năm.")
	d = chief.post(at+"/tra-loi", url.Values{"v": {"1"}, "text": {"Câu trả lời thứ hai"}})
	if d.Status != http.StatusConflict || d.text("#f-text") != "Câu trả lời thứ hai" || attr(d.find("form[action$='/tra-loi'] input[name=v]"), "value") != "2" {
		t.Errorf("an answer on an old page: %d, kept %q", d.Status, d.text("#f-text"))
	}
	chief.follow(chief.post(at+"/cong-bo", url.Values{"v": {"2"}, "question": {"Mẫu số là gì?"}, "answer": {"Cả năm."}})).has("[aria-labelledby=published-h] p", "Mẫu số là gì?")

	other := s.browser().signIn("nhap.22015", passphrase)
	other.get("/chi-so/nq57/1.03").has("[aria-labelledby=answers-h] .post-answer p", "Cả năm.")
	d = other.get(at)
	d.has(".post p", "Mẫu số là gì?")
	if strings.Contains(d.Body, "Tính thế nào") || strings.Contains(d.Body, "Sở Y tế") {
		t.Error("another unit sees who asked, or how")
	}
	other.get("/hoi-dap?bo=nq57&chi-so=1.03").has("tbody th a", "Mẫu số là gì?")
}

// Nobody but the unit and the province opens a thread that is not published, and what was written is never markup.
func TestThread_WhoSees(t *testing.T) {
	t.Parallel()
	s := newProvince(t).converse()
	for login, want := range map[string]int{"nhap.syt": 200, "duyet.syt": 200, "dieuphoi": 200, "daumoi": 200, "lanhdao": 200, "nhap.22015": 404, "quantri": 404} {
		d := s.browser().signIn(login, passphrase).get(exampleThreadURL())
		if d.Status != want {
			t.Errorf("%s: %d, want %d", login, d.Status, want)
		}
		if want != 200 {
			continue
		}
		d.has("h1", "<b>tính</b>")
		if strings.Contains(d.Body, "<script>alert") {
			t.Errorf("%s: a post is not escaped", login)
		}
	}
	for _, bad := range []string{"/hoi-dap/khac", "/hoi-dap/" + strings.Repeat("0", 20), "/hoi-dap/%2e%2e"} {
		if d := s.browser().signIn("dieuphoi", passphrase).get(bad); d.Status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, d.Status)
		}
	}
}

// Fifty threads a page; a filter and a page survive in the address.
func TestFeedback_Pages(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	asks := kpi.Actor{User: kpi.User{Login: "nhap.syt", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}}, At: s.now}
	for i := range 53 {
		if _, err := s.app.Ask(asks, app.QuestionInput{Unit: "SYT", Title: fmt.Sprintf("Câu hỏi %d", i), Text: "Hỏi."}); err != nil {
			t.Fatal(err)
		}
	}
	b := s.browser().signIn("dieuphoi", passphrase)
	if n := len(b.get("/hoi-dap?tinh-trang=waiting").all("tbody tr")); n != 50 {
		t.Errorf("%d rows on the first page", n)
	}
	d := b.get("/hoi-dap?tinh-trang=waiting&trang=2")
	if n := len(d.all("tbody tr")); n != 3 {
		t.Errorf("%d rows on the second page", n)
	}
	d.has(".table-foot", "51–53 trong 53")
	if d.find(`.pager a[href*="tinh-trang=waiting"]`) == nil {
		t.Error("the links to pages forget the filter")
	}
	b.get("/hoi-dap?tinh-trang=answered").has(".empty h2", "Không có câu hỏi nào khớp")
}

func TestExplanation_StaysWithTheFigure(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(map[string]kpi.Entry{"1.01": {Raw: new("5")}})
	const cell = "/o/nq57/2026-11/SYT/1.01"
	leader := s.browser().signIn("lanhdao", passphrase)
	leader.get("/tong-hop/nq57/2026-11/1.01?tam=1").has("tbody a", "Đề nghị giải trình")
	leader.get(cell).has("#giai-trinh button", "Đề nghị giải trình")
	if d := leader.post(cell+"/giai-trinh", url.Values{"text": {"  "}}); d.Status != http.StatusUnprocessableEntity || d.find("#f-text[aria-invalid]") == nil {
		t.Errorf("an empty request: %d", d.Status)
	}
	leader.follow(leader.post(cell+"/giai-trinh", url.Values{"text": {"Vì sao giảm?"}, "op": {"op-12345678"}})).has("#giai-trinh .post p", "Vì sao giảm?")

	clerk := s.browser().signIn("nhap.syt", passphrase)
	d := clerk.get("/")
	d.has(".task-name", "1.01 Số hồ sơ tiếp nhận")
	to := attr(d.find("[aria-labelledby=asked] a"), "href")
	if to != cell+"#giai-trinh" {
		t.Errorf("the task leads to %s", to)
	}
	clerk.get("/nhap-lieu/nq57/2026-11/SYT/1.01/ben-canh").has("a.badge", "Giải trình: chờ trả lời")
	d = clerk.get(cell)
	reply := d.find("#giai-trinh form[action$='/tra-loi']")
	if reply == nil || d.find("#giai-trinh form[action$='/giai-trinh']") != nil {
		t.Fatal("the unit cannot answer, or could ask itself")
	}
	clerk.follow(clerk.post(attr(reply, "action"), url.Values{"v": {"1"}, "text": {"Do mùa vụ."}})).has("#giai-trinh .post-answer p", "Do mùa vụ.")
	if clerk.get("/").find("[aria-labelledby=asked]") != nil {
		t.Error("the task stays after the answer")
	}
	s.browser().signIn("dieuphoi", passphrase).get("/duyet/nq57/2026-11/SYT?xem=tat-ca").has("a.badge", "Giải trình: đã trả lời")
	if d := s.browser().signIn("nhap.22015", passphrase).get(cell); d.Status != http.StatusNotFound {
		t.Errorf("another unit: %d", d.Status)
	}
}
