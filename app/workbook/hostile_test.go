package workbook

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chiso/app/kpi"
)

// A file is one part of a workbook under forgery.
type file struct {
	name   string
	data   []byte
	header func(*zip.FileHeader) // changes the entry before it is written; may be nil
}

// base returns the parts of a good workbook made by this package: one sheet, "Biểu 01", three rows of values.
func base(t testing.TB) []file {
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
	return unzip(t, data)
}

func unzip(t testing.TB, data []byte) []file {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{name: f.Name, data: b})
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	return files
}

func zipped(t testing.TB, files []file) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := fastZip(&buf)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.header != nil {
			f.header(h)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const sheet1 = "xl/worksheets/sheet1.xml"

// edit returns the files with the text of one part changed; it must change.
func edit(t testing.TB, files []file, name string, change func(string) string) []file {
	t.Helper()
	files = slices.Clone(files)
	for i, f := range files {
		if f.name == name {
			text := change(string(f.data))
			if text == string(f.data) {
				t.Fatalf("%s did not change", name)
			}
			files[i].data = []byte(text)
			return files
		}
	}
	t.Fatalf("no part %s", name)
	return nil
}

func swap(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// rows puts xml in the place of the sheet's rows.
func rows(xml string) func(string) string {
	return func(s string) string {
		from, to := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		return s[:from+len("<sheetData>")] + xml + s[to:]
	}
}

func add(files []file, name, data string) []file {
	return append(slices.Clone(files), file{name: name, data: []byte(data)})
}

func remove(files []file, name string) []file {
	return slices.DeleteFunc(slices.Clone(files), func(f file) bool { return f.name == name })
}

// patch changes bytes at an offset behind the nth occurrence of a signature, n from 0.
func patch(data []byte, sig string, n, offset int, to ...byte) []byte {
	data = bytes.Clone(data)
	at := -1
	for range n + 1 {
		at += 1 + bytes.Index(data[at+1:], []byte(sig))
	}
	copy(data[at+offset:], to)
	return data
}

func hostile(t testing.TB) []struct {
	id, name string
	data     []byte
	want     string // a part of the sentence
} {
	good := base(t)
	whole := zipped(t, good)
	sheet := func(change func(string) string) []byte { return zipped(t, edit(t, good, sheet1, change)) }
	rels := func(rel string) []byte {
		return zipped(t, edit(t, good, "xl/_rels/workbook.xml.rels", swap("</Relationships>", rel+"</Relationships>")))
	}
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	manyFiles := slices.Clone(good)
	for i := range 600 {
		manyFiles = append(manyFiles, file{name: fmt.Sprintf("xl/media/%d.bin", i)})
	}
	twice := func(name string) []byte {
		for _, f := range good {
			if strings.EqualFold(f.name, name) {
				return zipped(t, append(slices.Clone(good), file{name: name, data: f.data}))
			}
		}
		return nil
	}
	// All entries of the directory point to the first part.
	overlap := bytes.Clone(whole)
	for at, n := 0, 0; ; n++ {
		i := bytes.Index(overlap[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		at += i + 4
		binary.LittleEndian.PutUint32(overlap[at+38:], 0)
	}
	stringTable := func(sst, rel string) []byte {
		f := add(good, "xl/sharedStrings.xml", sst)
		f = edit(t, f, "xl/_rels/workbook.xml.rels", swap("</Relationships>", rel+"</Relationships>"))
		return zipped(t, edit(t, f, sheet1, rows(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>7</v></c></row>`)))
	}
	const sstRel = `<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>`
	const sst = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a</t></si></sst>`

	return []struct {
		id, name string
		data     []byte
		want     string
	}{
		{"s01 cut in half", "a.xlsx", whole[:len(whole)/2], "cắt cụt"},
		{"s01 last byte missing", "a.xlsx", whole[:len(whole)-1], "hỏng"},
		{"s02 no directory", "a.xlsx", whole[:bytes.Index(whole, []byte("PK\x01\x02"))], "cắt cụt"},
		{"s03 empty", "a.xlsx", nil, "rỗng"},
		{"s04 text", "a.xlsx", []byte("Mã chỉ số;Trong kỳ\n2.1;5\n"), "không phải sổ Excel"},
		{"s05 pdf", "a.xlsx", []byte("%PDF-1.7\n1 0 obj"), "PDF"},
		{"s06 old xls or password", "a.xlsx", []byte(ole), "đời cũ (.xls) hoặc có mật khẩu"},
		{"s06 old xls by name", "a.xls", []byte(ole), "đời cũ (.xls) hoặc có mật khẩu"},
		{"s07 xlsm", "a.xlsm", whole, "macro"},
		{"s07 macro content type", "a.xlsx", zipped(t, edit(t, good, "[Content_Types].xml", swap("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"))), "macro"},
		{"s08 hidden macro", "a.xlsx", zipped(t, add(good, "xl/vbaProject.bin", ole)), "macro"},
		{"s08 macro under another name", "a.xlsx", zipped(t, add(good, "xl/media/image1.png", ole)), "macro"},
		{"s08 macro by relation", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x.bin"/>`), "macro"},
		{"s08 activeX", "a.xlsx", zipped(t, add(good, "xl/activeX/activeX1.xml", "<a/>")), "ActiveX"},
		{"s08 embedding", "a.xlsx", zipped(t, add(good, "xl/embeddings/x.bin", "x")), "nhúng"},
		{"s08 program", "a.xlsx", zipped(t, add(good, "xl/media/x.png", "MZ\x90")), "nhúng"},
		{"s12 many entries", "a.xlsx", zipped(t, manyFiles), "phần bên trong"},
		{"s13 lying size", "a.xlsx", patch(whole, "PK\x01\x02", 1, 24, 9, 0, 0, 0), "không khớp"},
		{"s13 lying checksum", "a.xlsx", patch(patch(whole, "PK\x01\x02", 0, 16, 1, 2, 3, 4), "PK\x07\x08", 0, 4, 1, 2, 3, 4), "không giải nén được"},
		{"s14 overlap", "a.xlsx", overlap, "chồng lên nhau"},
		{"s15 traversal", "a.xlsx", zipped(t, add(good, "../../etc/passwd", "x")), "không hợp lệ"},
		{"s15 absolute", "a.xlsx", zipped(t, add(good, "/xl/x.bin", "x")), "không hợp lệ"},
		{"s15 backslash", "a.xlsx", zipped(t, add(good, `xl\..\x.bin`, "x")), "không hợp lệ"},
		{"s15 drive", "a.xlsx", zipped(t, add(good, "C:x.bin", "x")), "không hợp lệ"},
		{"s15 control character", "a.xlsx", zipped(t, add(good, "xl/\x00.bin", "x")), "không hợp lệ"},
		{"s16 duplicate part", "a.xlsx", twice(sheet1), "hai lần"},
		{"s16 duplicate in other case", "a.xlsx", twice("XL/Worksheets/Sheet1.XML"), "hai lần"},
		{"s17 symlink", "a.xlsx", zipped(t, append(slices.Clone(good), file{name: "xl/x.bin", data: []byte("/etc/passwd"),
			header: func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }})), "liên kết"},
		{"s18 external entity", "a.xlsx", sheet(swap("<worksheet", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet`)), "DTD"},
		{"s19 out of band", "a.xlsx", zipped(t, edit(t, good, "xl/workbook.xml", swap("<workbook", `<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><workbook`))), "DTD"},
		{"s20 entity expansion", "a.xlsx", sheet(rows(`<row r="1"><c r="A1" t="str"><v>&lol;</v></c></row>`)), "đúng quy cách"},
		{"s20 DTD in a drawing", "a.xlsx", zipped(t, add(good, "xl/drawings/x.vml", `<!DOCTYPE x [<!ENTITY a "b">]>`)), "DTD"},
		{"s21 external relation", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://x/externalLink" Target="http://127.0.0.1:9/x" TargetMode="External"/>`), "bên ngoài"},
		{"s21 external picture", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://x/image" Target="\\127.0.0.1\x" TargetMode="External"/>`), "bên ngoài"},
		{"s21 link part", "a.xlsx", zipped(t, add(good, "xl/externalLinks/externalLink1.xml", "<a/>")), "bên ngoài"},
		{"s22 no workbook", "a.xlsx", zipped(t, remove(good, "xl/workbook.xml")), "thiếu phần"},
		{"s22 no types", "a.xlsx", zipped(t, remove(good, "[Content_Types].xml")), "thiếu phần"},
		{"s22 no sheet", "a.xlsx", zipped(t, remove(good, sheet1)), "trang tính"},
		{"s22 sheet elsewhere", "a.xlsx", zipped(t, add(remove(good, sheet1), "xl/worksheets/other.xml", "<worksheet><sheetData/></worksheet>")), "thiếu phần"},
		{"s22 word", "a.xlsx", zipped(t, add(remove(good, "xl/workbook.xml"), "word/document.xml", "<a/>")), "Word"},
		{"s23 cut XML", "a.xlsx", sheet(func(s string) string { return s[:strings.Index(s, "2.3")] }), "cắt cụt"},
		{"s23 end tags missing", "a.xlsx", sheet(func(s string) string { return s[:strings.LastIndex(s, "<row")] }), "cắt cụt"},
		{"s23 crossed tags", "a.xlsx", sheet(swap("</c></row>", "</row></c>")), "đúng quy cách"},
		{"s23 NUL", "a.xlsx", sheet(swap("2.3", "2.3\x00")), "ký tự không được phép"},
		{"s23 U+FFFE", "a.xlsx", sheet(swap("2.3", "2.3\ufffe")), "ký tự không được phép"},
		{"s23 two documents", "a.xlsx", sheet(func(s string) string { return s + "<worksheet/>" }), "thừa"},
		{"s23 text behind", "a.xlsx", sheet(func(s string) string { return s + "x" }), "thừa"},
		{"s24 UTF-16", "a.xlsx", sheet(func(s string) string { return utf16LE(s) }), "UTF-8"},
		{"s24 Power Query", "a.xlsx", zipped(t, add(good, "customXml/item1.xml", utf16LE("\ufeff<a/>"))), "dán dạng giá trị"},
		{"s24 other encoding", "a.xlsx", sheet(swap(`encoding="UTF-8"`, `encoding="windows-1258"`)), "UTF-8"},
		{"s26 row 0", "a.xlsx", sheet(rows(`<row r="0"><c r="A0"><v>1</v></c></row>`)), "hàng mang số “0”"},
		{"s26 row -1", "a.xlsx", sheet(rows(`<row r="-1"><c><v>1</v></c></row>`)), "hàng mang số “-1”"},
		{"s26 row 2e9", "a.xlsx", sheet(rows(`<row r="2000000000"><c><v>1</v></c></row>`)), "hàng mang số"},
		{"s26 row 1e11", "a.xlsx", sheet(rows(`<row r="99999999999"><c><v>1</v></c></row>`)), "hàng mang số"},
		{"s26 last row", "a.xlsx", sheet(rows(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`)), "hàng"},
		{"s26 column GS", "a.xlsx", sheet(rows(`<row r="1"><c r="GS1"><v>1</v></c></row>`)), "200 cột"},
		{"s27 rows descend", "a.xlsx", sheet(rows(`<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`)), "sai thứ tự"},
		{"s27 row twice", "a.xlsx", sheet(rows(`<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`)), "sai thứ tự"},
		{"s27 cell twice", "a.xlsx", sheet(rows(`<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>1</v></c></row>`)), "B2"},
		{"s27 cell of another row", "a.xlsx", sheet(rows(`<row r="2"><c r="B3"><v>1</v></c></row>`)), "B3"},
		{"s27 bad reference", "a.xlsx", sheet(rows(`<row r="2"><c r="XFE2"><v>1</v></c></row>`)), "XFE2"},
		{"s27 no reference", "a.xlsx", sheet(rows(`<row r="2"><c r="2B"><v>1</v></c></row>`)), "2B"},
		{"s27 rows hidden elsewhere", "a.xlsx", sheet(swap("<sheetData>", `<extra><row r="1"/></extra><sheetData>`)), "quy cách"},
		{"s27 second table", "a.xlsx", sheet(swap("</sheetData>", `</sheetData><sheetData/>`)), "quy cách"},
		{"s28 text index", "a.xlsx", stringTable(sst, sstRel), "đoạn chữ không có thật"},
		{"s28 texts missing", "a.xlsx", zipped(t, edit(t, good, "xl/_rels/workbook.xml.rels", swap("</Relationships>", sstRel+"</Relationships>"))), "thiếu phần"},
		{"s28 cut texts", "a.xlsx", stringTable(strings.TrimSuffix(sst, "</sst>"), sstRel), "cắt cụt"},
		{"s28 style index", "a.xlsx", sheet(rows(`<row r="1"><c r="A1" s="9999"><v>1</v></c></row>`)), "kiểu trình bày"},
		{"s28 cell kind", "a.xlsx", sheet(rows(`<row r="1"><c r="A1" t="zz"><v>1</v></c></row>`)), "loại lạ"},
		{"s28 two values", "a.xlsx", sheet(rows(`<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`)), "quy cách"},
		{"s28 merges overlap", "a.xlsx", sheet(func(s string) string {
			s = rows(`<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>`)(s)
			return s[:strings.Index(s, "</sheetData>")] + `</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B1:B2"/></mergeCells></worksheet>`
		}), "chồng lên nhau"},
		{"s29 deep XML", "a.xlsx", sheet(swap("<sheetData>", strings.Repeat("<x>", 300)+strings.Repeat("</x>", 300)+"<sheetData>")), "quá sâu"},
		{"s30 300 sheets", "a.xlsx", zipped(t, edit(t, good, "xl/workbook.xml", swap("</sheets>", strings.Repeat(`<sheet name="x" sheetId="9" r:id="rId1"/>`, 299)+"</sheets>"))), "300 trang tính"},
		{"s31 20,001 rows", "a.xlsx", sheet(rows(numbered(20_001, 1))), "20000 hàng"},
		{"s32 polyglot", "a.xlsx", append([]byte("#!/bin/sh\nexit\n"), whole...), "không phải sổ Excel"},
		{"s32 polyglot that starts as zip", "a.xlsx", append([]byte("PK\x03\x04 junk"), whole...), "không khớp"},
		{"s33 trailing data", "a.xlsx", append(bytes.Clone(whole), "<html>"...), "còn dữ liệu khác"},
		{"s33 gap", "a.xlsx", gap(whole), "không khớp"},
		{"s34 encryption bit", "a.xlsx", patch(patch(whole, "PK\x03\x04", 0, 6, 9), "PK\x01\x02", 0, 8, 9), "mật khẩu"},
		{"s34 local header differs", "a.xlsx", patch(whole, "PK\x03\x04", 0, 30, 'Z'), "không khớp"},
		{"s35 bzip2", "a.xlsx", patch(patch(whole, "PK\x03\x04", 0, 8, 12), "PK\x01\x02", 0, 10, 12), "nén theo kiểu"},
		{"s36 HTML as .xls", "a.xls", []byte("<html><table><tr><td>1</td></tr></table></html>"), "HTML"},
		{"s36 HTML as .xlsx", "a.xlsx", []byte("\r\n<!DOCTYPE html><table>"), "HTML"},
		{"s37 Windows-1258", "a.csv", []byte("M\xe3 \xf0\xbd\xf2n v\xec;S\xf4\n"), "UTF-8"},
		{"s37 UTF-16", "a.csv", []byte(utf16LE("\ufeffMã;Số\n1;2\n")), "UTF-16"},
		{"s37 workbook as csv", "a.csv", whole, ".xlsx"},
		{"s38 longest comment", "a.xlsx", comment(whole, 65_535), "còn dữ liệu khác"},
		{"too large", "a.xlsx", append([]byte("PK\x03\x04"), make([]byte, maxFile)...), "10 MB"},
		{"other ending", "a.docx", whole, "loại khác"},
		{"no ending", "a", whole, "loại khác"},
	}
}

func utf16LE(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func comment(data []byte, n int) []byte {
	data = append(bytes.Clone(data), bytes.Repeat([]byte("x"), n)...)
	binary.LittleEndian.PutUint16(data[len(data)-n-2:], uint16(n))
	return data
}

// numbered is the XML of a table of different numbers.
func numbered(height, width int) string {
	var b []byte
	x := uint32(1)
	for row := range height {
		b = append(strconv.AppendInt(append(b, `<row r="`...), int64(row+1), 10), `">`...)
		for range width {
			x = x*1664525 + 1013904223
			b = append(strconv.AppendUint(append(b, "<c><v>"...), uint64(x>>12), 10), "</v></c>"...)
		}
		b = append(b, "</row>"...)
	}
	return string(b)
}

// gap puts bytes between the last part and the directory.
func gap(data []byte) []byte {
	at := bytes.Index(data, []byte("PK\x01\x02"))
	out := append(bytes.Clone(data[:at]), "hidden"...)
	return append(out, data[at:]...)
}

// TestHostile: each file is refused by a sentence that says why, and what Read refuses Check never panics on.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, tt := range hostile(t) {
		t.Run(tt.id, func(t *testing.T) {
			t.Parallel()
			book, err := Read(tt.name, tt.data)
			if err == nil {
				t.Fatalf("read as %d sheets", len(book.Sheets))
			}
			checkSentence(t, err, tt.want)
			if err := Check(tt.name, tt.data); err != nil {
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

// TestBombs: what expands or multiplies is refused, or read whole, in less than 100 MB and 5 s.
func TestBombs(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("times and memory are measured without the race detector")
	}
	good := base(t)
	sheet := func(xml string) []byte { return zipped(t, edit(t, good, sheet1, rows(xml))) }
	lists := func(xml string) []byte { return zipped(t, add(good, "xl/sharedStrings.xml", xml)) }
	noise := func(n int) string { // packs badly, so that no ratio gives it away
		b := make([]byte, n)
		x := uint32(1)
		for i := range b {
			x = x*1664525 + 1013904223
			b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[x>>24%36]
		}
		return string(b)
	}
	tests := []struct {
		id   string
		data func() []byte
		want string // "" may be read
	}{
		{"s09 sheet", func() []byte { return sheet(strings.Repeat(`<row><c><v>1</v></c></row>`, 1_300_000)) }, "giải nén"},
		{"s10 shared strings", func() []byte {
			return lists("<sst>" + strings.Repeat("<si><t>aaaaaaaa</t></si>", 1_400_000) + "</sst>")
		}, "giải nén"},
		{"s11 620,000 rows", func() []byte { return sheet(numbered(620_000, 1)) }, "20000 hàng"},
		{"60,000 rows", func() []byte { return sheet(numbered(60_000, 4)) }, "20000 hàng"},
		{"s11 empty rows", func() []byte { return sheet(strings.ReplaceAll(numbered(400_000, 0), "></row>", "/>")) }, ""},
		{"tokens", func() []byte { return sheet("<row>" + noisy("<c/>", 2_100_000) + "</row>") }, "giải nén"},
		{"attributes", func() []byte {
			var b strings.Builder
			for i := range 600_000 {
				fmt.Fprintf(&b, ` a%x=""`, i*7919)
			}
			return sheet("<row" + b.String() + "/>")
		}, "dài quá mức"},
		{"one long comment", func() []byte { return sheet("<!--" + noise(12<<20) + "-->") }, "dài quá mức"},
		{"one long text", func() []byte { return lists("<sst><si><t>" + noise(12<<20) + "</t></si></sst>") }, "dài quá mức"},
		{"million cells in the last column", func() []byte {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, `<row><c r="GR%d"><v>%d</v></c></row>`, i+1, i)
			}
			return sheet(b.String())
		}, "một triệu ô"},
		{"merged areas", func() []byte {
			xml := strings.Repeat(`<row><c><v>1</v></c></row>`, 19_999) + `<row><c/><c r="GR20000"><v>1</v></c></row>`
			return zipped(t, edit(t, good, sheet1, func(s string) string {
				s = rows(xml)(s)
				return s[:strings.Index(s, "</sheetData>")] + `</sheetData><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:GR20000"/>`, 5000) + `</mergeCells></worksheet>`
			}))
		}, "một triệu ô"},
		{"700,000 cells", func() []byte { return sheet(numbered(3500, 200)) }, ""},
		{"5,000 rows", func() []byte { return sheet(numbered(5000, 3)) }, ""},
	}
	for _, tt := range tests {
		data := tt.data()
		var err error
		start := time.Now()
		peak := peakOf(func() { _, err = Read("a.xlsx", data) })
		took := time.Since(start)
		t.Logf("%s: %d KB packed, %v, %d MB", tt.id, len(data)>>10, took.Round(time.Millisecond), peak>>20)
		if took > 5*time.Second || peak > 100<<20 {
			t.Errorf("%s: took %v and %d MB", tt.id, took, peak>>20)
		}
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: refused: %v", tt.id, err)
		case tt.want != "" && err == nil:
			t.Errorf("%s: read", tt.id)
		case tt.want != "":
			checkSentence(t, err, tt.want)
		}
	}
}

// noisy repeats xml with comments in between that keep it from packing well.
func noisy(xml string, n int) string {
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		b.WriteString(xml)
		if x = x*1664525 + 1013904223; i%50 == 0 {
			fmt.Fprintf(&b, "<!--%x-->", x)
		}
	}
	return b.String()
}

// peakOf returns by how much the heap grew at most while f ran.
func peakOf(f func()) uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	from, peak := stats.HeapAlloc, stats.HeapAlloc
	done := make(chan bool)
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				runtime.ReadMemStats(&stats)
				peak = max(peak, stats.HeapAlloc)
			}
		}
	})
	f()
	close(done)
	watch.Wait()
	return peak - from
}

// TestMacroTypeWithoutMacro: some programs declare the type of macros in every file; that alone is harmless.
func TestMacroTypeWithoutMacro(t *testing.T) {
	t.Parallel()
	files := edit(t, base(t), "[Content_Types].xml", swap("<Default ", `<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default `))
	if err := Check("a.xlsx", zipped(t, files)); err != nil {
		t.Error(err)
	}
	files = add(files, "xl/printerSettings/printerSettings1.bin", "x")
	if err := Check("a.xlsx", zipped(t, files)); err == nil {
		t.Error("a part of the declared type was let in")
	}
}

// TestHyperlink: a link in a cell is inert and common.
func TestHyperlink(t *testing.T) {
	t.Parallel()
	files := add(base(t), "xl/worksheets/_rels/sheet1.xml.rels", `<Relationships xmlns="x"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.vn/" TargetMode="External"/></Relationships>`)
	if err := Check("a.xlsx", zipped(t, files)); err != nil {
		t.Error(err)
	}
}
