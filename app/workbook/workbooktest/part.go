// Package workbooktest makes bad workbooks out of good ones, for the tests of whatever takes uploads.
package workbooktest

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A Part is one part of a workbook under forgery.
type Part struct {
	Name   string
	Data   []byte
	Header func(*zip.FileHeader) // changes the entry before it is written; may be nil
}

// Sheet1 is the part of the first sheet.
const Sheet1 = "xl/worksheets/sheet1.xml"

// Unzip returns the parts of a workbook in the order of their names.
func Unzip(t testing.TB, data []byte) []Part {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []Part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, Part{Name: f.Name, Data: b})
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return parts
}

// Zip packs parts into a workbook.
func Zip(t testing.TB, parts []Part) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, f := range parts {
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate}
		if f.Header != nil {
			f.Header(h)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// Edit returns the parts with the text of one changed; it must change.
func Edit(t testing.TB, parts []Part, name string, change func(string) string) []Part {
	t.Helper()
	parts = slices.Clone(parts)
	for i, f := range parts {
		if f.Name == name {
			text := change(string(f.Data))
			if text == string(f.Data) {
				t.Fatalf("%s did not change", name)
			}
			parts[i].Data = []byte(text)
			return parts
		}
	}
	t.Fatalf("no part %s", name)
	return nil
}

// Swap replaces the first old by new.
func Swap(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// Rows puts xml in the place of a sheet's rows.
func Rows(xml string) func(string) string {
	return func(s string) string {
		from, to := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		return s[:from+len("<sheetData>")] + xml + s[to:]
	}
}

// Add returns the parts and one more.
func Add(parts []Part, name, data string) []Part {
	return append(slices.Clone(parts), Part{Name: name, Data: []byte(data)})
}

// Remove returns the parts without those whose name begins with the given one.
func Remove(parts []Part, name string) []Part {
	return slices.DeleteFunc(slices.Clone(parts), func(f Part) bool { return strings.HasPrefix(f.Name, name) })
}

// SetCells puts XML in the place of what cells of the first sheet hold, by address: `<v>5</v>` for a number,
// ` t="b"><v>1</v>` to set attributes as well. A style ` s="…"` that the cell has stays, unless one is given. The cells
// must be there.
func SetCells(t testing.TB, data []byte, cells map[string]string) []byte {
	t.Helper()
	return Zip(t, Edit(t, Unzip(t, data), Sheet1, func(s string) string {
		for ref, inner := range cells {
			re := regexp.MustCompile(`(?s)<c r="` + ref + `"( s="\d+")?[^>]*?(/>|>.*?</c>)`)
			m := re.FindStringSubmatchIndex(s)
			if m == nil {
				t.Fatalf("no cell %s", ref)
			}
			style := ""
			if m[2] >= 0 {
				style = s[m[2]:m[3]]
			}
			if strings.HasPrefix(inner, "<") {
				inner = ">" + inner
			} else if strings.Contains(strings.SplitN(inner, ">", 2)[0], ` s="`) {
				style = ""
			}
			s = s[:m[0]] + `<c r="` + ref + `"` + style + inner + "</c>" + s[m[1]:]
		}
		return s
	}))
}

// Text is what SetCells puts into a cell of text.
func Text(s string) string {
	return ` t="inlineStr"><is><t xml:space="preserve">` + strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s) + `</t></is>`
}
