package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// build makes a PDF of numbered objects, without the tables that nobody here reads.
func build(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

const (
	catalog = "<</Type/Catalog/Pages 2 0 R>>"
	onePage = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
	page3   = "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 6 0 R>>/XObject<</X 7 0 R>>>>>>"
)

func content(ops string) string {
	return fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(ops), ops)
}

func packed(ops string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(ops)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return fmt.Sprintf("<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream", b.Len(), b.String())
}

// simple is a font of one byte a code, every letter half as wide as high.
const simple = "<</Type/Font/Subtype/TrueType/BaseFont/Arial/Encoding/WinAnsiEncoding>>"

// composite is a font of two bytes a code whose map tells «ướ», «ẫ», «Đ».
func composite() string {
	return "<</Type/Font/Subtype/Type0/BaseFont/Arial-Bold/Encoding/Identity-H/ToUnicode 8 0 R/DescendantFonts[<</DW 500/W[1[500 500]]>>]>>"
}

const cmapText = "/CIDInit/ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n" +
	"2 beginbfchar <0001> <01B0> <0002> <1EDB> endbfchar 1 beginbfrange <0010> <0012> <1EAB> endbfrange 1 beginbfrange <0020> <0021> [<0110> <1EA300E0>] endbfrange endcmap"

func lines(t *testing.T, data []byte) []string {
	t.Helper()
	doc, err := Read(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range doc.Lines {
		out = append(out, l.Text)
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	form := "<</Type/XObject/Subtype/Form/Matrix[1 0 0 1 0 -20]" + content("BT /F1 10 Tf 50 700 Td (trong khung) Tj ET")[2:]
	tests := []struct{ name, ops, want string }{
		{"one run", "BT /F1 10 Tf 50 700 Td (So lieu) Tj ET", "So lieu"},
		{"a word split between fonts and text objects",
			"BT /F1 10 Tf 50 700 Td (h) Tj ET BT /F2 10 Tf 55 700 Td <00010002> Tj ET BT /F1 10 Tf 65 700 Td (ng) Tj ET BT /F1 10 Tf 77.5 700 Td (d) Tj ET BT /F2 10 Tf 82.5 700 Td <0010> Tj ET BT /F1 10 Tf 87.5 700 Td (n) Tj ET",
			"hướng dẫn"},
		{"spaces of TJ", "BT /F1 10 Tf 50 700 Td [(mot)-300(hai)20(ba)] TJ ET", "mot haiba"},
		{"word spacing", "BT /F1 10 Tf 3 Tw 50 700 Td (a b) Tj (c) Tj ET", "a bc"},
		{"range and array of a map", "BT /F2 10 Tf 50 700 Td <001000110020> Tj ET", "ẫẬĐ"},
		{"several characters of one code", "BT /F2 10 Tf 50 700 Td <0021> Tj ET", "ảà"},
		{"next lines", "BT /F1 10 Tf 12 TL 50 700 Td (mot) Tj T* (hai) Tj (ba) ' ET", "mot|hai|ba"},
		{"columns", "BT /F1 10 Tf 50 700 Td (trai) Tj 200 0 Td (phai) Tj ET", "trai|phai"},
		{"escapes", `BT /F1 10 Tf 50 700 Td (\(a\)\\\061\n\
b) Tj ET`, `(a)\1b`},
		{"hex", "BT /F1 10 Tf 50 700 Td <41 42\n43> Tj ET", "ABC"},
		{"form", "q 1 0 0 1 5 0 cm /X Do Q BT /F1 10 Tf 50 600 Td (sau) Tj ET", "trong khung|sau"},
		{"inline picture", "BI /W 2 /H 2 ID \x00(\xff] EI BT /F1 10 Tf 50 700 Td (con chu) Tj ET", "con chu"},
		{"scaled", "q .1 0 0 .1 0 0 cm BT /F1 100 Tf 500 7000 Td (nho) Tj 180 0 Td (to) Tj ET Q", "nho to"},
		{"upside down", "q 1 0 0 -1 0 800 cm BT /F1 10 Tf 1 0 0 -1 50 100 Tm (lat) Tj ET Q", "lat"},
		{"unclosed array", "BT /F1 10 Tf 50 700 Td [(do) (dang", "dodang"},
		{"noise", "}{ >> ] /F9 3 Tf (khong phong) Tj BT /F1 10 Tf 50 700 Td (co) Tj ET Q Q Q", "co"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for name, body := range map[string]string{"plain": content(tt.ops), "packed": packed(tt.ops)} {
				data := build(catalog, onePage, page3, body, simple, composite(), form, content(cmapText))
				want := tt.want
				if tt.name == "unclosed array" {
					want = "" // an operator that never comes draws nothing
				}
				if got := strings.Join(lines(t, data), "|"); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

// TestRead_Structure reads files that are put together in the other ways that writers have.
func TestRead_Structure(t *testing.T) {
	t.Parallel()
	text := content("BT /F1 10 Tf 50 700 Td (noi dung) Tj ET")
	stm := "1 0 2 34 3 71 " + catalog + "    " + " " + onePage + " " + page3
	first := strings.Index(stm, catalog)
	second, third := strings.Index(stm, onePage)-first, strings.Index(stm, page3)-first
	head := fmt.Sprintf("1 0 2 %d 3 %d ", second, third)
	body := head + stm[first:]
	objStm := fmt.Sprintf("<</Type/ObjStm/N 3/First %d/Length %d>>stream\n%s\nendstream", len(head), len(body), body)
	inStream := []byte("%PDF-1.7\n4 0 obj\n" + text + "\nendobj\n5 0 obj\n" + simple + "\nendobj\n9 0 obj\n" + objStm + "\nendobj\n10 0 obj\n<</Type/XRef/Root 1 0 R/Length 0>>stream\n\nendstream\nendobj\n%%EOF")
	tests := []struct {
		name string
		data []byte
	}{
		{"classic", build(catalog, onePage, page3, text, simple)},
		{"object stream", inStream},
		{"no trailer", bytes.ReplaceAll(build(catalog, onePage, page3, text, simple), []byte("trailer"), []byte("tra1ler"))},
		{"wrong length", build(catalog, onePage, page3, strings.Replace(text, "/Length ", "/Length 9", 1), simple)},
		{"changed later", append(build(catalog, onePage, page3, content("BT /F1 10 Tf (cu) Tj ET"), simple), "4 0 obj\n"+text+"\nendobj\n%%EOF"...)},
		{"several streams", build(catalog, onePage, strings.Replace(page3, "4 0 R", "[4 0 R 6 0 R]", 1), content("BT /F1 10 Tf 50 700 Td (noi) Tj"), simple, content("( dung) Tj ET"))},
		{"junk before", append([]byte("\xef\xbb\xbf\n"), build(catalog, onePage, page3, text, simple)...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(lines(t, tt.data), "|"); got != "noi dung" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestGlyphText(t *testing.T) {
	t.Parallel()
	for n, want := range map[name]string{"a": "a", "acircumflexhookabove": "ẩ", "ohorndotbelow": "ợ", "uni1EA5": "ấ", "u01B0": "ư", "dcroat": "đ", "Abrevetilde": "Ẵ",
		"space": " ", "a.sc": "a", "g123": "", "": "", "union": "", "zero": "0"} {
		if got := glyphText(n); got != want {
			t.Errorf("%q: %q, want %q", n, got, want)
		}
	}
}

// hostile are files that try to make a reader run, grow or fall for ever.
func hostile() map[string][]byte {
	text := content("BT /F1 10 Tf 50 700 Td (chu) Tj ET")
	good := build(catalog, onePage, page3, text, simple)
	ring := build(catalog, "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 9999999>>", page3, text, simple)
	files := map[string][]byte{
		"empty":                       {},
		"only a head":                 []byte("%PDF-1.7"),
		"cut":                         good[:len(good)/2],
		"page tree in a ring":         ring,
		"two nodes in a ring":         build(catalog, "<</Type/Pages/Kids[3 0 R]>>", "<</Type/Pages/Kids[2 0 R]>>"),
		"object is itself":            build(catalog, "2 0 R", page3),
		"references in a ring":        build("3 0 R", "1 0 R", "2 0 R"),
		"length is its own stream":    build(catalog, onePage, page3, "<</Length 4 0 R>>stream\nBT\nendstream", simple),
		"stream of objects in itself": []byte("%PDF-1.7\n9 0 obj\n<</Type/ObjStm/N 1/First 4/Length 10>>stream\n9 0 (x)\nendstream\nendobj\ntrailer<</Root 9 0 R>>"),
		"huge numbers":                []byte("%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 99999999999/W[9999999 9999999 9999999]/Index[0 999999999999]/Length 5/Root 1 0 R>>stream\nabcde\nendstream\nendobj"),
		"prev in a ring":              append(build(catalog, onePage, page3, text, simple), "\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 0/Size 99999999999>>\nstartxref\n0\n%%EOF"...),
		"deep arrays":                 build(catalog, onePage, page3, content(strings.Repeat("[", 1_000_000)), simple),
		"deep dictionaries":           build(strings.Repeat("<</A", 1_000_000)),
		"many saves":                  build(catalog, onePage, page3, packed(strings.Repeat("q ", 2_000_000)), simple),
		"long array":                  build(catalog, onePage, "["+strings.Repeat("1 ", 4_000_000)+"]"),
		"form draws itself": build(catalog, onePage, page3, content(strings.Repeat("/X Do ", 10_000)), simple, simple,
			"<</Type/XObject/Subtype/Form/Resources<</XObject<</X 7 0 R>>>>"+content(strings.Repeat("/X Do ", 1000))[2:]),
		"cmap without end": build(catalog, onePage, page3, content("BT /F2 10 Tf <00010002> Tj ET"), simple, composite(), "null",
			content("1 begincodespacerange <0000> <FFFF> endcodespacerange "+strings.Repeat("1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange ", 10_000))),
		"encrypted": bytes.Replace(good, []byte("/Root"), []byte("/Encrypt 9 0 R/Root"), 1),
	}
	bomb := packed(strings.Repeat("BT /F1 10 Tf 1 1 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n", 500_000)) // 30 MB
	files["bomb"] = build(catalog, onePage, page3, bomb, simple)
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i := range 250_000 {
		fmt.Fprintf(&b, "%d 0 obj\n1\nendobj\n", i)
	}
	files["too many objects"] = b.Bytes()
	kids := strings.Repeat("3 0 R ", 100_000)
	files["one page a hundred thousand times"] = build(catalog, "<</Type/Pages/Kids["+kids+"]>>", page3, text, simple)
	var many strings.Builder
	objects := []string{catalog, ""}
	for i := range 5_000 {
		fmt.Fprintf(&many, "%d 0 R ", i+3)
		objects = append(objects, "<</Type/Page/Contents 5004 0 R>>")
	}
	objects[1] = "<</Type/Pages/Kids[" + many.String() + "]>>"
	files["five thousand pages"] = build(append(objects, text)...)
	x := uint32(1)
	for _, size := range []int{100, 10_000, 1_000_000} {
		noise := make([]byte, size)
		for i := range noise {
			x = x*1664525 + 1013904223
			noise[i] = "0123456789 obj<>/[]()stream\n%PDFKidsType\x00\xff"[x>>24%40]
		}
		files[fmt.Sprintf("noise of %d", size)] = append([]byte("%PDF-1.7\n1 0 obj\n"), noise...)
	}
	return files
}

// Each comes to an end by the bounds of the reader alone: no deadline helps.
func TestRead_Hostile(t *testing.T) {
	t.Parallel()
	for name, data := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := Read(context.Background(), data)
			switch {
			case err == nil && doc.Pages > maxPages:
				t.Errorf("%d pages", doc.Pages)
			case name == "encrypted" && !errors.Is(err, ErrEncrypted), name == "too many objects" && !errors.Is(err, ErrTooMany), name == "empty" && !errors.Is(err, ErrNotPDF):
				t.Errorf("error %v", err)
			case name == "prev in a ring" && (err != nil || len(doc.Lines) != 1), name == "page tree in a ring" && (err != nil || doc.Pages != 1):
				t.Errorf("a good page in a bad frame: %+v, %v", doc, err)
			case name == "five thousand pages" && (err != nil || !doc.Cut):
				t.Errorf("not cut: %v", err)
			}
		})
	}
}

// Who no longer waits ends the reading.
func TestRead_GivenUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, hostile()["form draws itself"]); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Every beginning of a good file and every file with one byte changed is read without harm.
func TestRead_Damaged(t *testing.T) {
	t.Parallel()
	form := "<</Type/XObject/Subtype/Form" + content("BT /F1 10 Tf (khung) Tj ET")[2:]
	good := build(catalog, onePage, page3, packed("q /X Do BT /F2 10 Tf 50 700 Td <000100020010> Tj ET Q"), simple, composite(), form, content(cmapText))
	for i := range good {
		for _, data := range [][]byte{good[:i], append(append(bytes.Clone(good[:i]), good[i]^0x15), good[i+1:]...)} {
			if doc, err := Read(context.Background(), data); err == nil && doc.Pages > 1 {
				t.Fatalf("%d pages at byte %d", doc.Pages, i)
			}
		}
	}
}
