// Package document gets text out of the documents that officials exchange – PDF, Word (.docx), Markdown, plain text –
// as blocks, and cuts blocks into passages that a search can answer with. It knows nothing of indicators.
//
// No library meets a file before it has passed the checks here; whatever a file claims, reading it is bounded in
// bytes, pages and time.
package document

import (
	"bytes"
	"context"
	"path"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chiso/app/kpi"
)

// Limits of one file.
const (
	maxFile  = 10 << 20 // bytes as uploaded
	maxText  = 4 << 20  // bytes of text
	maxTime  = 10 * time.Second
	maxWord  = 300 // characters without a space; more is no word
	maxTitle = 300 // characters of a heading
)

// Block is a paragraph, a heading, a list item or a row of a table. Its text is one line in NFC.
type Block struct {
	Text  string
	Level int // of a heading, 1 the highest; 0: no heading
	Page  int // from 1; 0: the format has no pages
	Row   int // of a spreadsheet, as Excel counts; 0: not from one

	echo bool // a heading whose text the next block begins with
	row  bool // of a table: never a heading by how it reads
}

// Content is what could be read of a file.
type Content struct {
	Blocks []Block
	Pages  int
	Unread string // a Vietnamese sentence that says what could not be read and why; "": everything was read
}

// Kinds are the endings that Read takes.
func Kinds() []string { return []string{".pdf", ".docx", ".md", ".txt"} }

// Kind returns the ending of a file's name in small letters, one of Kinds or another.
func Kind(name string) string { return strings.ToLower(path.Ext(name)) }

// Read returns the text of a file, by its ending and its content, which must agree. A PDF whose text cannot be read
// is no error but said in Unread. Errors are *kpi.Error of kind Invalid or TooLarge, or ctx's.
func Read(ctx context.Context, name string, data []byte) (Content, error) {
	if len(data) > maxFile {
		return Content{}, kpi.Errorf(kpi.TooLarge, "Tệp lớn hơn %d MB. Giảm dung lượng hình ảnh trong tệp hoặc chia thành nhiều tệp rồi gửi lại.", maxFile>>20)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return Content{}, kpi.Errorf(kpi.Invalid, "Tệp trống. Chọn tệp khác.")
	}
	kind := Kind(name)
	if err := agree(kind, data); err != nil {
		return Content{}, err
	}
	switch kind {
	case ".pdf":
		return readPDF(ctx, data)
	case ".docx":
		return readDOCX(data)
	}
	text, err := decode(data)
	if err != nil {
		return Content{}, err
	}
	if kind == ".md" {
		return whole(readMarkdown(text))
	}
	return whole(readText(text))
}

// whole is the content of a file that was read to its end; too much of it is refused.
func whole(blocks []Block) (Content, error) {
	size := 0
	for _, b := range blocks {
		size += len(b.Text)
	}
	if size > maxText {
		return Content{}, kpi.Errorf(kpi.TooLarge, "Tệp có hơn %d MB chữ. Chia thành nhiều tệp rồi gửi lại.", maxText>>20)
	}
	if len(blocks) == 0 {
		return Content{}, kpi.Errorf(kpi.Invalid, "Tệp không có chữ nào. Chọn tệp khác.")
	}
	return Content{Blocks: blocks}, nil
}

// agree returns an Invalid error unless the first bytes are of the kind that the ending says.
func agree(kind string, data []byte) error {
	pdf := bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-"))
	zip := bytes.HasPrefix(data, []byte("PK\x03\x04"))
	ole := bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0"))
	wrong := func(is string) error {
		return kpi.Errorf(kpi.Invalid, "Tệp có đuôi “%s” nhưng bên trong là %s. Mở tệp bằng đúng chương trình, lưu lại rồi gửi.", kind, is)
	}
	switch kind {
	case ".pdf":
		if !pdf {
			return wrong("nội dung khác, không phải PDF")
		}
		return nil
	case ".docx":
		if ole {
			return kpi.Errorf(kpi.Invalid, "Tệp Word đặt mật khẩu hoặc ở định dạng cũ (.doc). Bỏ mật khẩu, lưu thành “Word Document (*.docx)” rồi gửi lại.")
		}
		if !zip {
			return wrong("nội dung khác, không phải Word")
		}
		return nil
	case ".md", ".txt":
		switch {
		case pdf:
			return wrong("PDF")
		case zip:
			return wrong("Word, Excel hoặc tệp nén")
		case ole:
			return wrong("Word hoặc Excel định dạng cũ")
		}
		return nil
	case ".doc", ".rtf", ".odt":
		return kpi.Errorf(kpi.Invalid, "Không nhận tệp %s. Mở tệp, lưu thành “Word Document (*.docx)” hoặc PDF rồi gửi lại.", kind)
	case ".xls":
		return kpi.Errorf(kpi.Invalid, "Không nhận tệp .xls. Mở tệp, lưu thành “Excel Workbook (*.xlsx)” rồi gửi lại.")
	}
	return kpi.Errorf(kpi.Invalid, "Không nhận tệp loại này. Gửi tệp PDF, Word (.docx), Excel (.xlsx), Markdown (.md) hoặc văn bản (.txt).")
}

// Clean brings a text to one line in NFC: runs of white space are one space, what cannot be seen is gone, and what is
// too long for a word is cut.
func Clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	var b strings.Builder
	b.Grow(len(s))
	space, run := false, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space, run = b.Len() > 0, 0
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Co, r), r == 0xad, r == 0xfffd, r == 0xfeff, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r == 0x2060:
			continue
		}
		if run++; run > maxWord {
			space, run = true, 1
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
