package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"chiso/app/workbook"
)

// The month of one unit, from the first missing cell to the figure that the leader reads: each role in a browser of
// its own, every step by mouse and keys on the pages that the role is offered.
func TestMonth_OneUnitThroughEveryRole(t *testing.T) {
	t.Parallel()
	const unit, name = "SYT", "Sở Y tế"
	srv := sharedDemo(t)
	clerk := newTab(t, srv).signIn("nhaplieu.syt", demoPassword)
	clerk.follow(`main .task a.btn[href^="/nhap-lieu/"]`, "")
	sheet := &sheetTab{clerk, sheetOf(t, unit)}
	if got := sheet.tab.path(); got != sheet.path {
		t.Fatalf("the first task of the clerk leads to %s", got)
	}
	cells := len(sheet.cells())
	figure := enterTheSheet(t, sheet)

	approver := newTab(t, srv).signIn("duyet.syt", demoPassword)
	back := returnAtTheUnit(t, approver, unit, cells)
	correct(t, sheet, back, "Số tháng này lấy nhầm từ báo cáo quý.")
	approver.open(reviewOf(t, unit))
	approver.click(".save-bar button", "Duyệt và gửi tỉnh")
	approver.has("dialog#approve", "Tôi chịu trách nhiệm về số liệu này")
	approver.follow("dialog#approve button", "Duyệt và gửi tỉnh")
	approver.has("#flash", "Đã duyệt và gửi tỉnh")

	coordinator := newTab(t, srv).signIn("dieuphoi", demoPassword)
	findOnTheBoard(coordinator, name)
	back = returnByTheProvince(t, coordinator, unit, name)
	onlyReturnedCellsAreOpen(sheet, back)
	correct(t, sheet, back, "Tỉnh đề nghị kiểm tra lại số này.")
	approver.open(reviewOf(t, unit))
	approver.click(".save-bar button", "Duyệt và gửi tỉnh")
	approver.follow("dialog#approve button", "Duyệt và gửi tỉnh")
	coordinator.open(reviewOf(t, unit))
	coordinator.has("main", "Đã sửa:")
	coordinator.follow(".save-bar button", "Phê duyệt")
	coordinator.has("#flash", "Đã phê duyệt biểu")

	sheet.open(sheet.path)
	sheet.has(".page-meta .badge", "Đã phê duyệt")
	sheet.lacks("#sheet", "")
	seesTheFigure(t, coordinator, figure, name)
	leaderReadsAndCannotAct(t, newTab(t, srv).signIn("lanhdao", demoPassword), unit, figure, name)
	adminSeesNoFigures(newTab(t, srv).signIn("quantri", demoPassword), unit)
}

// figureSeen is a number that the clerk entered and that others must see.
type figureSeen struct{ code, text string }

// enterTheSheet fills the sheet in every way that it offers, and submits it.
func enterTheSheet(t *testing.T, sheet *sheetTab) figureSeen {
	t.Helper()
	kinds := map[string][]cell{}
	cells := sheet.cells()
	slices.SortStableFunc(cells, func(a, b cell) int { return strings.Compare(a.State, b.State) }) // empty ones first
	for _, c := range cells {
		kinds[c.Kind] = append(kinds[c.Kind], c)
	}
	if len(kinds["number"]) == 0 || len(kinds["ratio"]) < 2 {
		t.Fatalf("the demo's sheet lacks cells of the kinds to try: %+v", cells)
	}
	number, ratio, other := kinds["number"][0], kinds["ratio"][0], kinds["ratio"][1]

	sheet.enter(number.Code, "mười hai")
	sheet.state(number.Code, "rejected")
	sheet.has("#save-state", "1 ô chưa lưu vì có lỗi")
	sheet.enter(number.Code, plausible(number))
	sheet.stored(number.Code)
	sheet.enterRatio(ratio.Code, "300", "200") // a share above 100 %
	sheet.state(ratio.Code, "rejected")
	sheet.enterRatio(ratio.Code, "199", "200")
	sheet.has(fmt.Sprintf("tr:has(%s) output", field("c", ratio.Code)), "99,5")
	for _, choice := range kinds["choice"] { // due in some months only
		for i := range 2 {
			sheet.choose(field("c", choice.Code), js[string](sheet.tab, fmt.Sprintf(`document.querySelectorAll('%s option')[%d].value`, field("c", choice.Code), 2-i)))
			sheet.stored(choice.Code)
		}
	}
	sheet.enterRatio(other.Code, "mười", "20")
	sheet.state(other.Code, "rejected")
	sheet.more(other.Code)
	sheet.choose(field("n", other.Code), "chua-co") // in place of what could not be saved
	sheet.fill(field("r", other.Code), "Đơn vị trực thuộc chưa gửi báo cáo.")
	sheet.fill(field("e", other.Code), demoMonth(t).Day(20).Format("02/01/2006"))
	sheet.keys("\t")
	sheet.allSaved()

	sheet.enter(number.Code, "") // taken back
	sheet.state(number.Code, "")

	// A click on «Trình duyệt» while cells are missing leads to a summary whose lines lead to the cells.
	sheet.submit()
	sheet.has("h2#errors-title", "lỗi cần sửa")
	if title := js[string](sheet.tab, "document.title"); !strings.HasPrefix(title, "Lỗi: ") {
		t.Errorf("the title is %q", title)
	}
	if focus := js[string](sheet.tab, "document.activeElement.className"); focus != "error-summary" {
		t.Errorf("the focus is on %q and not on the summary", focus)
	}
	missing := js[int](sheet.tab, "document.querySelectorAll('.error-summary li a').length")
	if missing == 0 {
		t.Error("the summary leads nowhere")
	}
	target := js[string](sheet.tab, "decodeURIComponent(document.querySelector('.error-summary li a').hash.slice(1))")
	sheet.click(".error-summary li a", "")
	sheet.until("the focus to follow the line of the summary", fmt.Sprintf("document.activeElement.id === %s || document.getElementById(%s)?.contains(document.activeElement)", quote(target), quote(target)))

	sheet.complete()
	sheet.open(sheet.path) // what was acknowledged is what is stored
	if got := sheet.value(field("c", ratio.Code)); got != "199" {
		t.Errorf("after a reload the numerator is %q", got)
	}
	sheet.submit()
	sheet.has("#flash", "Đã trình biểu")
	sheet.has(".page-meta .badge", "Chờ đơn vị duyệt")
	sheet.lacks("#sheet", "")
	return figureSeen{ratio.Code, "99,5"}
}

