package main

import (
	"strings"
	"testing"
)

// The server dies between two cells: the page says what is not saved and keeps it, and saves it once the server is
// back. The session outlives the restart, and nothing that was acknowledged is lost.
func TestConnection_LostWhileTyping(t *testing.T) {
	t.Parallel()
	const unit = "22015"
	srv := ownDemo(t)
	s := signedIn(t, srv, "nhaplieu.22015").openSheet(sheetOf(t, unit))
	s.alone()
	var numbers []string
	for _, c := range s.cells() {
		if c.Kind == "number" && !strings.Contains(c.Before, ",") { // stored as it is typed, without decimals
			numbers = append(numbers, c.Code)
		}
	}
	if len(numbers) < 3 {
		t.Fatalf("the demo's sheet has only the whole numbers %v", numbers)
	}
	before, during, after := numbers[0], numbers[1], numbers[2]
	s.enter(before, "30")
	s.stored(before)
	s.allSaved()

	srv.kill()
	s.enter(during, "20")
	s.has("#save-state", "Mất kết nối: 1 ô chưa lưu, máy sẽ tự gửi lại")
	if got := s.value(field("c", during)); got != "20" {
		t.Errorf("the page lost what was typed, it shows %q", got)
	}
	s.enter(after, "10") // work goes on
	s.has("#save-state", "2 ô chưa lưu")
	s.click("#retry", "Thử lại ngay")
	s.has("#save-state", "2 ô chưa lưu")

	if err := srv.restart(); err != nil {
		t.Fatal(err)
	}
	if js[bool](s.tab, "document.querySelector('#retry').getClientRects().length > 0") { // it may have tried by itself
		s.click("#retry", "Thử lại ngay")
	}
	s.allSaved()
	s.stored(during)
	s.stored(after)

	s.open(s.path)
	for code, want := range map[string]string{before: "30", during: "20", after: "10"} {
		if got := s.value(field("c", code)); got != want {
			t.Errorf("cell %s holds %q after the restart, want %s", code, got, want)
		}
	}
	if s.dialogs > 0 {
		t.Errorf("with everything saved, leaving the page asked %d times", s.dialogs)
	}
}

// A planned restart in the middle of the work: the same page goes on, signed in, with its forms still valid.
func TestConnection_RestartKeepsTheSession(t *testing.T) {
	t.Parallel()
	srv := ownDemo(t)
	s := signedIn(t, srv, "nhaplieu.stc").openSheet(sheetOf(t, "STC"))
	code := s.cells()[0].Code
	leader := signedIn(t, srv, "lanhdao")
	if err := srv.stop(); err != nil {
		t.Fatal(err)
	}
	if err := srv.restart(); err != nil {
		t.Fatal(err)
	}
	s.note(code, "Ghi sau khi máy chủ khởi động lại.")
	s.allSaved()
	s.open("/")
	s.has("h1", "Việc của tôi")
	leader.open("/theo-doi")
	leader.has("#rows tr", "Sở Tài chính")
}

// Whoever leaves the page with something unsaved is asked first.
func TestConnection_LeavingWithUnsavedCells(t *testing.T) {
	t.Parallel()
	srv := ownDemo(t)
	s := signedIn(t, srv, "nhaplieu.22015").openSheet(sheetOf(t, "22015"))
	for _, c := range s.cells() {
		if c.Kind == "number" {
			s.enter(c.Code, "mười hai")
			s.state(c.Code, "rejected")
			break
		}
	}
	s.open("/")
	if s.dialogs != 1 {
		t.Errorf("leaving the page asked %d times, want once", s.dialogs)
	}
}
