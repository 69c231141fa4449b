package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"chiso/app/kpi"
)

// Limits of a Word file, which is a zip archive. Only the parts that hold text are expanded.
const (
	maxParts    = 500
	maxExpanded = 30 << 20 // bytes of one part, counted while it expands
	maxDepth    = 200      // nested XML elements
	maxTokens   = 4_000_000
	maxToken    = 512 << 10 // bytes of one XML token
)

const resave = "Mở tệp bằng Word, chọn Lưu thành “Word Document (*.docx)” rồi gửi lại."

// broken is the refusal of a file whose inside is damaged or forged; the cause begins in lower case.
func broken(cause string, args ...any) error {
	return kpi.Errorf(kpi.Invalid, "Tệp Word bị hỏng: %s. %s", fmt.Sprintf(cause, args...), resave)
}

func tooExpanded() error {
	return kpi.Errorf(kpi.TooLarge, "Nội dung tệp Word sau khi giải nén quá lớn (trên %d MB). Chia thành nhiều tệp rồi gửi lại.", maxExpanded>>20)
}

// archive is a Word file.
type archive struct {
	parts  map[string]*zip.File
	tokens int // XML tokens that may still be read
}

func openArchive(data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, broken("không giải nén được")
	}
	if len(z.File) > maxParts {
		return nil, kpi.Errorf(kpi.TooLarge, "Tệp Word chứa %d phần bên trong, nhiều hơn mức %d của một văn bản thường. Chép nội dung sang một văn bản mới rồi gửi lại.", len(z.File), maxParts)
	}
	a := &archive{parts: map[string]*zip.File{}, tokens: maxTokens}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if a.parts[name] != nil {
			return nil, broken("có hai phần cùng tên “%s”", kpi.Clip(f.Name, 60))
		}
		a.parts[name] = f
	}
	if a.parts["word/document.xml"] == nil {
		if a.parts["xl/workbook.xml"] != nil {
			return nil, kpi.Errorf(kpi.Invalid, "Đây là tệp Excel, không phải Word. Gửi lại với đuôi .xlsx.")
		}
		return nil, broken("thiếu phần “word/document.xml”")
	}
	return a, nil
}

// walk reads a part to its end and refuses everything but one whole UTF-8 document of moderate size and depth without
// a DTD. visit gets each token with the depth of its element.
func (a *archive) walk(name string, visit func(tok xml.Token, depth int) error) error {
	r, err := a.parts[name].Open()
	if err != nil {
		return broken("phần “%s” không giải nén được", name)
	}
	defer r.Close()
	m := &meter{r: r}
	d := xml.NewDecoder(m)
	depth, root := 0, false
	for {
		tok, err := d.RawToken()
		switch {
		case err == io.EOF:
			if !root || depth != 0 {
				return broken("phần “%s” bị cắt cụt", name)
			}
			return nil
		case errors.Is(err, errSize):
			return tooExpanded()
		case err != nil:
			return broken("phần “%s” không phải XML đúng quy cách", name)
		}
		m.mark = d.InputOffset()
		if a.tokens--; a.tokens < 0 {
			return tooExpanded()
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth == 0 && root {
				return broken("phần “%s” có nội dung thừa ở cuối", name)
			}
			if root = true; depth == maxDepth {
				return broken("phần “%s” lồng nhau quá sâu", name)
			}
			depth++
		case xml.Directive:
			return kpi.Errorf(kpi.Invalid, "Phần “%s” của tệp có khai báo DTD mà văn bản Word thật không bao giờ có; tệp có thể đã bị cài mã độc. %s", name, resave)
		}
		if err := visit(tok, depth); err != nil {
			return err
		}
		if _, ok := tok.(xml.EndElement); ok {
			if depth--; depth < 0 {
				return broken("phần “%s” không phải XML đúng quy cách", name)
			}
		}
	}
}

// Errors of a meter.
var (
	errToken = errors.New("XML token too long")
	errSize  = errors.New("part too large")
)

// meter stops a reader at maxExpanded bytes, and one that runs more than maxToken bytes past mark, so that no single
// token fills the memory.
type meter struct {
	r       io.Reader
	n, mark int64
}

func (m *meter) Read(b []byte) (int, error) {
	switch {
	case m.n-m.mark > maxToken:
		return 0, errToken
	case m.n > maxExpanded:
		return 0, errSize
	}
	n, err := m.r.Read(b)
	m.n += int64(n)
	return n, err
}

// attr returns the value of the attribute with that local name, "" if it is not there.
func attr(t xml.StartElement, local string) string {
	for _, a := range t.Attr {
		if a.Name.Local == local && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}
