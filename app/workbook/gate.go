// Package workbook knows spreadsheets and nothing of indicators: it judges uploaded files, turns .xlsx and .csv
// into plain cells, finds a table by its Vietnamese headings, and writes .xlsx.
//
// Reading does not trust any parser with a file that has not passed the gate, and reads the sheets itself,
// token by token: a library that returns what it could read of a damaged file makes a short table look whole.
package workbook

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// Limits of an uploaded file.
const (
	maxFile     = 10 << 20 // bytes as uploaded
	maxExpanded = 30 << 20 // bytes of all parts together
	maxRatio    = 200      // expanded over packed, for parts above 1 MB
	maxParts    = 500
	maxDepth    = 200       // nested XML elements
	maxTokens   = 4_000_000 // XML tokens of all parts together
	maxToken    = 512 << 10 // bytes of one XML token
	lastRow     = 1 << 20   // of any Excel sheet
	lastColumn  = 1 << 14
)

const resave = "Mở tệp bằng Excel, chọn Lưu thành “Excel Workbook (*.xlsx)” rồi tải lại."

// broken is the refusal of a file whose inside is damaged or forged; the cause begins in lower case.
func broken(cause string, args ...any) error {
	return kpi.Errorf(kpi.Invalid, "Tệp Excel bị hỏng: %s. %s", fmt.Sprintf(cause, args...), resave)
}

func tooExpanded() error {
	return kpi.Errorf(kpi.TooLarge, "Nội dung tệp sau khi giải nén quá lớn (trên %d MB hoặc quá nhiều ô). Chép riêng bảng số liệu sang một sổ Excel mới rồi tải lại.", maxExpanded>>20)
}

// Check judges an uploaded .xlsx before anything reads it: the file is whole, is what its name says, stays
// small when expanded, and carries nothing that runs, hides or reaches outside. A refusal is a *kpi.Error of
// kind Invalid or TooLarge that says what is wrong and how to put it right. It needs less than 100 MB and 5 s
// for any input; how many run at a time is up to the caller.
func Check(name string, data []byte) error {
	p, err := unpack(name, data)
	if err != nil {
		return err
	}
	return p.checkRest()
}

// A pack is a workbook whose archive, names, types and relations have passed the gate. Its worksheets and texts,
// the bulk of it, are walked once: by whoever reads them, or by checkRest.
type pack struct {
	parts  map[string]*part // by foldName
	list   []*part          // as in the file
	tokens int              // XML tokens that may still be read
}

