package workbook

import (
	"encoding/xml"
	"path"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// A tab is one line of the workbook's list of sheets.
type tab struct {
	name, rel string
	hidden    bool
}

// A catalog is what the sheets of a workbook share.
type catalog struct {
	strings  []string
	formats  []format
	date1904 bool
	cells    int // that may still be read
}

// read turns the parts of a checked workbook into cells.
func (p *pack) read(name string) (*Book, error) {
	cat := &catalog{cells: maxCells}
	tabs, err := p.readTabs(cat)
	if err != nil {
		return nil, err
	}
	targets, kinds, err := p.readRelations()
	if err != nil {
		return nil, err
	}
	for rel, kind := range kinds {
		switch kind {
		case "sharedStrings":
			err = p.readStrings(targets[rel], cat)
		case "styles":
			err = p.readFormats(targets[rel], cat)
		}
		if err != nil {
			return nil, err
		}
	}
	book := &Book{Name: name}
	used := map[string]bool{}
	for _, t := range tabs {
		kind, target := kinds[t.rel], targets[t.rel]
		if kind == "chartsheet" || kind == "dialogsheet" {
			continue
		}
		if kind != "worksheet" || used[target] {
			return nil, broken("không tìm thấy nội dung của trang “%s”", printable(t.name))
		}
		used[target] = true
		sheet, err := p.readSheet(t, target, cat)
		if err != nil {
			return nil, err
		}
		book.Sheets = append(book.Sheets, sheet)
	}
	if len(book.Sheets) == 0 {
		return nil, broken("không có trang tính nào")
	}
	return book, nil
}

func (p *pack) readTabs(cat *catalog) ([]tab, error) {
	var tabs []tab
	err := walkXML(p.parts["xl/workbook.xml"], &p.tokens, func(tok xml.Token, names []xml.Name) error {
		t, ok := tok.(xml.StartElement)
		switch {
		case !ok:
		case at(names, "workbook", "workbookPr"):
			v, _ := attr(t, "date1904")
			cat.date1904 = v == "1" || v == "true"
		case at(names, "workbook", "sheets", "sheet"):
			name, _ := attr(t, "name")
			rel, _ := attr(t, "id")
			state, _ := attr(t, "state")
			tabs = append(tabs, tab{name: clean(name), rel: rel, hidden: state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	if err == nil && len(tabs) > maxSheets {
		return nil, kpi.Errorf(kpi.TooLarge, "Tệp có %d trang tính, nhiều hơn mức %d. Chép riêng trang cần nhập sang một sổ Excel mới rồi tải lại.", len(tabs), maxSheets)
	}
	return tabs, err
}

// readRelations returns the part name and the kind of each of the workbook's relations by its id.
func (p *pack) readRelations() (targets, kinds map[string]string, err error) {
	targets, kinds = map[string]string{}, map[string]string{}
	err = walkXML(p.parts["xl/_rels/workbook.xml.rels"], &p.tokens, func(tok xml.Token, _ []xml.Name) error {
		t, ok := tok.(xml.StartElement)
		if !ok || t.Name.Local != "Relationship" {
			return nil
		}
		id, _ := attr(t, "Id")
		target, _ := attr(t, "Target")
		kind, _ := attr(t, "Type")
		if kinds[id] != "" {
			return broken("liên kết “%s” giữa các phần bên trong có mặt hai lần", printable(id))
		}
		if !strings.HasPrefix(target, "/") {
			target = "/xl/" + target
		}
		targets[id], kinds[id] = foldName(path.Clean(target)[1:]), path.Base(kind)
		return nil
	})
	return targets, kinds, err
}

// xmlPart returns the part that a relation points to. Only names that the gate has read as XML are followed.
func (p *pack) xmlPart(target string) (*part, error) {
	if q := p.parts[target]; q != nil && path.Ext(target) == ".xml" {
		return q, nil
	}
	return nil, broken("thiếu phần “%s”", printable(target))
}

// readStrings reads the texts that cells refer to by number.
func (p *pack) readStrings(target string, cat *catalog) error {
	q, err := p.xmlPart(target)
	if err != nil {
		return err
	}
	if cat.strings != nil {
		return broken("danh sách chữ dùng chung có mặt hai lần")
	}
	cat.strings = []string{}
	var text []byte
	return walkXML(q, &p.tokens, func(tok xml.Token, names []xml.Name) error {
		switch t := tok.(type) {
		case xml.CharData:
			if at(names, "sst", "si", "t") || at(names, "sst", "si", "r", "t") {
				text = append(text, t...)
			}
		case xml.EndElement:
			if at(names, "sst", "si") {
				cat.strings = append(cat.strings, clean(unescape(string(text))))
				text = text[:0]
			}
		}
		return nil
	})
}

// readFormats reads which cell styles show a percentage or a date.
func (p *pack) readFormats(target string, cat *catalog) error {
	q, err := p.xmlPart(target)
	if err != nil {
		return err
	}
	cat.formats = nil
	own := map[int]format{}
	return walkXML(q, &p.tokens, func(tok xml.Token, names []xml.Name) error {
		t, ok := tok.(xml.StartElement)
		if !ok {
			return nil
		}
		id, _ := attr(t, "numFmtId")
		n, _ := strconv.Atoi(id)
		switch {
		case at(names, "styleSheet", "numFmts", "numFmt"):
			code, _ := attr(t, "formatCode")
			own[n] = parseFormat(code)
		case at(names, "styleSheet", "cellXfs", "xf"):
			f, ok := own[n]
			if !ok {
				f = builtinFormat(n)
			}
			cat.formats = append(cat.formats, f)
		}
		return nil
	})
}

// at reports whether the element is reached by exactly these local names.
func at(names []xml.Name, locals ...string) bool {
	if len(names) != len(locals) {
		return false
	}
	for i := len(names) - 1; i >= 0; i-- {
		if names[i].Local != locals[i] {
			return false
		}
	}
	return true
}

// unescape decodes _xHHHH_, by which Excel writes characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || i+7 > len(s) {
			b.WriteString(s)
			return b.String()
		}
		n, err := strconv.ParseUint(s[i+2:i+6], 16, 16)
		if err != nil || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(rune(n))
		s = s[i+7:]
	}
}
