package workbook

import (
	"bytes"
	"path"
	"strings"

	"chiso/app/kpi"
)

// First bytes of the files that are mistaken for workbooks.
const (
	magicZip = "PK\x03\x04"
	magicOLE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)

// checkKind refuses what is not an .xlsx by size, name or first bytes.
func checkKind(name string, data []byte) error {
	if err := checkSize(data); err != nil {
		return err
	}
	ext := extension(name)
	if bytes.HasPrefix(data, []byte(magicZip)) {
		switch ext {
		case ".xlsx":
			return nil
		case ".xlsm", ".xltm", ".xlam":
			return kpi.Errorf(kpi.Invalid, "Tệp %s có thể chứa macro. %s", ext, resave)
		case ".xls":
			return kpi.Errorf(kpi.Invalid, "Tên tệp có đuôi .xls nhưng nội dung là kiểu mới. %s", resave)
		}
		return notAccepted(ext)
	}
	if err := foreign(data); err != nil {
		return err
	}
	if ext == ".xlsx" {
		return kpi.Errorf(kpi.Invalid, "Tên tệp có đuôi .xlsx nhưng nội dung không phải sổ Excel. %s", resave)
	}
	return notAccepted(ext)
}

// checkSize refuses empty and oversized files of any kind.
func checkSize(data []byte) error {
	switch {
	case len(data) == 0:
		return kpi.Errorf(kpi.Invalid, "Tệp rỗng, không có nội dung. Kiểm tra lại tệp rồi tải lên.")
	case len(data) > maxFile:
		return kpi.Errorf(kpi.TooLarge, "Tệp lớn hơn %d MB. Chép riêng bảng số liệu sang một sổ Excel mới rồi tải lại.", maxFile>>20)
	}
	return nil
}

func notAccepted(ext string) error {
	if ext == "" {
		ext = "không có đuôi"
	}
	return kpi.Errorf(kpi.Invalid, "Chỉ nhận sổ Excel (.xlsx) và tệp CSV UTF-8 (.csv); tệp này là loại khác (%s). %s", printable(ext), resave)
}

// foreign names the kind of a file that is neither a zip archive nor plain text, nil if it does not know it.
func foreign(data []byte) error {
	head := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 1024)], "\ufeff \t\r\n"))
	switch {
	case bytes.HasPrefix(data, []byte(magicOLE)):
		return kpi.Errorf(kpi.Invalid, "Tệp là Excel đời cũ (.xls) hoặc có mật khẩu. Mở bằng Excel, chọn Lưu thành “Excel Workbook (*.xlsx)”, bỏ mật khẩu rồi tải lại.")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return kpi.Errorf(kpi.Invalid, "Đây là tệp PDF, không phải sổ Excel. Nhập số liệu vào tệp mẫu Excel rồi tải lại.")
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")), bytes.HasPrefix(head, []byte("<table")):
		return kpi.Errorf(kpi.Invalid, "Tệp thực chất là trang web (HTML) mang tên Excel. %s", resave)
	case bytes.HasPrefix(head, []byte("<?xml")):
		return kpi.Errorf(kpi.Invalid, "Tệp là XML, không phải sổ Excel. %s", resave)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG")):
		return kpi.Errorf(kpi.Invalid, "Đây là tệp ảnh, không phải sổ Excel. Nhập số liệu vào tệp mẫu Excel rồi tải lại.")
	}
	return nil
}

func extension(name string) string { return strings.ToLower(path.Ext(strings.TrimSpace(name))) }

// printable makes a string out of a hostile file fit for a sentence.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == 0xfffd || r >= 0x200b && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return s
}
