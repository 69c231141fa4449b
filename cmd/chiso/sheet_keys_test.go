package main

import (
	"testing"
)

// active is the name of the input that has the focus, or its id.
func (s *sheetTab) active() string {
	s.t.Helper()
	return js[string](s.tab, "document.activeElement.name || document.activeElement.id")
}

// leads presses a key and compares where it leads.
func (s *sheetTab) leads(key, want string) {
	s.t.Helper()
	s.press(key)
	if got := s.active(); got != want {
		s.fail("%s leads to %q, want %q", key, got, want)
	}
}

// The keys of the contract, each from where it stands to where it leads.
func TestSheetKeys_LeadFromCellToCell(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV1")
	s.at("1.001")
	for _, step := range [][2]string{{"Enter", "c.1.002"}, {"Shift+Enter", "c.1.001"}, {"ArrowDown", "c.1.002"}, {"ArrowUp", "c.1.001"}, {"Tab", "c.1.002"}, {"Shift+Tab", "c.1.001"},
		{"ArrowRight", "c.1.002"}, {"ArrowLeft", "c.1.001"}, {"PageDown", "c.1.011"}, {"PageUp", "c.1.001"}, {"Control+End", "c.3.09"}, {"Control+Home", "c.1.001"}} {
		s.leads(step[0], step[1])
	}
	s.write("12,5") // the caret stands behind it: the arrow moves inside the text first
	s.leads("ArrowLeft", "c.1.001")
	s.press("Escape")
	s.holds("1.001", "")
	s.leads("Control+Enter", "panel")
	s.leads("Escape", "c.1.001")

	s.write("7")
	s.press("F2")
	s.write("5")
	s.holds("1.001", "75")
	s.press("Control+S")
	s.bar("Đã lưu tất cả lúc")
	s.holds("1.001", "75,0") // as it is stored
	s.leads("Enter", "c.1.002")
	s.stored("1.001")
	s.leads("ArrowUp", "c.1.001")
	if marked := js[string](s.tab, "getSelection().toString()"); marked != "75,0" {
		t.Errorf("marked is %q: what is typed next would not replace the whole cell", marked)
	}

	// The end of a column leads to the top of the next: running totals are entered in the column Lũy kế.
	s.at("3.09")
	s.leads("Enter", "c.2.01")
	s.leads("Enter", "c.2.02")
	s.leads("Shift+F2", "n.2.02")
	s.leads("Tab", "g.2.02")
	s.at("3.01")
	s.leads("Enter", "d.3.01")
	s.leads("Enter", "c.3.02")
	s.at("3.05") // a list keeps its arrows
	s.leads("ArrowDown", "c.3.05")
	s.leads("Enter", "c.3.06")

	// While the input method composes a letter, its keys are its own.
	s.at("1.003")
	composed := js[bool](s.tab, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))`)
	if got := s.active(); !composed || got != "c.1.003" {
		t.Errorf("a key of the input method was taken, the focus is on %s", got)
	}
	s.allSaved()
}

// One group or all of them, only what is empty, what a text finds.
func TestSheetKeys_GroupsAndFilters(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "lan", "DV1")
	shown := func() int {
		return js[int](s.tab, `[...document.querySelectorAll("#sheet tbody tr:not(.row-more)")].filter(r => !r.hidden && !r.closest("[data-group]").hidden).length`)
	}
	all := shown()
	s.at("1.001")
	s.leads("Alt+PageDown", "c.1.001")
	s.leads("Alt+PageDown", "c.2.01")
	s.has("#tabs [aria-current]", "Lũy kế")
	if got := shown(); got != 6 {
		t.Errorf("the group shows %d rows", got)
	}
	s.leads("Control+Home", "c.2.01")
	s.leads("Alt+PageUp", "c.1.001")
	s.click("#tabs a", "Tất cả")
	s.fill("#find", "AN TOAN thong tin 2")
	s.has("#found", "1 chỉ số")
	s.fill("#find", "không có gì như thế")
	s.has("#found", "Không có chỉ số nào khớp")
	s.fill("#find", "")
	s.until("all rows", `!document.getElementById("found").textContent`)
	if got := shown(); got != all {
		t.Errorf("%d of %d rows after the filter was emptied", got, all)
	}
	s.enter("2.06", "5")
	s.stored("2.06")
	s.click("label[for=only-empty]", "")
	s.until("the filled row to go", `document.getElementById("r-2_06").hidden`)
	s.click("#shortcuts-title, [data-dialog=shortcuts]", "Phím tắt")
	s.has("#shortcuts", "F8")
	s.press("Escape")
}

// What is wrong shows at once where it can, is kept in the cell, and F8 leads from one to the next.
func TestSheetKeys_SlipsWarningsAndF8(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV2")
	s.enter("1.002", "1234")
	s.stored("1.002")
	s.holds("1.002", "1.234")
	s.enter("1.003", "mười")
	s.state("1.003", "rejected")
	s.says("1.003", "Không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5.")
	s.enter("1.005", "1,55")
	s.says("1.005", "Chỉ ghi đến 1 chữ số thập phân.")
	s.enter("1.005", "")
	s.bar("1 ô chưa lưu vì có lỗi")
	if got := js[string](s.tab, `document.querySelector("[name='c.1.003']").getAttribute("aria-invalid")`); got != "true" {
		t.Errorf("aria-invalid is %q", got)
	}
	s.enter("1.005", "120") // above the hard limit: the server's sentence comes back
	s.state("1.005", "rejected")
	s.says("1.005", "vượt mức tối đa 100")
	s.enter("1.006", "5000") // 100 in the period before
	s.state("1.006", "warning")
	s.says("1.006", "gấp từ 10 lần kỳ trước")
	s.enter("1.004", "9999") // a check across indicators
	s.state("1.004", "error")
	s.says("1.004", "không lớn hơn 1.002")
	s.enter("1.002", "99999")
	s.state("1.004", "saved") // told again when the other side changes

	s.at("1.001")
	s.leads("F8", "c.1.003")
	s.leads("F8", "c.1.005")
	s.leads("F8", "c.1.006")
	s.leads("F8", "c.1.003")
	s.leads("Shift+F8", "c.1.006")
	s.has("#next-issue", "2 lỗi, 1 cảnh báo")
	s.leads("Escape", "c.1.006") // saved: nothing to take back
	s.holds("1.006", "5.000")
	for _, code := range []string{"1.003", "1.005"} {
		s.at(code)
		s.press("Escape")
		s.holds(code, "")
		s.state(code, "")
	}
	s.note("1.006", "Đợt cao điểm.")
	s.state("1.006", "saved")

	// A running total is entered in its own column; beside it stands what the period added.
	s.enter("2.01", "30")
	s.stored("2.01")
	s.at("3.07") // the value of the period before, to be confirmed
	s.press("F4")
	s.state("3.07", "warning")
	s.holds("3.07", "41")
	s.says("3.07", "Chuyển từ kỳ trước – cần xác nhận")
	s.click("#carry-all", "")
	s.state("3.09", "warning")
	s.click("#undo", "Hoàn tác lấy 2 số kỳ trước")
	s.state("3.09", "")
	s.click("#r-3_07 [data-confirm]", "Xác nhận")
	s.state("3.07", "saved")
	s.allSaved()
}
