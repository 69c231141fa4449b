package app

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// maxPixels is how large a picture may be when it is drawn; a small file can hold a picture that fills any memory.
const maxPixels = 120_000_000

// checkFile judges a file that somebody gives as evidence by its name and its content, which must agree, and returns
// it with its cleaned name. The refusals are of kind Invalid or TooLarge; Busy when the server judges too many others.
func (a *App) checkFile(name string, data []byte) (kpi.File, error) {
	f := kpi.File{Name: kpi.CleanFileName(name), Size: int64(len(data))}
	var err error
	switch f.Type, err = kpi.FileTypeOf(f.Name); {
	case err != nil:
		return f, err
	case len(data) == 0:
		return f, kpi.Errorf(kpi.Invalid, "Tệp %s trống. Chọn tệp khác.", kpi.Clip(f.Name, 80))
	case len(data) > MaxUpload:
		return f, kpi.Errorf(kpi.TooLarge, "Tệp %s lớn hơn %d MB. Giảm dung lượng tệp hoặc chia thành nhiều tệp rồi gửi lại.", kpi.Clip(f.Name, 80), MaxUpload>>20)
	}
	return f, a.parse(func() error { return checkContent(f, data) })
}

// checkContent judges what a file holds by its type.
func checkContent(f kpi.File, data []byte) (err error) {
	switch f.Type {
	case kpi.PDF:
		err = checkPDF(data)
	case kpi.Word:
		err = workbook.CheckWord(data)
	case kpi.Excel:
		err = workbook.Check(f.Name, data)
	case kpi.JPEG:
		err = checkPicture(data, "JPG", "\xff\xd8\xff", jpeg.DecodeConfig)
	case kpi.PNG:
		err = checkPicture(data, "PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig)
		if err == nil && !bytes.HasSuffix(data, []byte("IEND\xaeB\x60\x82")) {
			err = kpi.Errorf(kpi.Invalid, "Ảnh PNG bị cắt cụt hoặc có dữ liệu khác nối phía sau. Mở ảnh, lưu lại rồi gửi.")
		}
	}
	if err == nil && hidesArchive(f.Type, data) {
		err = kpi.Errorf(kpi.Invalid, "Tệp có một tệp nén giấu bên trong. Mở tệp, lưu lại thành tệp mới rồi gửi.")
	}
	return err
}

// checkPDF takes what begins and ends as a PDF and runs nothing. A reader looks only at the end and for actions in the
// open part of the file; what is packed inside stays unseen, so that a PDF is only ever given back as a download.
func checkPDF(data []byte) error {
	const again = "Mở tệp, chọn In ra PDF (Microsoft Print to PDF), rồi gửi tệp mới."
	tail := bytes.TrimRight(data[max(0, len(data)-2048):], "\x00 \t\r\n")
	switch {
	case !bytes.HasPrefix(data, []byte("%PDF-")):
		return kpi.Errorf(kpi.Invalid, "Tên tệp có đuôi .pdf nhưng nội dung không phải PDF. %s", again)
	case !bytes.HasSuffix(tail, []byte("%%EOF")):
		return kpi.Errorf(kpi.Invalid, "Tệp PDF bị cắt cụt hoặc có dữ liệu khác nối phía sau. %s", again)
	}
	plain := plainNames(data)
	for _, active := range []string{"/JavaScript", "/JS (", "/JS(", "/Launch", "/RichMedia"} {
		if bytes.Contains(plain, []byte(active)) {
			return kpi.Errorf(kpi.Invalid, "Tệp PDF có mã tự chạy bên trong. %s", again)
		}
	}
	return nil
}

// plainNames returns the file with the letters that its names spell as #4A.
func plainNames(data []byte) []byte {
	plain := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		c := data[i]
		if c == '#' && i+2 < len(data) {
			if n, err := strconv.ParseUint(string(data[i+1:i+3]), 16, 8); err == nil {
				c = byte(n)
				i += 2
			}
		}
		plain = append(plain, c)
	}
	return plain
}

// checkPicture reads the head of a picture alone; nothing here ever draws one.
func checkPicture(data []byte, kind, magic string, head func(io.Reader) (image.Config, error)) error {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return kpi.Errorf(kpi.Invalid, "Tên tệp là ảnh %s nhưng nội dung không phải ảnh %s. Mở ảnh, lưu lại đúng dạng rồi gửi.", kind, kind)
	}
	c, err := head(bytes.NewReader(data))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return kpi.Errorf(kpi.Invalid, "Ảnh %s bị hỏng. Chụp hoặc quét lại rồi gửi.", kind)
	case c.Width > maxPixels/c.Height:
		return kpi.Errorf(kpi.TooLarge, "Ảnh có kích thước %d × %d điểm ảnh, quá lớn để mở. Giảm kích thước ảnh rồi gửi lại.", c.Width, c.Height)
	}
	return nil
}

// hidesArchive reports whether a PDF or a picture is at the same time a zip archive, which is found by its end.
func hidesArchive(t kpi.FileType, data []byte) bool {
	const endRecord = 22 + 1<<16
	return t != kpi.Word && t != kpi.Excel && bytes.Contains(data[max(0, len(data)-endRecord):], []byte("PK\x05\x06"))
}
