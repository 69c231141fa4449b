package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chiso/app/workbook"
	"chiso/app/workbook/workbooktest"
)

// download fetches a file of the server as the tab's person.
func (b *tab) download(path string) []byte {
	b.t.Helper()
	text := js[string](b, fmt.Sprintf(`fetch(%s).then(async r => {
		if (!r.ok || !r.headers.get("Content-Disposition").startsWith("attachment;")) throw new Error(r.status);
		let s = "";
		for (const x of new Uint8Array(await r.arrayBuffer())) s += String.fromCharCode(x);
		return btoa(s);
	})`, quote(path)))
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		b.fail("download %s: %v", path, err)
	}
	return data
}

// valueCell returns the address of a cell's value in a template.
func valueCell(t testing.TB, data []byte, code string) string {
	t.Helper()
	book, err := workbook.Read("a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	table, err := workbook.Find(book.Sheets[0], []workbook.Column{{Key: "code", Names: []string{"Mã"}, Required: true}, {Key: "value", Names: []string{"Trong kỳ"}, Required: true}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(table.Rows, func(r workbook.Row) bool { return r.Get("code").Text == code })
	if i < 0 {
		t.Fatalf("the template has no row %s", code)
	}
	return table.Rows[i].Ref("value")
}

// The template of a sheet, downloaded, filled in and uploaded: the preview tells what will be written, one press writes
// it, and the sheet shows it. The same file again has nothing to say, and a cut one says what to do.
func TestSheet_ExcelRoundTrip(t *testing.T) {
	t.Parallel()
	b := signedIn(t, ownDemo(t), "nhaplieu.stc")
	path := sheetOf(t, "STC")
	s := b.openSheet(path)
	list := s.cells()
	i := slices.IndexFunc(list, func(c cell) bool {
		return c.Kind == "number" && c.Before != "" && c.Before != c.Raw && strings.Trim(c.Before, "0123456789.,") == ""
	})
	if i < 0 {
		t.Fatalf("no number that differs from the period before: %+v", list)
	}
	code, before := list[i].Code, list[i].Before
	b.follow(".page-actions a", "Nhập từ Excel")
	b.has(".steps [aria-current]", "Chọn tệp")
	data := b.download(path + "/excel/mau")
	plain := strings.ReplaceAll(strings.ReplaceAll(before, ".", ""), ",", ".")
	data = workbooktest.SetCells(t, data, map[string]string{valueCell(t, data, code): "<v>" + plain + "</v>"})
	send := func(name string, data []byte) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		b.open(path + "/excel")
		b.upload("#f-file", file)
		b.follow("main button", "Xem trước")
	}

	send("bieu.xlsx", data)
	b.has(".page-meta", "bieu.xlsx")
	b.follow(".chip", "Sẽ ghi 1")
	b.has("tbody tr", code)
	b.follow("#write button", "Ghi 1 ô vào biểu")
	b.has("#written", "Đã ghi 1 ô. Chưa trình duyệt.")
	b.has("#written button", "Trình ngay")
	b.follow("#written a", "Mở biểu")
	if got := b.value(field("c", code)); got != before {
		t.Errorf("%s is %q on the sheet, want %q", code, got, before)
	}

	send("bieu.xlsx", data)
	b.has(".notice-success", "không có gì để ghi")
	send("cut.xlsx", data[:len(data)/2])
	b.has("#f-file-e", "Tệp Excel bị hỏng")
}
