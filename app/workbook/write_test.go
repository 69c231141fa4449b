package workbook

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

func sample() *Doc {
	return &Doc{Title: "Biểu 01", Author: "Sở Khoa học và Công nghệ", Made: time.Date(2026, 5, 16, 17, 0, 0, 0, time.UTC), Grids: []Grid{
		{
			Name: "Biểu: 01/2026", Titles: []string{"BIỂU 01", "Tháng 5/2026"},
			Head: [][]string{{"Mã", "Kết quả", "", "Ngày", "Ghi chú", "Trạng thái", "khóa"}, {"", "Trong kỳ", "Tỷ lệ", "", "", "", ""}},
			Cols: []Col{{Width: 10}, {Width: 14, Open: true}, {Open: true}, {}, {Width: 40, Hidden: true}, {Choice: []string{"Đạt", "Chưa đạt"}}, {Hidden: true}},
			Rows: [][]Value{
				{Text("2.1"), Number("1234567.5", 2), Percent("0.955", 1), Date(time.Date(2025, 4, 5, 23, 0, 0, 0, time.FixedZone("", 7*3600))), Text("=1+1"), Text("Đạt"), Text("k1")},
				{Text("2.2").Bold(), Number("0.1234567890123456", 2), Number("abc", 0), {}, Text("@SUM(A1) +x -y\n<b>&amp;</b> _x000D_"), {}, Text("k2")},
				{Text("2.3"), Number("-0.000001", 6)},
			},
			Filter: true, Protect: true,
		},
		{Name: "biểu- 01-2026", Cols: []Col{{Choice: []string{strings.Repeat("dài ", 80), "a,b"}}}, Head: [][]string{{"Danh mục"}}, Rows: [][]Value{{Text("x")}}, Hidden: true},
	}}
}

// TestWriteRead: what is written passes our own gate and reads back as it was.
func TestWriteRead(t *testing.T) {
	t.Parallel()
	data, err := sample().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	book, err := Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimLeft(`
== Biểu- 01-2026 rows=8
A1 "BIỂU 01"
B1 "BIỂU 01" merged
C1 "BIỂU 01" merged
D1 "BIỂU 01" merged
E1 "BIỂU 01" merged
F1 "BIỂU 01" merged
G1 "BIỂU 01" merged
A2 "Tháng 5/2026"
B2 "Tháng 5/2026" merged
C2 "Tháng 5/2026" merged
D2 "Tháng 5/2026" merged
E2 "Tháng 5/2026" merged
F2 "Tháng 5/2026" merged
G2 "Tháng 5/2026" merged
A4 "Mã"
B4 "Kết quả"
C4 "Kết quả" merged
D4 "Ngày"
E4 "Ghi chú"
F4 "Trạng thái"
G4 "khóa"
A5 "Mã" merged
B5 "Trong kỳ"
C5 "Tỷ lệ"
D5 "Ngày" merged
E5 "Ghi chú" merged
F5 "Trạng thái" merged
G5 "khóa" merged
A6 "2.1"
B6 "1234567.5" number
C6 "0.955" number percent
D6 "45752" number date
E6 "=1+1"
F6 "Đạt"
G6 "k1"
A7 "2.2"
B7 "0.1234567890123456"
C7 "abc"
E7 "@SUM(A1) +x -y\n<b>&amp;</b> _x000D_"
G7 "k2"
A8 "2.3"
B8 "-0.000001" number
== biểu- 01-2026 (2) (hidden) rows=2
A1 "Danh mục"
A2 "x"
== Danh mục chọn (hidden) rows=2
`, "\n")
	got := dump(book)
	if i := strings.Index(got, "== Danh mục chọn (hidden) rows=2\n"); i < 0 || got[:i+len("== Danh mục chọn (hidden) rows=2\n")] != want {
		t.Errorf("read\n%s\nwant\n%s", got, want)
	}
	table, err := Find(book.Sheets[0], []Column{{Key: "now", Names: []string{"Trong kỳ"}, Required: true}, {Key: "code", Names: []string{"Mã"}}})
	if err != nil || table.HeadRow != 5 || table.Rows[0].Get("now").Text != "1234567.5" {
		t.Errorf("%+v %v", table, err)
	}
}

