package workbook

import (
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// base returns the parts of a good workbook made by this package: one sheet, "Biểu 01", three rows of values.
func base(t testing.TB) []workbooktest.Part {
	t.Helper()
	data, err := (&Doc{Title: "Biểu 01", Author: "Sở Nội vụ", Grids: []Grid{{
		Name: "Biểu 01", Titles: []string{"BIỂU 01"}, Head: [][]string{{"Mã chỉ số", "Trong kỳ", "Ghi chú"}}, Cols: make([]Col, 3),
		Rows: [][]Value{
			{Text("2.1"), Number("12.5", 1), Text("đủ")},
			{Text("2.2"), Number("1234567", 0), Text("=1+1")},
			{Text("2.3"), Percent("0.955", 1), {}},
		},
	}}}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return workbooktest.Unzip(t, data)
}

// TestHostile: each file is refused by a sentence that says why, and what Read refuses Check never panics on.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, tt := range workbooktest.Hostile(t, workbooktest.Zip(t, base(t)), "2.3") {
		t.Run(tt.ID, func(t *testing.T) {
			t.Parallel()
			book, err := Read(tt.Name, tt.Data)
			if err == nil {
				t.Fatalf("read as %d sheets", len(book.Sheets))
			}
			checkSentence(t, err, tt.Want)
			if err := Check(tt.Name, tt.Data); err != nil {
				checkSentence(t, err, "")
			}
		})
	}
}

func checkSentence(t *testing.T, err error, want string) {
	t.Helper()
	if k := kpi.KindOf(err); k != kpi.Invalid && k != kpi.TooLarge {
		t.Errorf("kind %d: %v", k, err)
	}
	msg := err.Error()
	if !strings.Contains(msg, want) || !strings.HasSuffix(msg, ".") || strings.Contains(msg, "%!") {
		t.Errorf("sentence %q, want one with %q", msg, want)
	}
}

// TestBombs: what expands or multiplies is refused, or read whole, at a bounded cost.
func TestBombs(t *testing.T) {
	for _, tt := range workbooktest.Bombs(t, workbooktest.Zip(t, base(t))) {
		data := tt.Data()
		var err error
		cost := workbooktest.CostOf(func() { _, err = Read("a.xlsx", data) })
		t.Logf("%s: %d KB packed, %s", tt.ID, len(data)>>10, cost)
		if !cost.Bounded() && !raceDetector { // which takes memory of its own
			t.Errorf("%s: took %s", tt.ID, cost)
		}
		switch {
		case tt.Want == "" && err != nil:
			t.Errorf("%s: refused: %v", tt.ID, err)
		case tt.Want != "" && err == nil:
			t.Errorf("%s: read", tt.ID)
		case tt.Want != "":
			checkSentence(t, err, tt.Want)
		}
	}
}

// TestMacroTypeWithoutMacro: some programs declare the type of macros in every file; that alone is harmless.
func TestMacroTypeWithoutMacro(t *testing.T) {
	t.Parallel()
	files := workbooktest.Edit(t, base(t), "[Content_Types].xml", workbooktest.Swap("<Default ", `<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default `))
	if err := Check("a.xlsx", workbooktest.Zip(t, files)); err != nil {
		t.Error(err)
	}
	files = workbooktest.Add(files, "xl/printerSettings/printerSettings1.bin", "x")
	if err := Check("a.xlsx", workbooktest.Zip(t, files)); err == nil {
		t.Error("a part of the declared type was let in")
	}
}

// TestHyperlink: a link in a cell is inert and common.
func TestHyperlink(t *testing.T) {
	t.Parallel()
	files := workbooktest.Add(base(t), "xl/worksheets/_rels/sheet1.xml.rels", `<Relationships xmlns="x"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.vn/" TargetMode="External"/></Relationships>`)
	if err := Check("a.xlsx", workbooktest.Zip(t, files)); err != nil {
		t.Error(err)
	}
}
