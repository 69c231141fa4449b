package workbook

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"chiso/app/workbook/workbooktest"
)

// dump writes what was read, a line a cell, so that a person can compare it with the sheet.
func dump(b *Book) string {
	var out strings.Builder
	for _, s := range b.Sheets {
		fmt.Fprintf(&out, "== %s", s.Name)
		if s.Hidden {
			out.WriteString(" (hidden)")
		}
		fmt.Fprintf(&out, " rows=%d\n", len(s.Rows))
		for y, row := range s.Rows {
			for x, c := range row {
				if c == (Cell{}) {
					continue
				}
				fmt.Fprintf(&out, "%s %q", s.Ref(y, x), c.Text)
				for _, f := range []struct {
					on   bool
					name string
				}{{c.Number, "number"}, {c.Percent, "percent"}, {c.Date, "date"}, {c.Bool, "bool"}, {c.Formula, "formula"}, {c.Err, "error"}, {c.Merged, "merged"}} {
					if f.on {
						out.WriteString(" " + f.name)
					}
				}
				out.WriteByte('\n')
			}
		}
	}
	return out.String()
}

// nasty is a legal workbook of nearly everything that goes wrong in offices. It needs more than Doc can write.
func nasty(t testing.TB) []byte {
	t.Helper()
	const sst = `<?xml version="1.0" encoding="UTF-8"?><x:sst xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<x:si><x:t xml:space="preserve">` + "\u00a0 \u200bĐơn vị\u200b \ufeff" + `</x:t></x:si>` + // 0: invisible edges
		`<x:si><x:r><x:rPr/><x:t>Sở </x:t></x:r><x:r><x:t>Nội vụ</x:t></x:r><x:rPh sb="0" eb="1"><x:t>phonetic</x:t></x:rPh></x:si>` + // 1: rich text
		`<x:si/>` + // 2: empty
		`<x:si><x:t>a_x000D_b _x005F_x000D_ _xZZZZ_</x:t></x:si>` + // 3: escapes
		`<x:si><x:t>&lt;script&gt; &amp; <![CDATA[=1+1]]></x:t></x:si></x:sst>` // 4
	const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="4">` +
		`<numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.0&quot; % đạt&quot;"/>` +
		`<numFmt numFmtId="166" formatCode="[Red]0.0%;[h]"/><numFmt numFmtId="167" formatCode="[$-42A]#,##0\ \đ"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="4"/></cellXfs></styleSheet>`
	nfd := norm.NFD.String("Tỷ lệ hồ sơ trực tuyến")
	sheet := `<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\n" +
		`<!-- made by hand --><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:dimension ref="A1:XFD1048576"/><x:sheetData>` +
		`<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row>` +
		`<x:row r="2"><x:c r="A2" t="s"><x:v>1</x:v></x:c><x:c r="B2" t="s"><x:v>2</x:v></x:c><x:c r="C2" t="s"><x:v>3</x:v></x:c><x:c r="D2" t="s"><x:v>4</x:v></x:c></x:row>` +
		`<x:row r="4" hidden="1"><x:c t="inlineStr"><x:is><x:t>` + nfd + `</x:t></x:is></x:c><x:c><x:v>5</x:v></x:c></x:row>` + // no references
		`<x:row r="5">` +
		`<x:c r="A5"><x:v>0.30000000000000004</x:v></x:c><x:c r="B5"><x:v>1E-05</x:v></x:c><x:c r="C5"><x:v>95.499999999999986</x:v></x:c>` +
		`<x:c r="D5"><x:v>9007199254740993</x:v></x:c><x:c r="E5"><x:v>1e309</x:v></x:c><x:c r="F5"><x:v>NaN</x:v></x:c><x:c r="G5"><x:v>Infinity</x:v></x:c>` +
		`<x:c r="H5"><x:v>-1.2345E+3</x:v></x:c><x:c r="I5"><x:v> 007.50 </x:v></x:c><x:c r="J5"><x:v>1.234,5</x:v></x:c><x:c r="K5"><x:v>-0</x:v></x:c></x:row>` +
		`<x:row r="6"><x:c r="A6" s="1"><x:v>0.955</x:v></x:c><x:c r="B6" s="2"><x:v>45752</x:v></x:c><x:c r="C6" s="3"><x:v>45752.5</x:v></x:c>` +
		`<x:c r="D6" s="4"><x:v>95.5</x:v></x:c><x:c r="E6" s="5"><x:v>0.12</x:v></x:c><x:c r="F6" s="6"><x:v>1234</x:v></x:c><x:c r="G6" s="7"><x:v>1234.5</x:v></x:c>` +
		`<x:c r="H6" t="d"><x:v>2025-04-05T00:00:00</x:v></x:c><x:c r="I6" s="1" t="str"><x:v>95,5%</x:v></x:c></x:row>` +
		`<x:row r="7"><x:c r="A7" t="b"><x:v>1</x:v></x:c><x:c r="B7" t="b"><x:v>0</x:v></x:c><x:c r="C7" t="e"><x:v>#N/A</x:v></x:c><x:c r="D7" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c>` +
		`<x:c r="E7"><x:f t="shared" ref="E7:F7" si="0">A5+1</x:f><x:v>1.3</x:v></x:c><x:c r="F7"><x:f t="shared" si="0"/><x:v>2</x:v></x:c><x:c r="G7"><x:f>A1</x:f></x:c>` +
		`<x:c r="H7" t="str"><x:f>"x"</x:f><x:v></x:v></x:c><x:c r="I7" t="str"><x:f>HYPERLINK("http://127.0.0.1","=cmd")</x:f><x:v>=cmd|' /C calc'!A0</x:v></x:c></x:row>` +
		`<x:row r="8"><x:c r="A8" t="str"><x:v>gộp</x:v></x:c><x:c r="B8"/><x:c r="C8"><x:v>3</x:v></x:c></x:row><x:row r="9"><x:c r="C9"><x:v>4</x:v></x:c></x:row>` +
		`<x:row r="10"><x:c r="A10" s="1"/><x:c r="XFD10" s="1"/></x:row><x:row r="1048576"><x:c r="A1048576" s="1"/></x:row>` + // only looks
		`</x:sheetData><x:mergeCells count="3"><x:mergeCell ref="A1:C1"/><x:mergeCell ref="A8:B9"/><x:mergeCell ref="A30:C40"/></x:mergeCells>` +
		`<x:extLst><x:ext><y:row xmlns:y="y" r="1"/></x:ext></x:extLst></x:worksheet>`
	files := workbooktest.Edit(t, base(t), workbooktest.Sheet1, func(string) string { return sheet })
	files = workbooktest.Edit(t, files, "xl/styles.xml", func(string) string { return styles })
	files = workbooktest.Add(files, "xl/sharedStrings.xml", sst)
	files = workbooktest.Add(files, "xl/worksheets/second.xml", "\ufeff"+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>`)
	files = workbooktest.Edit(t, files, "xl/_rels/workbook.xml.rels", workbooktest.Swap("</Relationships>",
		`<Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="/xl/SharedStrings.xml"/>`+
			`<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="./worksheets/../worksheets/second.xml"/></Relationships>`))
	files = workbooktest.Edit(t, files, "xl/workbook.xml", workbooktest.Swap("</sheets>", `<sheet name="Ẩn &amp; danh" sheetId="7" state="veryHidden" r:id="rId9"/></sheets>`))
	return workbooktest.Zip(t, files)
}

var update = flag.Bool("update", false, "rewrite the golden files")

func TestNasty(t *testing.T) {
	t.Parallel()
	book, err := Read("nasty.xlsx", nasty(t))
	if err != nil {
		t.Fatal(err)
	}
	got, golden := dump(book), filepath.Join("testdata", "nasty.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("read:\n%s\nwant:\n%s", got, want)
	}
}

// TestDate1904: the other calendar of old Mac workbooks is brought to the usual one.
func TestDate1904(t *testing.T) {
	t.Parallel()
	files := workbooktest.Edit(t, base(t), "xl/workbook.xml", func(s string) string {
		i := strings.Index(s, "<sheets>")
		return s[:i] + `<workbookPr date1904="1"/>` + s[i:]
	})
	files = workbooktest.Edit(t, files, "xl/styles.xml", func(s string) string {
		return `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`
	})
	files = workbooktest.Edit(t, files, workbooktest.Sheet1, workbooktest.Rows(`<row><c s="1"><v>44290</v></c></row>`))
	book, err := Read("a.xlsx", workbooktest.Zip(t, files))
	if err != nil {
		t.Fatal(err)
	}
	day, ok := book.Sheets[0].Cell(0, 0).Day()
	if !ok || day.Format("2006-01-02") != "2025-04-05" {
		t.Errorf("%v %v", day, ok)
	}
}

// TestSameAsLibrary: a file made by the library holds for us what it holds for the library.
func TestSameAsLibrary(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	defer f.Close()
	for y := range 40 {
		for x := range 12 {
			var v any = y*x - 50
			switch (y + x) % 4 {
			case 0:
				v = fmt.Sprintf("Ô %d-%d <&>", y, x)
			case 1:
				v = float64(y) / float64(x+1)
			case 2:
				continue
			}
			if err := f.SetCellValue("Sheet1", Address(y, x), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	book, err := Read("a.xlsx", buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	s := book.Sheets[0]
	if len(s.Rows) != len(want) {
		t.Fatalf("%d rows, library %d", len(s.Rows), len(want))
	}
	for y := range want {
		for x, w := range want[y] {
			c := s.Cell(y, x)
			if c.Number {
				w, _ = plain(w)
			}
			if c.Text != w {
				t.Errorf("%s: %q, library %q", s.Ref(y, x), c.Text, w)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{ // want "" = no number
		{"0", "0"}, {"-0", "0"}, {"0.0", "0"}, {"+5", "5"}, {"007.50", "7.5"}, {".5", "0.5"}, {"5.", "5"},
		{"0.30000000000000004", "0.3"}, {"0.1", "0.1"}, {"1E-05", "0.00001"}, {"1e3", "1000"}, {"-1.2345E+3", "-1234.5"},
		{"95.499999999999986", "95.5"}, {"0.95499999999999996", "0.955"}, {"1.0000000000000002", "1"}, {"9.9999999999999998", "10"},
		{"0.99999999999999999", "1"}, {"123456789012345.67", "123456789012346"}, {"123456789.12345678", "123456789.123457"},
		{"9007199254740993", "9007199254740993"}, {"1234567890123456", "1234567890123456"}, {"123456789012345678000", "123456789012345678000"},
		{"1E+20", "100000000000000000000"}, {"0e999999999", "0"},
		{"", ""}, {"-", ""}, {".", ""}, {"NaN", ""}, {"Infinity", ""}, {"-INF", ""}, {"1e309", ""}, {"1e-999999999", ""}, {"1e99999999999", ""},
		{"0x10", ""}, {"1_000", ""}, {"1,5", ""}, {"1.2.3", ""}, {"1e", ""}, {"e5", ""}, {"٣", ""}, {"½", ""}, {"1 000", ""}, {"--1", ""},
	}
	for _, tt := range tests {
		got, ok := plain(tt.in)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("plain(%q) = %q %v, want %q", tt.in, got, ok, tt.want)
		}
	}
}

func TestPercentage(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"0.955": "95.5", "1": "100", "-0.0001": "-0.01", "0": "0", "12.3456": "1234.56", "x": "x"} {
		if got := (Cell{Text: in}).Percentage(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cell Cell
		want string // "" = none
	}{
		{Cell{Text: "45752", Number: true, Date: true}, "2025-04-05"},
		{Cell{Text: "45752.75", Number: true, Date: true}, "2025-04-05"},
		{Cell{Text: "61", Number: true, Date: true}, "1900-03-01"},
		{Cell{Text: "2025-04-05T07:00:00", Date: true}, "2025-04-05"},
		{Cell{Text: "0.5", Number: true, Date: true}, ""},
		{Cell{Text: "9999999", Number: true, Date: true}, ""},
		{Cell{Text: "-1", Number: true, Date: true}, ""},
		{Cell{Text: "2025", Date: true}, ""},
		{Cell{Text: "45752", Number: true}, ""},
	} {
		day, ok := tt.cell.Day()
		if ok != (tt.want != "") || ok && day.Format("2006-01-02") != tt.want {
			t.Errorf("%+v: %v %v, want %s", tt.cell, day, ok, tt.want)
		}
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]format{
		"General": {}, "0.00": {}, "#,##0": {}, "0%": {percent: true}, `0.0" %"`: {}, `0\%`: {}, "dd/mm/yyyy": {date: true}, "[h]:mm": {date: true},
		"[mm]": {date: true}, "[Red]0": {}, "[$-42A]d mmmm": {date: true}, `#,##0" đồng/người"`: {}, `_(* #,##0_)`: {}, "0.00E+00": {}, "@": {}, `"ngày`: {},
		"[Red": {}, "0%;[h]": {percent: true}, "0;0%": {}, "0%;[Red]-0%": {percent: true}, `#,##0\ "d"`: {},
	} {
		if got := parseFormat(code); got != want {
			t.Errorf("parseFormat(%q) = %+v, want %+v", code, got, want)
		}
	}
}

func TestRef(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string][2]int{"A1": {0, 0}, "D14": {13, 3}, "Z9": {8, 25}, "AA10": {9, 26}, "GR20000": {19_999, 199}, "XFD1048576": {1<<20 - 1, 1<<14 - 1}} {
		row, col, ok := parseRef(ref)
		if !ok || row != want[0] || col != want[1] || Address(row, col) != ref {
			t.Errorf("%s: %d %d %v, back %s", ref, row, col, ok, Address(row, col))
		}
	}
	for _, ref := range []string{"", "A", "1", "A0", "A01", "a1", "XFE1", "AAAA1", "A1048577", "A99999999999", "A-1", "$A$1", "A1 "} {
		if row, col, ok := parseRef(ref); ok {
			t.Errorf("%q read as %d %d", ref, row, col)
		}
	}
}
