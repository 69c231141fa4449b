package app

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"chiso/app/document"
	"chiso/app/kpi"
	"chiso/app/workbook"
)

// guidanceText is what could be read of an uploaded document.
type guidanceText struct {
	file     kpi.File // without its id
	blocks   []document.Block
	passages []kpi.Passage
	pages    int
	unread   string
}

// readGuidance judges an uploaded document by its name and its content, which must agree, and reads its text. Errors
// are *kpi.Error of kind Invalid, TooLarge or Busy.
func (a *App) readGuidance(name string, data []byte) (guidanceText, error) {
	t := guidanceText{file: kpi.File{Name: kpi.CleanFileName(name), Size: int64(len(data))}}
	if len(data) > MaxUpload {
		return t, kpi.Errorf(kpi.TooLarge, "Tệp %s lớn hơn %d MB. Giảm dung lượng hình ảnh trong tệp hoặc chia thành nhiều tệp rồi gửi lại.", kpi.Clip(t.file.Name, 80), MaxUpload>>20)
	}
	t.file.Type = kpi.FileType(strings.TrimPrefix(document.Kind(t.file.Name), "."))
	var c document.Content
	var err error
	if t.file.Type == kpi.Excel {
		c, err = a.readGuidanceBook(t.file.Name, data)
	} else {
		c, err = a.readDocument(t.file, data)
	}
	if err != nil {
		return t, err
	}
	if err := notSecret(c.Blocks); err != nil {
		return t, err
	}
	list, cut := document.Passages(c.Blocks)
	t.blocks, t.pages, t.unread = c.Blocks, c.Pages, c.Unread
	if cut {
		t.unread = fmt.Sprintf("Tệp quá dài: chỉ %d đoạn đầu tìm được. Phần sau chỉ xem được trong tệp gốc.", document.MaxPassages)
	}
	for i, p := range list {
		t.passages = append(t.passages, kpi.Passage{N: i + 1, Heading: p.Heading, Page: p.Page, Row: p.Row, Text: p.Text})
	}
	return t, nil
}

// readDocument reads anything but a spreadsheet.
func (a *App) readDocument(f kpi.File, data []byte) (c document.Content, err error) {
	err = a.parse(func() error {
		var err error
		switch f.Type {
		case kpi.PDF:
			if err = checkPDF(data); err == nil && hidesArchive(f.Type, data) {
				err = kpi.Errorf(kpi.Invalid, "Tệp có một tệp nén giấu bên trong. Mở tệp, lưu lại thành tệp mới rồi gửi.")
			}
		case kpi.Word:
			err = workbook.CheckWord(data)
		}
		if err == nil {
			c, err = document.Read(context.Background(), f.Name, data)
		}
		return err
	})
	return c, err
}

// readGuidanceBook reads the visible sheets of a spreadsheet as tables.
func (a *App) readGuidanceBook(name string, data []byte) (c document.Content, err error) {
	book, err := a.readBook(name, data)
	if err != nil {
		return c, err
	}
	for _, sheet := range book.Sheets {
		if sheet.Hidden || len(sheet.Rows) == 0 {
			continue
		}
		rows := make([][]string, len(sheet.Rows))
		for i, row := range sheet.Rows {
			cells := make([]string, len(row))
			for j, cell := range row {
				if !cell.Merged {
					cells[j] = document.Clean(cell.Text)
				}
			}
			rows[i] = cells
		}
		c.Blocks = append(c.Blocks, document.Block{Text: document.Clean(sheet.Name), Level: 1, Row: 1})
		c.Blocks = append(c.Blocks, document.Table(rows, 1)...)
	}
	if len(c.Blocks) == 0 {
		return c, kpi.Errorf(kpi.Invalid, "Tệp Excel không có chữ nào. Chọn tệp khác.")
	}
	return c, nil
}

var reSecret = regexp.MustCompile(`^(?:TUYỆT MẬT|TỐI MẬT|MẬT)$`)

// notSecret refuses a document that bears the mark of a state secret at its head.
func notSecret(blocks []document.Block) error {
	for _, b := range blocks[:min(len(blocks), 25)] {
		if reSecret.MatchString(strings.Trim(b.Text, " .*")) {
			return kpi.Errorf(kpi.Invalid, "Văn bản có dấu chỉ độ mật («%s»). Không đưa tài liệu thuộc bí mật nhà nước lên hệ thống.", b.Text)
		}
	}
	return nil
}

// asGuidanceField ties a refusal of the file to the field of the form that it was chosen in.
func asGuidanceField(err error) error {
	if e, ok := errors.AsType[*kpi.Error](err); ok && (e.Kind == kpi.Invalid || e.Kind == kpi.TooLarge) && len(e.Fields) == 0 {
		return &kpi.Error{Kind: e.Kind, Msg: e.Msg, Fields: map[string]string{"file": e.Msg}}
	}
	return err
}