// TestSheetXML: what the sheet must carry beside its cells.
func TestSheetXML(t *testing.T) {
	t.Parallel()
	data, err := sample().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range workbooktest.Unzip(t, data) {
		all[f.Name] = string(f.Data)
	}
	for part, wants := range map[string][]string{
		workbooktest.Sheet1: {
			`<v>1234567.5</v>`, `<v>0.955</v>`, `<v>-0.000001</v>`, `t="inlineStr"`, `<sheetProtection `, `<autoFilter ref="$A$5:$G$8"`,
			`orientation="landscape"`, `paperSize="9"`, `ySplit="5"`, `state="frozen"`, `<col min="5" max="5" width="40" customWidth="1" hidden="1"/>`, `sqref="F6:F8"`, `"Đạt,Chưa đạt"`, `fitToPage="true"`, `<cols><col min="1" max="1" width="10" customWidth="1"/><col min="2"`,
		},
		"xl/workbook.xml":          {`_xlnm.Print_Titles`, `$4:$5`, `state="hidden"`},
		"xl/worksheets/sheet2.xml": {`'Danh mục chọn'!$A$1:$A$2`},
		"xl/styles.xml":            {`#,##0.00`, `0.0%`, `dd/mm/yyyy`, `locked="false"`},
		"docProps/core.xml":        {`Sở Khoa học và Công nghệ`, `2026-05-16T17:00:00Z`},
	} {
		for _, want := range wants {
			if !strings.Contains(strings.ReplaceAll(all[part], "&#39;", "'"), want) && !strings.Contains(strings.ReplaceAll(all[part], "&#34;", `"`), want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	for part, text := range all {
		if strings.Contains(text, "<f>") || strings.Contains(text, "xuri") || strings.Contains(text, "Go Excelize") {
			t.Errorf("%s has a formula or names the library", part)
		}
	}
}

// TestExact: every decimal of up to 15 digits is stored as itself.
func TestExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		n := r.Int64N(1e15)
		s := strconv.FormatInt(n, 10)
		if cut := r.IntN(16); cut > 0 {
			s = strings.Repeat("0", max(0, cut+1-len(s))) + s
			s = s[:len(s)-cut] + "." + s[len(s)-cut:]
		}
		want, ok := plain(s)
		if !ok {
			t.Fatal(s)
		}
		f, ok := exact(want)
		if got := strconv.FormatFloat(f, 'f', -1, 64); !ok || got != want {
			t.Fatalf("%s is written as %s", want, got)
		}
	}
	for _, s := range []string{"", "-", ".", "1.", ".5", "1e5", "NaN", "Inf", "0x1", "1,5", "1234567890123456", "0.1234567890123456", "--1", "1_0"} {
		if f, ok := exact(s); ok {
			t.Errorf("exact(%q) = %v", s, f)
		}
	}
	for _, s := range []string{"0", "-1", "100000000000000000000", "0.000000000000001"} {
		if _, ok := exact(s); !ok {
			t.Errorf("exact(%q) refused", s)
		}
	}
}

func TestWriteTooLong(t *testing.T) {
	t.Parallel()
	d := &Doc{Grids: []Grid{{Name: "x", Cols: make([]Col, 1), Rows: [][]Value{{Text(strings.Repeat("ă", maxText))}, {Text(strings.Repeat("ă", maxText+1))}}}}}
	_, err := d.Bytes()
	if kpi.KindOf(err) != kpi.TooLarge || !strings.Contains(err.Error(), "A2") {
		t.Error(err)
	}
	d.Grids[0].Rows = d.Grids[0].Rows[:1]
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	book, err := Read("a.xlsx", data)
	if err != nil || len([]rune(book.Sheets[0].Cell(0, 0).Text)) != maxText {
		t.Error("the longest text did not come back", err)
	}
}

func TestSheetNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Ủy ban ", 10)
	got := sheetNames([]Grid{{Name: "a/b"}, {Name: "A-B"}, {Name: ""}, {Name: "'x'"}, {Name: long}, {Name: long}})
	want := []string{"a-b", "A-B (2)", "Trang", "x", strings.TrimSpace(long)[:0] + string([]rune(long)[:31]), string([]rune(long)[:27]) + " (2)"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}

// TestProvince: a wide table comes back whole, and is written alike each time.
func TestProvince(t *testing.T) {
	t.Parallel()
	d := province()
	d.Grids[0].Cols, d.Grids[0].Head[0] = d.Grids[0].Cols[:maxColumns], d.Grids[0].Head[0][:maxColumns]
	d.Grids[0].Rows = d.Grids[0].Rows[:40]
	for i := range d.Grids[0].Rows {
		d.Grids[0].Rows[i] = d.Grids[0].Rows[i][:maxColumns]
	}
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	book, err := Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range d.Grids[0].Rows {
		for x, v := range row {
			if c := book.Sheets[0].Cell(y+3, x); c.Text != v.text || !c.Number {
				t.Fatalf("%s: %+v, want %s", Address(y+3, x), c, v.text)
			}
		}
	}
	again, err := d.Bytes()
	if err != nil || !bytes.Equal(data, again) {
		t.Error("the same table gave another file", err)
	}
}

// TestCellsOfTheirOwn: single cells that are open, that wait for a number, and that offer choices.
func TestCellsOfTheirOwn(t *testing.T) {
	t.Parallel()
	rows := make([][]Value, 6)
	for i := range rows {
		rows[i] = []Value{Text("x"), Number("", 1)}
	}
	rows[2][1] = rows[2][1].Open()
	rows[3][0] = Text("một dòng\nhai dòng dài hơn cột")
	data, err := (&Doc{Grids: []Grid{{Name: "a", Head: [][]string{{"Mã", "Trong kỳ"}}, Cols: []Col{{Width: 12}, {}}, Rows: rows, Protect: true, Tall: true,
		Lists: []List{{Col: 1, Rows: []int{0, 1, 2, 4}, Texts: []string{"Có", "Không"}}, {Col: 0, Rows: []int{5}, Texts: []string{"a,b", "c"}}}}}}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	sheet := ""
	for _, p := range workbooktest.Unzip(t, data) {
		if p.Name == workbooktest.Sheet1 {
			sheet = string(p.Data)
		}
	}
	style := func(ref string) string {
		_, rest, _ := strings.Cut(sheet, `<c r="`+ref+`" s="`)
		id, _, ok := strings.Cut(rest, `"></c>`)
		if !ok {
			t.Errorf("%s is not empty", ref)
		}
		return id
	}
	if style("B2") != style("B3") || style("B2") == style("B4") {
		t.Error("the open cell looks like the others")
	}
	for _, want := range []string{`sqref="B2:B4 B6"`, `"Có,Không"`, `sqref="A7"`, "Danh mục chọn", `<row r="5" ht="49.25" customHeight="1">`, `<row r="6">`} {
		if !strings.Contains(strings.ReplaceAll(sheet, "&#34;", `"`), want) {
			t.Errorf("no %s in %s", want, sheet)
		}
	}
	book, err := Read("a.xlsx", data)
	if err != nil || !book.Sheets[0].Cell(1, 1).Blank() {
		t.Errorf("%v %+v", err, book)
	}
}
