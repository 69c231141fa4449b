package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

const sheetPath = "/nhap-lieu/nq57/2026-11/SYT"

// enterCells saves values into cells of the unit SYT as its clerk, past the pages.
func (s *site) enterCells(values map[string]kpi.Entry) {
	s.t.Helper()
	actor := s.person("nhap.syt")
	sh, err := s.app.Sheet(actor, "nq57", kpi.NewMonth(2026, 11), "SYT")
	if err != nil {
		s.t.Fatal(err)
	}
	var saves []app.CellSave
	for _, row := range sh.Rows {
		if e, ok := values[row.Indicator.Code]; ok {
			saves = append(saves, app.CellSave{Indicator: row.Indicator.Code, Version: row.Cell.Version, Entry: e})
		}
	}
	answer, err := s.app.SaveCells(actor, "nq57", kpi.NewMonth(2026, 11), "SYT", saves)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range answer.Cells {
		if c.Outcome != app.Saved {
			s.t.Fatalf("%s: %s %s", c.Indicator, c.Outcome, c.Text)
		}
	}
}

// whole is a value for every cell of the sheet.
func whole() map[string]kpi.Entry {
	return map[string]kpi.Entry{"1.01": {Raw: new("1.200")}, "1.02": {Raw: new("300")}, "1.03": {Raw: new("45"), Den: new("60")},
		"1.04": {Raw: new("co")}, "1.05": {None: new("chua-co"), Reason: new("Đang đánh giá"), Expected: new("5/12/26")}, "1.06": {Raw: new("Xong")}}
}

func TestSheet_EveryKindOfCell(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(whole())
	d := s.browser().signIn("nhap.syt", passphrase).get(sheetPath)
	d.has("h1", "Biểu tháng 11/2026 – Sở Y tế")
	for selector, want := range map[string]string{"#f-1_01": "1.200", "#f-1_03": "45", "#d-1_03": "60", "#w-1_05": "Đang đánh giá", "#e-1_05": "05/12/2026"} {
		if n := d.find(selector); n == nil || attr(n, "value") != want {
			t.Errorf("%s does not hold %q", selector, want)
		}
	}
	d.has("#q-1_03", "75,0")
	d.has("#s-1_01", "1.200")
	d.has("#f-1_04 option[selected]", "Có")
	d.has("#n-1_05 option[selected]", "Chưa có số liệu")
	d.has("textarea#f-1_06", "Xong")
	d.has("#t-1 .count", "6/6")
	d.has(".save-bar", "Đã nhập 6 /6")
	if n := len(d.all("#sheet .row-more")); n != 1 {
		t.Errorf("%d lines are open, want that of 1.05 only", n)
	}
	for _, n := range d.all("input, select, textarea") {
		id, kind := attr(n, "id"), attr(n, "type")
		if kind != "hidden" && attr(n, "aria-labelledby") == "" && attr(n, "aria-label") == "" && d.find(`label[for="`+id+`"]`) == nil {
			t.Errorf("input %q has no label", id)
		}
	}
}

func TestSheet_WarningOpensItsLineAndAsksForTheTick(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(map[string]kpi.Entry{"1.03": {Raw: new("0"), Den: new("0")}})
	d := s.browser().signIn("nhap.syt", passphrase).get(sheetPath)
	d.has("#m-1_03[data-state=warning]", "Mẫu số bằng 0")
	if d.find("#x-1_03 p.choice:not([hidden]) #k-1_03") == nil {
		t.Error("no tick below a cell with a warning")
	}
	d.has("#t-1 .sr-only", "có cảnh báo")
}

