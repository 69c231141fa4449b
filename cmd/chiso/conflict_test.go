package main

import (
	"fmt"
	"testing"
)

// Two clerks of one unit write into the same cells: whoever comes second is shown what the first one wrote, and
// chooses. Nothing is overwritten silently, and the same value twice is no conflict.
func TestConflict_TwoPeopleOneCell(t *testing.T) {
	t.Parallel()
	const unit, password = "STC", "chieu nay mua roi tren mai ngoi"
	srv := sharedDemo(t)
	first := signedIn(t, srv, "nhaplieu.stc")
	second := newTab(t, srv)
	made, err := shared.seed()
	if err != nil {
		t.Fatal(err)
	}
	second.firstSignIn(secondClerk, made.code, password)

	a, b := first.openSheet(sheetOf(t, unit)), second.openSheet(sheetOf(t, unit))
	var ratios []string
	for _, c := range a.cells() {
		if c.Kind == "ratio" {
			ratios = append(ratios, c.Code)
		}
	}
	if len(ratios) < 3 {
		t.Fatalf("the demo's sheet has only the ratios %v", ratios)
	}
	mine, theirs, same := ratios[0], ratios[1], ratios[2]
	for i, code := range []string{mine, theirs, same} {
		a.enterRatio(code, fmt.Sprint(101+i), "200")
		a.stored(code)
	}
	a.allSaved()

	b.enterRatio(mine, "151", "200")
	b.state(mine, "conflict")
	b.says(mine, "Nhập liệu – Sở Tài chính đã ghi 101/200")
	b.enterRatio(theirs, "152", "200")
	b.state(theirs, "conflict")
	b.has("#save-state", "2 ô chưa lưu")
	reads(t, first, unit, mine, "101") // nothing was overwritten
	reads(t, first, unit, theirs, "102")

	b.click(fmt.Sprintf("tr:has(%s) .cell-msg button", field("c", mine)), "Giữ số của tôi: 151/200")
	b.stored(mine)
	b.click(fmt.Sprintf("tr:has(%s) .cell-msg button", field("c", theirs)), "Dùng số 102/200")
	b.stored(theirs)
	if got := b.value(field("c", theirs)); got != "102" {
		t.Errorf("after taking the other's number the cell shows %q", got)
	}
	b.enterRatio(same, "103", "200")
	b.stored(same)
	b.allSaved()

	reads(t, first, unit, mine, "151")
	reads(t, first, unit, theirs, "102")
	reads(t, first, unit, same, "103")
	first.open(fmt.Sprintf("/o/%s/%s/%s/%s", demoSet, demoMonth(t), unit, mine)) // both are in the history
	first.has("tbody tr", "101/200")
	first.has("tbody tr", "151/200")
}

// reads opens the sheet anew and compares what a cell holds.
func reads(t *testing.T, b *tab, unit, code, want string) {
	t.Helper()
	b.open(sheetOf(t, unit))
	if got := b.value(field("c", code)); got != want {
		t.Errorf("cell %s holds %q, want %q", code, got, want)
	}
}

// firstSignIn signs in with a one-time code and sets the password that the program asks for.
func (b *tab) firstSignIn(login, code, password string) {
	b.t.Helper()
	b.signIn(login, code)
	b.has("h1", "Đặt mật khẩu mới")
	b.open("/chi-so") // nothing else is open before that
	b.has("h1", "Đặt mật khẩu mới")
	b.fill("#f-new", password)
	b.fill("#f-again", password)
	b.follow("main button[type=submit]", "Đặt mật khẩu")
	b.has("#flash", "Đã đổi mật khẩu")
}