func unpack(name string, data []byte) (*pack, error) {
	if err := checkKind(name, data); err != nil {
		return nil, err
	}
	list, err := parts(data)
	if err != nil {
		return nil, err
	}
	p := &pack{parts: make(map[string]*part, len(list)), list: list, tokens: maxTokens}
	total := int64(0)
	for _, q := range list {
		p.parts[foldName(q.name)] = q
		total += q.size
	}
	if total > maxExpanded {
		return nil, tooExpanded()
	}
	if err := p.checkRequired(); err != nil {
		return nil, err
	}
	for _, q := range list {
		if bulk(foldName(q.name)) {
			continue
		}
		if err := p.checkPart(q); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// bulk tells the parts that hold the cells and their texts.
func bulk(name string) bool {
	return path.Ext(name) == ".xml" && (strings.HasPrefix(name, "xl/worksheets/") || name == "xl/sharedstrings.xml")
}

// checkRest walks the parts that nobody has read to their end yet.
func (p *pack) checkRest() error {
	for _, q := range p.list {
		if q.whole {
			continue
		}
		if err := p.checkPart(q); err != nil {
			return err
		}
	}
	return nil
}

// checkRequired tells a workbook from the other things that are zip archives.
func (p *pack) checkRequired() error {
	has := func(name string) bool { return p.parts[name] != nil }
	switch {
	case has("word/document.xml"):
		return kpi.Errorf(kpi.Invalid, "Đây là tệp Word, không phải Excel. Chép bảng số liệu sang Excel, lưu thành “Excel Workbook (*.xlsx)” rồi tải lại.")
	case has("ppt/presentation.xml"):
		return kpi.Errorf(kpi.Invalid, "Đây là tệp PowerPoint, không phải Excel. Chép bảng số liệu sang Excel, lưu thành “Excel Workbook (*.xlsx)” rồi tải lại.")
	case has("mimetype"):
		return kpi.Errorf(kpi.Invalid, "Đây là tệp LibreOffice (.ods). Mở tệp, chọn Lưu thành “Excel 2007-365 (*.xlsx)” rồi tải lại.")
	case has("xl/workbook.bin"):
		return kpi.Errorf(kpi.Invalid, "Đây là sổ Excel nhị phân (.xlsb). %s", resave)
	}
	for _, need := range []string{"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} {
		if !has(need) {
			return broken("thiếu phần “%s”", need)
		}
	}
	for name := range p.parts {
		if strings.HasPrefix(name, "xl/worksheets/") && path.Ext(name) == ".xml" {
			return nil
		}
	}
	return broken("không có trang tính nào")
}

// checkPart reads one part to its end.
func (p *pack) checkPart(q *part) error {
	name := foldName(q.name)
	for _, bad := range []string{"vbaproject", "vbadata", "activex", "macrosheets/"} {
		if strings.Contains(name, bad) {
			return macro()
		}
	}
	switch {
	case strings.Contains(name, "embeddings/"):
		return embedded()
	case strings.Contains(name, "externallinks/"):
		return linked()
	case name == "[content_types].xml":
		return walkXML(q, &p.tokens, p.checkContentType)
	case path.Ext(name) == ".rels":
		return walkXML(q, &p.tokens, checkRelation)
	case path.Ext(name) == ".xml" && strings.HasPrefix(name, "xl/worksheets/"):
		return walkXML(q, &p.tokens, checkNumbering)
	case path.Ext(name) == ".xml":
		return walkXML(q, &p.tokens, nil)
	}
	return checkBinary(q)
}

func macro() error {
	return kpi.Errorf(kpi.Invalid, "Tệp có macro hoặc điều khiển ActiveX. %s Định dạng này không giữ macro.", resave)
}

func embedded() error {
	return kpi.Errorf(kpi.Invalid, "Tệp có nhúng một tệp khác bên trong. Xóa đối tượng nhúng, lưu lại rồi tải lên.")
}

func linked() error {
	return kpi.Errorf(kpi.Invalid, "Tệp có liên kết tới tệp hoặc nguồn bên ngoài. Trong Excel chọn Dữ liệu, Sửa liên kết, Ngắt liên kết (hoặc dán lại dạng giá trị), lưu rồi tải lại.")
}

// checkContentType refuses parts that are declared as something that runs.
func (p *pack) checkContentType(tok xml.Token, _ []xml.Name) error {
	t, ok := tok.(xml.StartElement)
	if !ok {
		return nil
	}
	kind, _ := attr(t, "ContentType")
	kind = strings.ToLower(kind)
	active := strings.Contains(kind, "macro") || strings.Contains(kind, "vbaproject") || strings.Contains(kind, "activex") || strings.Contains(kind, "oleobject")
	if !active {
		return nil
	}
	if ext, ok := attr(t, "Extension"); ok { // some programs declare the ending without having such a part
		for name := range p.parts {
			if strings.HasSuffix(name, "."+strings.ToLower(ext)) {
				return macro()
			}
		}
		return nil
	}
	return macro()
}

// checkRelation refuses what reaches outside the file; a hyperlink in a cell may, since nothing follows it.
func checkRelation(tok xml.Token, _ []xml.Name) error {
	t, ok := tok.(xml.StartElement)
	if !ok {
		return nil
	}
	kind, _ := attr(t, "Type")
	mode, _ := attr(t, "TargetMode")
	switch kind = path.Base(kind); {
	case strings.EqualFold(mode, "External") && kind != "hyperlink", kind == "externalLink", kind == "attachedTemplate":
		return linked()
	case kind == "vbaProject", kind == "activeXControlBinary", kind == "control", kind == "xlMacrosheet":
		return macro()
	case kind == "oleObject", kind == "package":
		return embedded()
	}
	return nil
}

// checkNumbering refuses a worksheet whose rows or cells bear numbers that no sheet has.
func checkNumbering(tok xml.Token, names []xml.Name) error {
	t, ok := tok.(xml.StartElement)
	if !ok || len(names) < 3 || len(names) > 4 || names[1].Local != "sheetData" {
		return nil
	}
	ref, ok := attr(t, "r")
	switch {
	case !ok:
		return nil
	case len(names) == 3 && t.Name.Local == "row":
		_, err := rowNumber(ref)
		return err
	case len(names) == 4 && t.Name.Local == "c":
		if _, _, ok := parseRef(ref); !ok {
			return broken("có ô mang địa chỉ “%s”", printable(ref))
		}
	}
	return nil
}

// rowNumber reads the number of a row, which is 1 to 1,048,576.
func rowNumber(ref string) (int, error) {
	n, err := strconv.Atoi(ref)
	if err != nil || n < 1 || n > lastRow {
		return 0, broken("có hàng mang số “%s”", printable(ref))
	}
	return n, nil
}

// checkBinary reads a part that is not XML (a picture, printer settings) and refuses programs and hidden XML.
func checkBinary(q *part) error {
	q.whole = true
	head := make([]byte, 4096)
	r := q.open()
	n, err := io.ReadFull(r, head)
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return broken("phần “%s” không giải nén được trọn vẹn", q.name)
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte(magicOLE)):
		return macro()
	case bytes.HasPrefix(head, []byte(magicZip)), bytes.HasPrefix(head, []byte("MZ")):
		return embedded()
	case bytes.Contains(head, []byte("<!DOCTYPE")), bytes.Contains(head, []byte("<!ENTITY")):
		return broken("phần “%s” có khai báo DTD", q.name)
	}
	return nil
}
