package document

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func testLetter() Letter {
	return Letter{Above: "ỦY BAN NHÂN DÂN\nTỈNH ĐẮK LẮK", Issuer: "SỞ KHOA HỌC VÀ CÔNG NGHỆ", Number: "Số:      /SKHCN-", PlaceDate: "Đắk Lắk, ngày     tháng 11 năm 2026",
		Subject: "V/v đôn đốc gửi số liệu tháng 11/2026", To: "Các đơn vị có tên trong danh sách", Body: []string{"Thực hiện việc theo dõi.", "Đề nghị các đơn vị gửi."},
		Head: []string{"TT", "Đơn vị"}, Rows: [][]string{{"1", "Sở Y tế"}, {"2", `Xã <A> & "B"` + "\x00\x0b\ufffe"}}, Widths: []int{600, 8750}, Numbers: []bool{true, false},
		Closing: "Trân trọng./.", Signer: "GIÁM ĐỐC", Receivers: []string{"Như trên;", "Lưu: VT."}}
}

// TestWriteLetter reads the letter back with the reader of uploaded files, which checks the whole package.
func TestWriteLetter(t *testing.T) {
	t.Parallel()
	data, err := WriteLetter(testLetter())
	if err != nil {
		t.Fatal(err)
	}
	content, err := Read(context.Background(), "cong-van.docx", data)
	if err != nil || content.Unread != "" {
		t.Fatalf("%v %s", err, content.Unread)
	}
	var text strings.Builder
	for _, b := range content.Blocks {
		text.WriteString(b.Text + "\n")
	}
	at := 0
	for _, want := range []string{"TỈNH ĐẮK LẮK", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "V/v đôn đốc", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
		"Kính gửi: Các đơn vị", "Thực hiện", "Đề nghị", "Sở Y tế", `Xã <A> & "B"`, "Trân trọng", "Nơi nhận:", "GIÁM ĐỐC"} {
		i := strings.Index(text.String()[at:], want)
		if i < 0 {
			t.Fatalf("the letter lacks %q in its place:\n%s", want, text.String())
		}
		at += i
	}
}

// TestWriteLetter_WellFormed: every part is XML, and the page is that of an official letter.
func TestWriteLetter_WellFormed(t *testing.T) {
	t.Parallel()
	data, err := WriteLetter(testLetter())
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
		for d := xml.NewDecoder(bytes.NewReader(b)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	for _, want := range []string{`w:w="11906" w:h="16838"`, `w:left="1701"`, `<w:titlePg/>`, `<w:tblHeader/>`} {
		if !strings.Contains(parts["word/document.xml"], want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	if !strings.Contains(parts["word/styles.xml"], "Times New Roman") || !strings.Contains(parts["word/header1.xml"], " PAGE ") {
		t.Error("the typeface or the page number is missing")
	}
}

// TestWriteLetter_NoRows: a letter without a list has no table.
func TestWriteLetter_NoRows(t *testing.T) {
	t.Parallel()
	l := testLetter()
	l.Rows = nil
	if doc := l.document(); strings.Contains(doc, "tblHeader") || strings.Count(doc, "<w:tbl>") != 2 {
		t.Error("an empty table stands in the letter")
	}
}