func TestSheet_OpensTheLineThatTheAddressNames(t *testing.T) {
	t.Parallel()
	d := newProvince(t).browser().signIn("nhap.syt", passphrase).get(sheetPath + "?o=1.04")
	d.has("#x-1_04 noscript", sheetPath+"/1.04/ben-canh") // the way to evidence without JavaScript
	if d.find("#x-1_04") == nil || d.find("#x-1_01") != nil {
		t.Error("not exactly the line of 1.04 is open")
	}
	if d.find(`#n-1_04 option[value="khong-phat-sinh"]`) != nil {
		t.Error("a yes/no cell offers «Không phát sinh»")
	}
	if got := attr(d.find(`#x-1_04 a[href^="/o/"]`), "href"); got != "/o/nq57/2026-11/SYT/1.04" {
		t.Errorf("history at %q", got)
	}
}

func TestSheet_OthersSeeItWithoutInputs(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(whole())
	for login, said := range map[string]string{"duyet.syt": "Chỉ người có vai trò Nhập liệu", "dieuphoi": "Chỉ người có vai trò Nhập liệu", "lanhdao": "Chỉ người có vai trò Nhập liệu"} {
		d := s.browser().signIn(login, passphrase).get(sheetPath)
		d.has(".notice-info", said)
		d.has("#r-1_03", "75,0")
		d.has("#r-1_03", "45/60")
		d.has("#r-1_05", "Chưa có số liệu: Đang đánh giá (dự kiến 05/12/2026)")
		if d.find("main input, main select, main textarea, [data-submit]") != nil {
			t.Errorf("%s finds an input on a sheet that is not theirs to fill in", login)
		}
	}
}

func TestSheet_HiddenFromOtherUnits_And_Junk(t *testing.T) {
	t.Parallel()
	b := newProvince(t).browser().signIn("nhap.22015", passphrase)
	for _, path := range []string{sheetPath, "/nhap-lieu/nq57/2026-13/22015", "/nhap-lieu/NQ57/2026-11/22015", "/nhap-lieu/nq57/2026-10/22015", "/o/nq57/2026-11/SYT/1.01", "/o/nq57/2026-11/22015/9.99", "/o/nq57/2026-11/22015/a%20b"} {
		if d := b.get(path); d.Status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, d.Status)
		}
	}
	if d := b.post(sheetPath+"/luu", url.Values{"c.1.01": {"1"}}); d.Status != http.StatusNotFound {
		t.Errorf("saving on another unit's sheet: status %d, want 404", d.Status)
	}
}

func TestSheetList_NewestMonthFirst(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.now = time.Date(2026, 12, 2, 2, 0, 0, 0, time.UTC)
	december := kpi.NewMonth(2026, 12)
	if err := s.app.OpenRound(s.app.System(), "nq57", december, kpi.DefaultDates(december)); err != nil {
		t.Fatal(err)
	}
	d := s.browser().signIn("nhap.syt", passphrase).get("/nhap-lieu")
	months := d.all("main h2")
	if len(months) != 2 || textOf(months[0]) != "Tháng 12/2026" || textOf(months[1]) != "Tháng 11/2026" {
		t.Fatalf("%d months", len(months))
	}
	d.has("section:nth-of-type(1) .page-meta", "Kỳ hiện tại")
	d.has(`a[href="`+sheetPath+`"]`, "Xem") // November is locked
	s.browser().signIn("lanhdao", passphrase).get("/nhap-lieu").has(".empty", "Theo dõi")
}

func TestSubmit_Incomplete_ListsEveryCell(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	values := whole()
	delete(values, "1.02")
	values["1.03"] = kpi.Entry{Raw: new("0"), Den: new("0")}
	s.enterCells(values)
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	d := b.post(sheetPath+"/trinh", url.Values{"v": {"0"}})
	if d.Status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", d.Status)
	}
	d.has(".error-summary h2", "Có 2 lỗi cần sửa")
	d.has(`.error-summary a[href="#f-1_02"]`, "1.02 Số hồ sơ trực tuyến: Chưa nhập.")
	d.has(`.error-summary a[href="#g-1_03"]`, "đánh dấu «Đã kiểm tra, số liệu đúng»")
	d.has("title", "Lỗi:")
	for _, n := range d.all(".error-summary a") {
		if target := attr(n, "href"); d.find(target) == nil {
			t.Errorf("%s leads nowhere", target)
		}
	}
	d.has("#m-1_02[data-state=error]", "Chưa nhập")
}

