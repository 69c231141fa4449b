package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"chiso/app/kpi"
)

// errToken is returned when one tag, text or comment is longer than maxToken.
var errToken = errors.New("XML token too long")

// A visit is called for each token of a part. path holds the names from the root to the current element, that
// one included, for its start and its end alike; Name.Space is the prefix, not the namespace. Neither the token
// nor the path may be kept.
type visit func(tok xml.Token, path []xml.Name) error

// walkXML reads one part to its end, calls f (which may be nil) on the way and refuses everything but one whole
// UTF-8 document of moderate depth without a DTD. tokens is the number that may still be read; it is counted down.
func walkXML(p *part, tokens *int, f visit) error {
	m := &meter{r: p.open()}
	d := xml.NewDecoder(m)
	var path []xml.Name
	root := false
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			if m.wide {
				return kpi.Errorf(kpi.Invalid, "Phần “%s” của tệp không dùng bảng mã UTF-8 (thường do Power Query). Chép bảng số liệu sang một sổ Excel mới, dán dạng giá trị, rồi tải lại.", p.name)
			}
			return xmlError(p, err)
		}
		m.mark = d.InputOffset()
		if *tokens--; *tokens < 0 {
			return tooExpanded()
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(path) == 0 && root {
				return broken("phần “%s” có nội dung thừa ở cuối", p.name)
			}
			if root = true; len(path) == maxDepth {
				return broken("phần “%s” lồng nhau quá sâu", p.name)
			}
			path = append(path, t.Name)
			if f != nil {
				err = f(tok, path)
			}
		case xml.EndElement:
			if len(path) == 0 || path[len(path)-1] != t.Name {
				return broken("phần “%s” không phải XML đúng quy cách", p.name)
			}
			if f != nil {
				err = f(tok, path)
			}
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) == 0 && len(bytes.Trim(t, " \t\r\n\ufeff")) > 0 {
				return broken("phần “%s” có nội dung thừa ngoài XML", p.name)
			}
			if f != nil && len(path) > 0 {
				err = f(tok, path)
			}
		case xml.Directive:
			return kpi.Errorf(kpi.Invalid, "Phần “%s” của tệp có khai báo DTD mà sổ Excel thật không bao giờ có; tệp có thể đã bị cài mã độc. %s", p.name, resave)
		}
		if err != nil {
			return err
		}
	}
	if !root || len(path) > 0 {
		return broken("phần “%s” bị cắt cụt", p.name)
	}
	p.whole = true
	return nil
}

func xmlError(p *part, err error) error {
	switch {
	case errors.Is(err, errPart):
		return broken("phần “%s” không giải nén được trọn vẹn", p.name)
	case errors.Is(err, errToken):
		return broken("phần “%s” có một mục dài quá mức", p.name)
	case strings.Contains(err.Error(), "UTF-8") || strings.Contains(err.Error(), "encoding") || strings.Contains(err.Error(), "illegal character"):
		return broken("phần “%s” không dùng bảng mã UTF-8 hoặc chứa ký tự không được phép", p.name)
	case strings.Contains(err.Error(), "unexpected EOF"):
		return broken("phần “%s” bị cắt cụt", p.name)
	}
	return broken("phần “%s” không phải XML đúng quy cách", p.name)
}

// A meter stops a reader that runs more than maxToken bytes past mark, so that no single token fills the memory.
type meter struct {
	r    io.Reader
	n    int64
	mark int64
	wide bool // begins like UTF-16 or UTF-32
}

func (m *meter) Read(b []byte) (int, error) {
	if m.n-m.mark > maxToken {
		return 0, errToken
	}
	n, err := m.r.Read(b)
	if m.n == 0 {
		m.wide = bytes.ContainsAny(b[:min(n, 4)], "\x00") || bytes.HasPrefix(b[:n], []byte("\xff\xfe")) || bytes.HasPrefix(b[:n], []byte("\xfe\xff"))
	}
	m.n += int64(n)
	return n, err
}

// attr returns the value of the attribute with that local name, and whether it is there.
func attr(t xml.StartElement, local string) (string, bool) {
	for _, a := range t.Attr {
		if a.Name.Local == local && a.Name.Space != "xmlns" {
			return a.Value, true
		}
	}
	return "", false
}
