package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chiso/app/workbook"
)

// book reads a workbook that a command has written.
func book(t testing.TB, path string) *workbook.Book {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := workbook.Read(filepath.Base(path), data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// holds reports whether a cell of the sheet contains the text.
func holds(s workbook.Sheet, text string) bool {
	for _, row := range s.Rows {
		for _, c := range row {
			if strings.Contains(c.Text, text) {
				return true
			}
		}
	}
	return false
}

func TestTemplate_IsReadableAndCanBeImportedEmpty(t *testing.T) {
	t.Parallel()
	tests := []struct{ what, heading string }{{"units", "Mã đơn vị"}, {"indicators", "Mã chỉ số"}, {"users", "Tên đăng nhập"}}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "mau.xlsx")
			chiso(t, "", "template", tt.what, "--out", path).exits(exitOK).prints("Đã ghi " + path)
			b := book(t, path)
			if !holds(b.Sheets[0], tt.heading) {
				t.Errorf("the first sheet has no column %q", tt.heading)
			}
			// The sample row is skipped, so the untouched template is told to be empty and not half taken in.
			chiso(t, "", "import", tt.what, path, "--data", initialised(t), "--set", "nq57").exits(exitRefused).complains("không có hàng nào")
			left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".chiso-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

func TestTemplate_FolderThatDoesNotExist(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "khong-co", "mau.xlsx")
	chiso(t, "", "template", "units", "--out", path).exits(exitRefused).complains(path)
}

func TestExport_Consolidated(t *testing.T) {
	t.Parallel()
	dir := demoCopy(t)
	path := filepath.Join(t.TempDir(), "tong-hop.xlsx")
	chiso(t, "", "export", "consolidated", "--set", demoSet, "--round", demoMonth(t).String(), "--out", path, "--data", dir, "--province", "UBND tỉnh").exits(exitOK).prints("Đã ghi " + path)
	b := book(t, path)
	if len(b.Sheets) < 2 {
		t.Fatalf("%d sheets", len(b.Sheets))
	}
	numbers := 0
	for _, row := range b.Sheets[0].Rows {
		for _, c := range row {
			if c.Number {
				numbers++
			}
		}
	}
	if numbers < 100 || !holds(b.Sheets[0], "UBND tỉnh") || !holds(b.Sheets[1], "Sở Y tế") {
		t.Errorf("%d numbers; the figures or the units are missing", numbers)
	}
}

func TestExport_Refusals(t *testing.T) {
	t.Parallel()
	dir := initialised(t)
	out := filepath.Join(t.TempDir(), "a.xlsx")
	chiso(t, "", "export", "consolidated", "--set", "nq57", "--round", "2026-05", "--out", out, "--data", dir).exits(exitRefused).complains("5/2026")
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written for a round that does not exist")
	}
}
