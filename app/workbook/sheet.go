package workbook

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// A sheetReader gathers the cells of one worksheet. Rows and cells must come in ascending order, as every
// spreadsheet program writes them; anything else could lose a value without a trace.
type sheetReader struct {
	cat   *catalog
	sheet Sheet
	root  string // prefix of the worksheet's own elements

	row, col int // of the cell being read, zero-based; -1 before the first
	seenData bool
	merges   []area

	cell   Cell
	kind   string // the cell's t attribute
	style  int
	stored []byte // text of v
	inline []byte // text of is
	hasV   bool
	hasIs  bool
}

// An area is a rectangle of cells, corners included.
type area struct{ top, left, bottom, right int }

func (p *pack) readSheet(t tab, target string, cat *catalog) (Sheet, error) {
	q, err := p.xmlPart(target)
	if err != nil {
		return Sheet{}, err
	}
	r := &sheetReader{cat: cat, sheet: Sheet{Name: t.name, Hidden: t.hidden}, row: -1}
	if err := walkXML(q, &p.tokens, r.token); err != nil {
		return Sheet{}, err
	}
	if !r.seenData {
		return Sheet{}, broken("trang “%s” không có bảng ô", printable(t.name))
	}
	return r.sheet, r.fillMerges()
}

func (r *sheetReader) token(tok xml.Token, names []xml.Name) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return r.start(t, names)
	case xml.CharData:
		r.text(t, names)
	case xml.EndElement:
		if len(names) == 4 && t.Name.Local == "c" && names[1].Local == "sheetData" {
			return r.finish()
		}
	}
	return nil
}

func (r *sheetReader) start(t xml.StartElement, names []xml.Name) error {
	name := t.Name.Local
	if len(names) == 1 {
		if r.root = t.Name.Space; name != "worksheet" {
			return r.damaged()
		}
		return nil
	}
	inData := names[1].Local == "sheetData" && names[1].Space == r.root
	switch {
	case len(names) == 2 && inData:
		if r.seenData {
			return r.damaged()
		}
		r.seenData = true
	case len(names) == 3 && inData:
		if name != "row" {
			return r.damaged()
		}
		return r.startRow(t)
	case len(names) == 4 && inData && name == "c":
		return r.startCell(t)
	case len(names) == 4 && inData && name != "extLst":
		return r.damaged()
	case len(names) == 5 && inData && name == "f":
		r.cell.Formula = true
	case len(names) == 5 && inData && name == "is":
		r.hasIs = true
	case len(names) == 5 && inData && name == "v":
		if r.hasV {
			return r.damaged()
		}
		r.hasV = true
	case len(names) == 6 && inData && names[4].Local == "v":
		return r.damaged()
	case len(names) == 3 && name == "mergeCell" && names[1].Local == "mergeCells":
		return r.merge(t)
	case !inData && t.Name.Space == r.root && (name == "row" || name == "sheetData"):
		return r.damaged() // where no reader would look for it
	}
	return nil
}

func (r *sheetReader) startRow(t xml.StartElement) error {
	row := r.row + 1
	if row == lastRow {
		return r.damaged()
	}
	if ref, ok := attr(t, "r"); ok {
		n, err := rowNumber(ref)
		if err != nil {
			return err
		}
		if n <= row {
			return broken("trang “%s” có hàng %s lặp lại hoặc sai thứ tự", printable(r.sheet.Name), printable(ref))
		}
		row = n - 1
	}
	r.row, r.col = row, -1
	return nil
}

func (r *sheetReader) startCell(t xml.StartElement) error {
	r.cell, r.kind, r.style, r.hasV, r.hasIs = Cell{}, "", 0, false, false
	r.stored, r.inline = r.stored[:0], r.inline[:0]
	r.col++
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "r":
			row, col, ok := parseRef(a.Value)
			if !ok || row != r.row || col < r.col {
				return broken("trang “%s” có ô %s lặp lại hoặc sai chỗ", printable(r.sheet.Name), printable(a.Value))
			}
			r.col = col
		case "t":
			r.kind = a.Value
		case "s":
			n, err := strconv.Atoi(a.Value)
			if err != nil || n < 0 || n > 0 && n >= len(r.cat.formats) {
				return broken("ô %s của trang “%s” dùng một kiểu trình bày không có thật", r.ref(), printable(r.sheet.Name))
			}
			r.style = n
		}
	}
	return nil
}

func (r *sheetReader) text(t xml.CharData, names []xml.Name) {
	if len(names) < 5 || names[1].Local != "sheetData" {
		return
	}
	switch last := names[len(names)-1].Local; {
	case len(names) == 5 && last == "v":
		r.stored = append(r.stored, t...)
	case last == "t" && names[4].Local == "is" && (len(names) == 6 || len(names) == 7 && names[5].Local == "r"):
		r.inline = append(r.inline, t...)
	}
}

