package document

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"chiso/app/document/pdf"
	"chiso/app/kpi"
)

// mostUnmapped is the share of letters that a PDF may leave without a meaning: one in so many. With more the text
// has holes, and nobody would find it.
const mostUnmapped = 100

// readPDF reads a PDF. That a scanned, protected or badly made one has no text to search is said, not refused: people
// can still open it.
func readPDF(ctx context.Context, data []byte) (Content, error) {
	bounded, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	doc, err := pdf.Read(bounded, data)
	if ctx.Err() != nil {
		return Content{}, ctx.Err()
	}
	switch {
	case errors.Is(err, pdf.ErrEncrypted):
		return Content{Unread: "Tệp PDF được bảo vệ bằng mật khẩu nên chưa đọc được chữ. Bỏ bảo vệ rồi gửi lại để tìm được nội dung."}, nil
	case errors.Is(err, pdf.ErrTooMany), errors.Is(err, context.DeadlineExceeded):
		return Content{}, kpi.Errorf(kpi.TooLarge, "Tệp PDF quá phức tạp, không đọc hết được trong %d giây. In lại thành PDF mới hoặc chia thành nhiều tệp rồi gửi lại.", maxTime/1e9)
	case err != nil:
		return Content{}, kpi.Errorf(kpi.Invalid, "Tệp PDF bị hỏng: không tìm thấy trang nào. Mở tệp, in lại thành PDF mới rồi gửi lại.")
	}
	c := Content{Pages: doc.Pages}
	lines := dropFurniture(doc)
	letters := 0
	var all strings.Builder
	for _, l := range lines {
		letters += utf8.RuneCountInString(l.Text)
		all.WriteString(l.Text)
	}
	switch name := legacy(all.String()); {
	case letters < 20:
		c.Unread = "Tệp PDF chỉ có hình ảnh (bản quét), chưa đọc được chữ. Tìm được theo tên, số, ký hiệu của văn bản."
		return c, nil
	case name != "":
		c.Unread = fmt.Sprintf("Chữ trong tệp PDF dùng bảng mã %s của phông cũ, chưa đọc được. Chuyển văn bản sang Unicode, in lại thành PDF rồi gửi lại để tìm được nội dung.", name)
		return c, nil
	case doc.Unmapped*mostUnmapped > letters:
		c.Unread = "Phông chữ trong tệp PDF không ghi đủ bảng chữ nên chưa đọc được chữ. In lại thành PDF từ tệp gốc rồi gửi lại để tìm được nội dung."
		return c, nil
	case doc.Cut:
		c.Unread = fmt.Sprintf("Tệp quá dài: chỉ đọc được chữ đến trang %d. Phần sau chỉ xem được trong tệp gốc.", lines[len(lines)-1].Page)
	}
	c.Blocks = layoutOf(lines).blocks(lines)
	return c, nil
}

// dropFurniture leaves out page numbers and what stands at the top or bottom of most pages.
func dropFurniture(doc *pdf.Document) []pdf.Line {
	edge := func(i int) bool {
		first := i == 0 || doc.Lines[i-1].Page != doc.Lines[i].Page
		last := i+1 == len(doc.Lines) || doc.Lines[i+1].Page != doc.Lines[i].Page
		return first || last
	}
	words := func(s string) string { // without the number of the page
		return strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return -1
			}
			return r
		}, s))
	}
	count := map[string]int{}
	for i, l := range doc.Lines {
		if edge(i) {
			count[words(l.Text)]++
		}
	}
	var out []pdf.Line
	for i, l := range doc.Lines {
		w := words(l.Text)
		if edge(i) && (strings.Trim(w, " -–./") == "" && utf8.RuneCountInString(l.Text) < 10 || count[w] >= 3 && 2*count[w] > doc.Pages) {
			continue
		}
		out = append(out, l)
	}
	return out
}