// returnAtTheUnit looks at the exceptions, tries to return without a reason, and sends one cell back.
func returnAtTheUnit(t *testing.T, approver *tab, unit string, cells int) (code string) {
	t.Helper()
	approver.open("/duyet")
	approver.follow("table a", "Sở Y tế")
	if got := approver.path(); got != reviewOf(t, unit) {
		t.Fatalf("the queue leads to %s", got)
	}
	approver.has(".chips [aria-current]", "") // exceptions first
	notable := js[int](approver, "document.querySelectorAll('#review tbody tr').length")
	approver.follow(".chips a", "Tất cả")
	if all := js[int](approver, "document.querySelectorAll('#review tbody tr').length"); all != cells || notable == 0 || notable >= all {
		t.Errorf("%d of %d cells are shown as exceptions", notable, all)
	}
	approver.follow(".save-bar button", "Trả lại")
	approver.has("h2#errors-title", "lỗi cần sửa")
	code = js[string](approver, `document.querySelector("#review [name^='r.']").name.slice(2)`)
	approver.click(fmt.Sprintf(`#review .say:has([name="r.%s"]) summary`, code), "Góp ý")
	approver.fill(`#review [name="r.`+code+`"]`, "Số tháng này lấy nhầm từ báo cáo quý.")
	approver.follow(".save-bar button", "Trả lại")
	approver.has("#flash", "Đã trả lại biểu")
	return code
}

// correct does what the reason at the cell asks for, and submits again.
func correct(t *testing.T, sheet *sheetTab, code, reason string) {
	t.Helper()
	sheet.open("/")
	sheet.has("h3", "Bị trả lại")
	sheet.follow(`main .task a.btn[href^="/nhap-lieu/"]`, "")
	sheet.has(fmt.Sprintf("tr:has(%s) .returned-note", field("c", code)), reason)
	for _, c := range sheet.cells() {
		if c.Code != code {
			continue
		}
		switch c.Kind {
		case "ratio":
			sheet.enterRatio(code, "81", "90")
		case "choice":
			sheet.choose(field("c", code), js[string](sheet.tab, fmt.Sprintf(`[...document.querySelectorAll('%s option')].find(o => o.value && !o.selected).value`, field("c", code))))
		default:
			sheet.enter(code, "13")
		}
	}
	sheet.allSaved()
	sheet.note(code, "Đã sửa theo góp ý.")
	sheet.allSaved()
	sheet.submit()
	sheet.has("#flash", "Đã trình biểu")
}

func findOnTheBoard(coordinator *tab, name string) {
	coordinator.t.Helper()
	coordinator.open("/theo-doi")
	coordinator.fill("#f-q", "so y te") // accents do not matter
	coordinator.follow("form.filters button", "Lọc")
	coordinator.has("#rows tr", name)
	coordinator.has("#rows tr", "Chờ tỉnh duyệt")
	if n := js[int](coordinator, "document.querySelectorAll('#rows tr').length"); n != 1 {
		coordinator.fail("the board finds %d units", n)
	}
}