func TestSubmitAndRecall(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(whole())
	b := s.browser().signIn("nhap.syt", passphrase)
	b.get(sheetPath)
	if d := b.post(sheetPath+"/trinh", url.Values{"v": {"junk"}}); d.Status != http.StatusUnprocessableEntity {
		t.Errorf("junk version: status %d", d.Status)
	}
	if d := b.post(sheetPath+"/trinh", url.Values{"v": {"0"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("submit: status %d %s", d.Status, d.text(".error-summary"))
	}
	d := b.get(sheetPath)
	d.has(".notice-success", "Đã trình biểu tháng 11/2026 của Sở Y tế")
	d.has(".badge", "Chờ đơn vị duyệt")
	d.has(".notice-info", "đang chờ đơn vị duyệt")
	version := attr(d.find(`form[action$="/rut-lai"] input[name=v]`), "value")
	s.browser().signIn("duyet.syt", passphrase).get(sheetPath).has(`a[href="/duyet/nq57/2026-11/SYT"]`, "Xem để duyệt")
	if d := b.post(sheetPath+"/rut-lai", url.Values{"v": {version}}); d.Status != http.StatusSeeOther {
		t.Fatalf("recall: status %d", d.Status)
	}
	d = b.get(sheetPath)
	d.has(".notice-success", "Đã rút lại")
	if d.find("#f-1_01") == nil {
		t.Error("no inputs after the sheet came back")
	}
	if d := b.post(sheetPath+"/rut-lai", url.Values{"v": {version}}); d.Status != http.StatusSeeOther {
		t.Errorf("pressed twice: status %d", d.Status)
	}
	if d := b.post(sheetPath+"/rut-lai", url.Values{"v": {"2"}}); d.Status != http.StatusConflict {
		t.Errorf("recall of a draft: status %d, want 409", d.Status)
	}
}

func TestSheet_ReturnedCell_TellsWhy(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.enterCells(whole())
	november := kpi.NewMonth(2026, 11)
	if err := s.app.Submit(s.person("nhap.syt"), app.SheetID{Set: "nq57", Month: november, Unit: "SYT"}); err != nil {
		t.Fatal(err)
	}
	why := map[string]string{"1.01": "<script>x</script> thiếu phường"}
	if err := s.app.UnitReturn(s.person("duyet.syt"), app.SheetID{Set: "nq57", Month: november, Unit: "SYT", Seen: 1}, "Xem lại", why); err != nil {
		t.Fatal(err)
	}
	d := s.browser().signIn("nhap.syt", passphrase).get(sheetPath)
	d.has(".notice-warning", "Xem lại")
	d.has("[data-submit]", "Trình lại")
	d.has(`.notice-warning a[href="#r-1_01"]`, "1.01")
	d.has("#r-1_01 .returned-note", "<script>x</script> thiếu phường")
	if strings.Contains(d.Body, "<script>x") {
		t.Error("the reason of a return is not escaped")
	}
}

func TestSheet_LastHourAndColleagues(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	s.now = kpi.NewMonth(2026, 11).Day(17).Add(-10 * time.Minute)
	first := s.browser().signIn("nhap.syt", passphrase)
	d := first.get(sheetPath)
	d.has("#last-hour:not([hidden])", "Hạn nộp tính theo lúc máy chủ nhận được số liệu.")
	if d.find("#here[hidden]") == nil {
		t.Errorf("nobody else is here, but the page says %q", d.text("#here"))
	}
	s.now = s.now.Add(20 * time.Minute)
	if d = first.get(sheetPath); d.find("#last-hour[hidden]") == nil {
		t.Error("the last hour goes on after the deadline")
	}
}
