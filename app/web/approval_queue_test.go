package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
)

// sendBoth brings the sheets of both units to the province: SYT's has been sent back once, so there is something to
// look at; the ward's has nothing.
func (s *site) sendBoth() {
	s.t.Helper()
	s.send("22015", kpi.Approved)
	s.now = s.now.Add(time.Hour)
	s.send("SYT", kpi.Approved)
	s.now = s.now.Add(time.Minute)
	if err := s.app.ProvinceReturn(s.person("dieuphoi"), s.sheetAt("SYT"), "", map[string]string{"1.01": "Chưa khớp báo cáo tháng"}); err != nil {
		s.t.Fatal(err)
	}
	s.now = s.now.Add(time.Minute)
	s.enter("SYT", map[string]string{"1.01": "130"})
	s.submitSheet("SYT")
	if err := s.app.Approve(s.person("duyet.syt"), s.sheetAt("SYT")); err != nil {
		s.t.Fatal(err)
	}
}

func TestQueue_CleanSheetInOneClick(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.sendBoth()
	b := s.browser().signIn("dieuphoi", passphrase)
	const syt, ward = "/duyet/" + roundNow + "/SYT", "/duyet/" + roundNow + "/22015"
	d := b.get("/duyet")
	if first := d.find("tbody tr a"); attr(first, "href") != syt {
		t.Errorf("first stands %s", attr(first, "href"))
	}
	d.has("tbody td", "1 ô")
	d.has(".chip", "Có ô cần chú ý 1")
	d.has(".chip", "Không có ô cần chú ý 1")
	buttons := d.all(`tbody button[form="accept"]`)
	if len(buttons) != 1 || attr(buttons[0], "formaction") != ward+"/phe-duyet" {
		t.Fatalf("%d sheets can be accepted unseen", len(buttons))
	}
	clean := b.get("/duyet?loai=sach&khoi=xa")
	if n := len(clean.all("tbody tr")); n != 1 {
		t.Errorf("%d clean sheets", n)
	}
	form := clean.form("#accept", url.Values{"v": {attr(buttons[0], "value")}})
	d = b.post(ward+"/phe-duyet", form)
	if d.Status != http.StatusSeeOther || d.Header.Get("Location") != "/duyet?khoi=xa&loai=sach" {
		t.Fatalf("%d to %s", d.Status, d.Header.Get("Location"))
	}
	if d = b.post(ward+"/phe-duyet", form); d.Status != http.StatusSeeOther {
		t.Errorf("pressed twice: %d", d.Status)
	}
	after := b.get("/duyet")
	after.has("#flash", "Đã phê duyệt biểu tháng 11/2026 của Ủy ban nhân dân phường Tuy Hoà")
	if link := after.find("#flash a"); attr(link, "href") != ward || b.get(ward).find(`[formaction$="/huy-phe-duyet"]`) == nil {
		t.Errorf("no way back from what was accepted in one click: %q", attr(link, "href"))
	}
	if b.get("/duyet").find("#accept") != nil {
		t.Error("there is a form though no sheet is clean")
	}
	forged := url.Values{"tu": {fromList}, "v": {attr(b.get(syt).find("#review [name=v]"), "value")}}
	d = b.post(syt+"/phe-duyet", forged)
	if d.Status != http.StatusConflict {
		t.Fatalf("a sheet with a cell to look at was accepted unseen: %d", d.Status)
	}
	d.has(".error-summary", "Mở biểu, xem rồi phê duyệt")
}