func returnByTheProvince(t *testing.T, coordinator *tab, unit, name string) (code string) {
	t.Helper()
	coordinator.open(reviewOf(t, unit) + "?xem=tat-ca")
	coordinator.has("h1", name)
	code = js[string](coordinator, `[...document.querySelectorAll("#review [name^='r.']")].at(-1).name.slice(2)`)
	coordinator.click(fmt.Sprintf(`#review .say:has([name="r.%s"]) summary`, code), "Góp ý")
	coordinator.fill(`#review [name="r.`+code+`"]`, "Tỉnh đề nghị kiểm tra lại số này.")
	coordinator.follow(".save-bar button", "Trả lại")
	coordinator.has("#flash", "Đã trả lại biểu")
	return code
}

// onlyReturnedCellsAreOpen: the unit sees only what came back, the rest stays as it was approved.
func onlyReturnedCellsAreOpen(sheet *sheetTab, code string) {
	sheet.t.Helper()
	sheet.open(sheet.path)
	if open := sheet.cells(); len(open) != 1 || open[0].Code != code {
		sheet.fail("the province returned %s, open are %+v", code, open)
	}
}

// seesTheFigure reads a unit's number in the drill-down of the consolidated table and in the Excel file.
func seesTheFigure(t *testing.T, b *tab, f figureSeen, unit string) {
	t.Helper()
	table := fmt.Sprintf("/tong-hop/%s/%s", demoSet, demoMonth(t))
	b.open("/tong-hop")
	b.has("tbody tr", f.code)
	b.follow(fmt.Sprintf(`a[href^="%s/%s"]`, table, f.code), "")
	b.has("tbody tr", unit)
	b.until("the figure of "+unit, fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].some(r => r.textContent.includes(%s) && r.textContent.includes(%s) && r.textContent.includes("Đã phê duyệt"))`, quote(unit), quote(f.text)))
	b.follow(fmt.Sprintf(`a[href$="/%s/%s"]`, "SYT", f.code), f.text) // where it comes from
	b.has("table", "Nhập liệu – Sở Y tế")

	b.open(table)
	href := js[string](b, `document.querySelector('a[href*="/excel"]').getAttribute("href")`)
	answer := js[[]string](b, `fetch(`+quote(href)+`).then(async r => [String(r.status), r.headers.get("content-disposition") ?? "",
		btoa(Array.from(new Uint8Array(await r.arrayBuffer()), c => String.fromCharCode(c)).join(""))])`)
	data, err := base64.StdEncoding.DecodeString(answer[2])
	if err != nil || answer[0] != "200" || !strings.HasPrefix(answer[1], "attachment;") || !bytes.HasPrefix(data, []byte("PK")) {
		t.Fatalf("Excel download: status %s, %q, %d bytes", answer[0], answer[1], len(data))
	}
	book, err := workbook.Read("tong-hop.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	if !holds(book.Sheets[0], f.code) || !holds(book.Sheets[1], unit) {
		t.Error("the Excel file lacks the indicator or the unit")
	}
}

func leaderReadsAndCannotAct(t *testing.T, leader *tab, unit string, f figureSeen, name string) {
	t.Helper()
	seesTheFigure(t, leader, f, name)
	leader.open(sheetOf(t, unit))
	leader.has("table", f.code)
	leader.lacks("main form", "")
	leader.open(reviewOf(t, unit))
	leader.lacks("main button[type=submit]", "")
	for _, forbidden := range []string{"/ky", "/quan-tri", "/duyet"} {
		refused(leader, forbidden, 403)
	}
}

func adminSeesNoFigures(admin *tab, unit string) {
	admin.t.Helper()
	admin.open("/quan-tri")
	admin.has("h1", "Quản trị")
	refused(admin, sheetOf(admin.t, unit), 404)
	for _, forbidden := range []string{"/tong-hop", "/theo-doi", "/nhap-lieu", "/ky"} {
		refused(admin, forbidden, 403)
	}
}

// refused fails the test unless the page is answered with the status and a sentence, and is not in the menu.
func refused(b *tab, path string, status int) {
	b.t.Helper()
	b.lacks(fmt.Sprintf(`nav.menu a[href="%s"]`, path), "")
	if got := js[int](b, "fetch("+quote(path)+").then(r => r.status)"); got != status {
		b.fail("%s answered %d, want %d", path, got, status)
	}
	b.open(path)
	b.has("[data-reason]", "")
	b.has("main a", "Về Việc của tôi")
}