// finish turns what was gathered of a cell into its value and puts it in its place.
func (r *sheetReader) finish() error {
	c := &r.cell
	stored := string(r.stored)
	switch r.kind {
	case "", "n":
		r.number(strings.TrimSpace(stored))
	case "s":
		if stored = strings.TrimSpace(stored); stored == "" {
			break
		}
		n, err := strconv.Atoi(stored)
		if err != nil || n < 0 || n >= len(r.cat.strings) {
			return broken("ô %s của trang “%s” trỏ tới một đoạn chữ không có thật", r.ref(), printable(r.sheet.Name))
		}
		c.Text = r.cat.strings[n]
	case "str":
		c.Text = clean(unescape(stored))
	case "inlineStr":
		c.Text = clean(stored)
	case "b":
		c.Text, c.Bool = map[string]string{"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}[strings.TrimSpace(stored)], true
		if c.Text == "" {
			c.Text, c.Bool, c.Err = clean(stored), false, true
		}
	case "e":
		c.Text, c.Err = clean(stored), true
	case "d":
		c.Text, c.Date = clean(stored), true
	default:
		return broken("ô %s của trang “%s” thuộc loại lạ “%s”", r.ref(), printable(r.sheet.Name), printable(r.kind))
	}
	if r.hasIs {
		if c.Text != "" || r.kind != "inlineStr" {
			return broken("ô %s của trang “%s” có hai giá trị", r.ref(), printable(r.sheet.Name))
		}
		c.Text = clean(unescape(string(r.inline)))
	}
	if c.Blank() {
		return nil
	}
	return r.put()
}

func (r *sheetReader) number(stored string) {
	c := &r.cell
	if stored == "" {
		return
	}
	text, ok := plain(stored)
	if !ok {
		c.Text, c.Err = stored, true
		return
	}
	c.Text, c.Number = text, true
	if r.style < len(r.cat.formats) {
		f := r.cat.formats[r.style]
		c.Percent, c.Date = f.percent && !f.date, f.date
	}
	if c.Date && r.cat.date1904 {
		c.Text = addDays(c.Text, 1462)
	}
}

// put stores the cell, filling the gap before it with blank ones.
func (r *sheetReader) put() error {
	switch {
	case r.row >= maxRows:
		return tooManyRows(r.sheet.Name)
	case r.col >= maxColumns:
		return tooManyColumns(r.sheet.Name)
	}
	for len(r.sheet.Rows) <= r.row {
		r.sheet.Rows = append(r.sheet.Rows, nil)
	}
	row := &r.sheet.Rows[r.row]
	if *row == nil && r.row > 0 {
		*row = make([]Cell, 0, len(r.sheet.Rows[r.row-1])) // most tables are as wide as the row above
	}
	return r.extend(row, r.cell)
}

// extend puts c at r.col, the end of the row or a gap behind it.
func (r *sheetReader) extend(row *[]Cell, c Cell) error {
	if r.cat.cells -= r.col + 1 - len(*row); r.cat.cells < 0 {
		return tooManyCells()
	}
	for len(*row) < r.col {
		*row = append(*row, Cell{})
	}
	*row = append(*row, c)
	return nil
}

func (r *sheetReader) merge(t xml.StartElement) error {
	ref, _ := attr(t, "ref")
	from, to, _ := strings.Cut(ref, ":")
	if to == "" {
		to = from
	}
	var a area
	var ok, ok2 bool
	a.top, a.left, ok = parseRef(from)
	a.bottom, a.right, ok2 = parseRef(to)
	if !ok || !ok2 || a.bottom < a.top || a.right < a.left {
		return broken("trang “%s” có vùng gộp ô “%s” không hợp lệ", printable(r.sheet.Name), printable(ref))
	}
	r.merges = append(r.merges, a)
	return nil
}

// fillMerges gives the top left value of each merged area to the whole area, as far as the sheet is used.
func (r *sheetReader) fillMerges() error {
	width := 0
	for _, row := range r.sheet.Rows {
		width = max(width, len(row))
	}
	for _, a := range r.merges {
		c := r.sheet.Cell(a.top, a.left)
		if c.Merged {
			return broken("trang “%s” có hai vùng gộp ô chồng lên nhau tại %s", printable(r.sheet.Name), Address(a.top, a.left))
		}
		if c.Blank() {
			continue
		}
		c.Merged = true
		for y := a.top; y <= a.bottom && y < len(r.sheet.Rows); y++ {
			for x := a.left; x <= a.right && x < width; x++ {
				if y == a.top && x == a.left {
					continue
				}
				if err := r.copyTo(y, x, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *sheetReader) copyTo(y, x int, c Cell) error {
	row := &r.sheet.Rows[y]
	if x >= len(*row) {
		r.col = x
		return r.extend(row, c)
	}
	if (*row)[x].Merged {
		return broken("trang “%s” có hai vùng gộp ô chồng lên nhau tại %s", printable(r.sheet.Name), Address(y, x))
	}
	(*row)[x] = c
	return nil
}

func (r *sheetReader) ref() string { return Address(max(r.row, 0), max(r.col, 0)) }

func (r *sheetReader) damaged() error {
	return broken("cấu trúc của trang “%s” không đúng quy cách", printable(r.sheet.Name))
}