func TestReview_BeforeAfter_Reasons_Undo(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.sendBoth()
	b := s.browser().signIn("dieuphoi", passphrase)
	const syt = "/duyet/" + roundNow + "/SYT"
	d := b.get(syt)
	d.has(".chip", "Thay đổi so lần trả lại trước 1")
	d.has("tbody del", "120")
	d.has("tbody ins", "130")
	if o := d.find("datalist#reasons option"); o == nil || attr(o, "value") != "Chưa khớp báo cáo tháng" || d.find(`.say input[list="reasons"]`) == nil {
		t.Error("the earlier reason is not offered")
	}
	for key, says := range map[string]string{"1": "Phê duyệt 1", "2": "Trả lại 2", "3": "Bỏ qua 3"} {
		d.has(`.save-bar [data-key="`+key+`"]`, says)
	}
	if first := d.find("#review button"); attr(first, "formaction") != "" || attr(d.find("#review"), "action") != syt+"/tinh-tra-lai" {
		t.Error("Enter in a comment does not send back")
	}
	d = b.post(syt+"/phe-duyet", d.form("#review", nil))
	if d.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", d.Status, d.text(".error-summary"))
	}
	page := b.get(syt)
	if d = b.post(syt+"/huy-phe-duyet", page.form("#review", nil)); d.Status != http.StatusUnprocessableEntity || d.find("#f-reason[aria-invalid]") == nil {
		t.Errorf("without a reason: %d", d.Status)
	}
	if d = b.post(syt+"/huy-phe-duyet", page.form("#review", url.Values{"reason": {"Duyệt nhầm"}})); d.Status != http.StatusSeeOther || d.Header.Get("Location") != syt {
		t.Fatalf("%d to %s %s", d.Status, d.Header.Get("Location"), d.text(".error-summary"))
	}
	d = b.get(syt)
	d.has(".page-meta .badge", "Chờ tỉnh duyệt")
	d.has(".timeline li", "Lý do: «Duyệt nhầm»")
}

func TestReview_ChosenOnTheBoard_OneAfterAnother(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.sendBoth()
	b := s.browser().signIn("dieuphoi", passphrase)
	board := b.get("/theo-doi/" + roundNow)
	if len(board.all(`#rows input[name="u[]"]`)) != 2 || attr(board.find("#remind [formaction^='/duyet/']"), "formaction") != "/duyet/"+roundNow {
		t.Error("sheets that wait cannot be chosen for review")
	}
	const both = "?u[]=SYT&u[]=22015&u[]=%3Cb%3E"
	d := b.get("/duyet/" + roundNow + both)
	d.has("h1", "Sở Y tế")
	if skip := attr(d.find(`[data-key="3"]`), "href"); skip != "/duyet/"+roundNow+"/22015?chon=SYT%2C22015" {
		t.Errorf("then comes %s", skip)
	}
	d = b.get(attr(d.find(`[data-key="3"]`), "href"))
	d = b.post("/duyet/"+roundNow+"/22015/phe-duyet", d.form("#review", nil))
	if to := d.Header.Get("Location"); d.Status != http.StatusSeeOther || to != "/theo-doi/"+roundNow {
		t.Errorf("after the last: %d to %s", d.Status, to)
	}
	b.get("/duyet/"+roundNow+"?u[]=22015").has("#flash", "không có biểu nào chờ duyệt")
	if to := b.post("/duyet", nil); to.Status != http.StatusMethodNotAllowed && to.Status != http.StatusNotFound {
		t.Errorf("%d", to.Status)
	}
	if d := b.get("/duyet?chon=" + strings.Repeat("x,", 1500)); d.Status != http.StatusOK {
		t.Errorf("a long choice: %d", d.Status)
	}
}

func TestHome_CellsThatCameBack(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.send("SYT", kpi.Submitted)
	if err := s.app.UnitReturn(s.person("duyet.syt"), s.sheetAt("SYT"), "", map[string]string{"1.02": "<b>Thiếu</b> minh chứng"}); err != nil {
		t.Fatal(err)
	}
	b := s.browser().signIn("nhap.syt", passphrase)
	d := b.get("/")
	d.has(".task-note a", "Ô 1.02: «<b>Thiếu</b> minh chứng»")
	if to := attr(d.find(".task-note a"), "href"); to != "/nhap-lieu/"+roundNow+"/SYT#r-1_02" {
		t.Error(to)
	}
	b.get("/nhap-lieu/"+roundNow+"/SYT").has("#r-1_02 .returned-note", "Thiếu")
	s.submitSheet("SYT")
	if err := s.app.Approve(s.person("duyet.syt"), s.sheetAt("SYT")); err != nil {
		t.Fatal(err)
	}
	if s.browser().signIn("duyet.syt", passphrase).get("/").find(`form[action="/duyet/`+roundNow+`/SYT/rut-lai"]`) == nil {
		t.Error("the approver cannot take it back from the first page")
	}
}
