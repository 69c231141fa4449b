package workbooktest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

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

// A File is an upload that has to be refused.
type File struct {
	ID   string // the kind of badness
	Name string
	Data []byte
	Want string // a part of the sentence
}

// Hostile makes a file of every kind of badness that a gate must find, out of a good workbook whose first sheet holds
// the text anchor.
func Hostile(t testing.TB, whole []byte, anchor string) []File {
	t.Helper()
	good := Unzip(t, whole)
	whole = Zip(t, good)
	sheet := func(change func(string) string) []byte { return Zip(t, Edit(t, good, Sheet1, change)) }
	rels := func(rel string) []byte {
		return Zip(t, Edit(t, good, "xl/_rels/workbook.xml.rels", Swap("</Relationships>", rel+"</Relationships>")))
	}
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	manyFiles := slices.Clone(good)
	for i := range 600 {
		manyFiles = append(manyFiles, Part{Name: fmt.Sprintf("xl/media/%d.bin", i)})
	}
	twice := func(name string) []byte {
		for _, f := range good {
			if strings.EqualFold(f.Name, name) {
				return Zip(t, append(slices.Clone(good), Part{Name: name, Data: f.Data}))
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
		f := Add(good, "xl/sharedStrings.xml", sst)
		f = Edit(t, f, "xl/_rels/workbook.xml.rels", Swap("</Relationships>", rel+"</Relationships>"))
		return Zip(t, Edit(t, f, Sheet1, Rows(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>7</v></c></row>`)))
	}
	const sstRel = `<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>`
	const sst = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a</t></si></sst>`

	return []File{
		{"s01 cut in half", "a.xlsx", whole[:len(whole)/2], "cắt cụt"},
		{"s01 last byte missing", "a.xlsx", whole[:len(whole)-1], "hỏng"},
		{"s02 no directory", "a.xlsx", whole[:bytes.Index(whole, []byte("PK\x01\x02"))], "cắt cụt"},
		{"s03 empty", "a.xlsx", nil, "rỗng"},
		{"s04 text", "a.xlsx", []byte("Mã chỉ số;Trong kỳ\n2.1;5\n"), "không phải sổ Excel"},
		{"s05 pdf", "a.xlsx", []byte("%PDF-1.7\n1 0 obj"), "PDF"},
		{"s06 old xls or password", "a.xlsx", []byte(ole), "đời cũ (.xls) hoặc có mật khẩu"},
		{"s06 old xls by name", "a.xls", []byte(ole), "đời cũ (.xls) hoặc có mật khẩu"},
		{"s07 xlsm", "a.xlsm", whole, "macro"},
		{"s07 macro content type", "a.xlsx", Zip(t, Edit(t, good, "[Content_Types].xml", Swap("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"))), "macro"},
		{"s08 hidden macro", "a.xlsx", Zip(t, Add(good, "xl/vbaProject.bin", ole)), "macro"},
		{"s08 macro under another name", "a.xlsx", Zip(t, Add(good, "xl/media/image1.png", ole)), "macro"},
		{"s08 macro by relation", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="x.bin"/>`), "macro"},
		{"s08 activeX", "a.xlsx", Zip(t, Add(good, "xl/activeX/activeX1.xml", "<a/>")), "ActiveX"},
		{"s08 embedding", "a.xlsx", Zip(t, Add(good, "xl/embeddings/x.bin", "x")), "nhúng"},
		{"s08 program", "a.xlsx", Zip(t, Add(good, "xl/media/x.png", "MZ\x90")), "nhúng"},
		{"s12 many entries", "a.xlsx", Zip(t, manyFiles), "phần bên trong"},
		{"s13 lying size", "a.xlsx", patch(whole, "PK\x01\x02", 1, 24, 9, 0, 0, 0), "không khớp"},
		{"s13 lying checksum", "a.xlsx", patch(patch(whole, "PK\x01\x02", 0, 16, 1, 2, 3, 4), "PK\x07\x08", 0, 4, 1, 2, 3, 4), "không giải nén được"},
		{"s14 overlap", "a.xlsx", overlap, "chồng lên nhau"},
		{"s15 traversal", "a.xlsx", Zip(t, Add(good, "../../etc/passwd", "x")), "không hợp lệ"},
		{"s15 absolute", "a.xlsx", Zip(t, Add(good, "/xl/x.bin", "x")), "không hợp lệ"},
		{"s15 backslash", "a.xlsx", Zip(t, Add(good, `xl\..\x.bin`, "x")), "không hợp lệ"},
		{"s15 drive", "a.xlsx", Zip(t, Add(good, "C:x.bin", "x")), "không hợp lệ"},
		{"s15 control character", "a.xlsx", Zip(t, Add(good, "xl/\x00.bin", "x")), "không hợp lệ"},
		{"s16 duplicate part", "a.xlsx", twice(Sheet1), "hai lần"},
		{"s16 duplicate in other case", "a.xlsx", twice("XL/Worksheets/Sheet1.XML"), "hai lần"},
		{"s17 symlink", "a.xlsx", Zip(t, append(slices.Clone(good), Part{Name: "xl/x.bin", Data: []byte("/etc/passwd"),
			Header: func(h *zip.FileHeader) { h.SetMode(os.ModeSymlink | 0o777) }})), "liên kết"},
		{"s18 external entity", "a.xlsx", sheet(Swap("<worksheet", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet`)), "DTD"},
		{"s19 out of band", "a.xlsx", Zip(t, Edit(t, good, "xl/workbook.xml", Swap("<workbook", `<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><workbook`))), "DTD"},
		{"s20 entity expansion", "a.xlsx", sheet(Rows(`<row r="1"><c r="A1" t="str"><v>&lol;</v></c></row>`)), "đúng quy cách"},
		{"s20 DTD in a drawing", "a.xlsx", Zip(t, Add(good, "xl/drawings/x.vml", `<!DOCTYPE x [<!ENTITY a "b">]>`)), "DTD"},
		{"s21 external relation", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://x/externalLink" Target="http://127.0.0.1:9/x" TargetMode="External"/>`), "bên ngoài"},
		{"s21 external picture", "a.xlsx", rels(`<Relationship Id="rId9" Type="http://x/image" Target="\\127.0.0.1\x" TargetMode="External"/>`), "bên ngoài"},
		{"s21 link part", "a.xlsx", Zip(t, Add(good, "xl/externalLinks/externalLink1.xml", "<a/>")), "bên ngoài"},
		{"s22 no workbook", "a.xlsx", Zip(t, Remove(good, "xl/workbook.xml")), "thiếu phần"},
		{"s22 no types", "a.xlsx", Zip(t, Remove(good, "[Content_Types].xml")), "thiếu phần"},
		{"s22 no sheet", "a.xlsx", Zip(t, Remove(good, "xl/worksheets/")), "trang tính"},
		{"s22 sheet elsewhere", "a.xlsx", Zip(t, Add(Remove(good, Sheet1), "xl/worksheets/other.xml", "<worksheet><sheetData/></worksheet>")), "thiếu phần"},
		{"s22 word", "a.xlsx", Zip(t, Add(Remove(good, "xl/workbook.xml"), "word/document.xml", "<a/>")), "Word"},
		{"s23 cut XML", "a.xlsx", sheet(func(s string) string { return s[:strings.Index(s, anchor)] }), "cắt cụt"},
		{"s23 end tags missing", "a.xlsx", sheet(func(s string) string { return s[:strings.LastIndex(s, "<row")] }), "cắt cụt"},
		{"s23 crossed tags", "a.xlsx", sheet(Swap("</c></row>", "</row></c>")), "đúng quy cách"},
		{"s23 NUL", "a.xlsx", sheet(Swap(anchor, anchor+"\x00")), "ký tự không được phép"},
		{"s23 U+FFFE", "a.xlsx", sheet(Swap(anchor, anchor+"\ufffe")), "ký tự không được phép"},
		{"s23 two documents", "a.xlsx", sheet(func(s string) string { return s + "<worksheet/>" }), "thừa"},
		{"s23 text behind", "a.xlsx", sheet(func(s string) string { return s + "x" }), "thừa"},
		{"s24 UTF-16", "a.xlsx", sheet(func(s string) string { return UTF16(s) }), "UTF-8"},
		{"s24 Power Query", "a.xlsx", Zip(t, Add(good, "customXml/item1.xml", UTF16("\ufeff<a/>"))), "dán dạng giá trị"},
		{"s24 other encoding", "a.xlsx", sheet(Swap(`encoding="UTF-8"`, `encoding="windows-1258"`)), "UTF-8"},
		{"s26 row 0", "a.xlsx", sheet(Rows(`<row r="0"><c r="A0"><v>1</v></c></row>`)), "hàng mang số “0”"},
		{"s26 row -1", "a.xlsx", sheet(Rows(`<row r="-1"><c><v>1</v></c></row>`)), "hàng mang số “-1”"},
		{"s26 row 2e9", "a.xlsx", sheet(Rows(`<row r="2000000000"><c><v>1</v></c></row>`)), "hàng mang số"},
		{"s26 row 1e11", "a.xlsx", sheet(Rows(`<row r="99999999999"><c><v>1</v></c></row>`)), "hàng mang số"},
		{"s26 last row", "a.xlsx", sheet(Rows(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`)), "hàng"},
		{"s26 column GS", "a.xlsx", sheet(Rows(`<row r="1"><c r="GS1"><v>1</v></c></row>`)), "200 cột"},
		{"s27 rows descend", "a.xlsx", sheet(Rows(`<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`)), "sai thứ tự"},
		{"s27 row twice", "a.xlsx", sheet(Rows(`<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`)), "sai thứ tự"},
		{"s27 cell twice", "a.xlsx", sheet(Rows(`<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>1</v></c></row>`)), "B2"},
		{"s27 cell of another row", "a.xlsx", sheet(Rows(`<row r="2"><c r="B3"><v>1</v></c></row>`)), "B3"},
		{"s27 bad reference", "a.xlsx", sheet(Rows(`<row r="2"><c r="XFE2"><v>1</v></c></row>`)), "XFE2"},
		{"s27 no reference", "a.xlsx", sheet(Rows(`<row r="2"><c r="2B"><v>1</v></c></row>`)), "2B"},
		{"s27 rows hidden elsewhere", "a.xlsx", sheet(Swap("<sheetData>", `<extra><row r="1"/></extra><sheetData>`)), "quy cách"},
		{"s27 second table", "a.xlsx", sheet(Swap("</sheetData>", `</sheetData><sheetData/>`)), "quy cách"},
		{"s28 text index", "a.xlsx", stringTable(sst, sstRel), "đoạn chữ không có thật"},
		{"s28 texts missing", "a.xlsx", Zip(t, Edit(t, good, "xl/_rels/workbook.xml.rels", Swap("</Relationships>", sstRel+"</Relationships>"))), "thiếu phần"},
		{"s28 cut texts", "a.xlsx", stringTable(strings.TrimSuffix(sst, "</sst>"), sstRel), "cắt cụt"},
		{"s28 style index", "a.xlsx", sheet(Rows(`<row r="1"><c r="A1" s="9999"><v>1</v></c></row>`)), "kiểu trình bày"},
		{"s28 cell kind", "a.xlsx", sheet(Rows(`<row r="1"><c r="A1" t="zz"><v>1</v></c></row>`)), "loại lạ"},
		{"s28 two values", "a.xlsx", sheet(Rows(`<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>`)), "quy cách"},
		{"s28 merges overlap", "a.xlsx", sheet(func(s string) string {
			s = Rows(`<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>`)(s)
			return s[:strings.Index(s, "</sheetData>")] + `</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B1:B2"/></mergeCells></worksheet>`
		}), "chồng lên nhau"},
		{"s29 deep XML", "a.xlsx", sheet(Swap("<sheetData>", strings.Repeat("<x>", 300)+strings.Repeat("</x>", 300)+"<sheetData>")), "quá sâu"},
		{"s30 300 sheets", "a.xlsx", Zip(t, Edit(t, good, "xl/workbook.xml", Swap("</sheets>", strings.Repeat(`<sheet name="x" sheetId="9" r:id="rId1"/>`, 299)+"</sheets>"))), "trang tính, nhiều hơn mức"},
		{"s31 20,001 rows", "a.xlsx", sheet(Rows(Numbered(20_001, 1))), "20000 hàng"},
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
		{"s37 UTF-16 without mark", "a.csv", []byte(UTF16("Mã;Số\n1;2\n")), "UTF-16"},
		{"s37 UTF-16 cut", "a.csv", []byte(UTF16("\ufeffMã;Số\n1;2\n"))[:19], "UTF-16"},
		{"s37 workbook as csv", "a.csv", whole, ".xlsx"},
		{"s38 longest comment", "a.xlsx", comment(whole, 65_535), "còn dữ liệu khác"},
		{"too large", "a.xlsx", append([]byte("PK\x03\x04"), make([]byte, 10<<20)...), "10 MB"},
		{"other ending", "a.docx", whole, "loại khác"},
		{"no ending", "a", whole, "loại khác"},
	}
}

// UTF16 encodes text of the basic plane, low byte first.
func UTF16(s string) string {
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

// gap puts bytes between the last part and the directory.
func gap(data []byte) []byte {
	at := bytes.Index(data, []byte("PK\x01\x02"))
	out := append(bytes.Clone(data[:at]), "hidden"...)
	return append(out, data[at:]...)
}
