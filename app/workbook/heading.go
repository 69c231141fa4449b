package workbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
)

// headRows is how far down a sheet the headings may stand.
const headRows = 50

// A Column is one that the caller wants to find by its heading.
type Column struct {
	Key      string   // by which Row.Get returns it
	Names    []string // headings it may bear, at least one; messages show the first
	Required bool
}

// A Table is the part of a sheet below its headings.
type Table struct {
	Sheet   string
	HeadRow int      // number of the last heading row, 1 for the first row of the sheet
	Rows    []Row    // all rows below, blank ones too, without a line that only numbers the columns: (1) (2) (3)
	Unknown []string // headings that match no column, as written
	columns map[string]int
}

// Has reports whether the table has the column.
func (t *Table) Has(key string) bool { _, ok := t.columns[key]; return ok }

// A Row is one row of a table.
type Row struct {
	Number  int // as Excel shows it
	cells   []Cell
	columns map[string]int
}

// Get returns the row's cell in a column, a blank one if the table has no such column.
func (r Row) Get(key string) Cell {
	if col, ok := r.columns[key]; ok && col < len(r.cells) {
		return r.cells[col]
	}
	return Cell{}
}

// Ref returns the address of that cell ("D14"), "" if the table has no such column.
func (r Row) Ref(key string) string {
	if col, ok := r.columns[key]; ok {
		return Address(r.Number-1, col)
	}
	return ""
}

// Blank reports whether nothing was entered anywhere in the row; copies of a merged cell above do not count.
func (r Row) Blank() bool {
	for _, c := range r.cells {
		if !c.Blank() && !c.Merged {
			return false
		}
	}
	return true
}

// Find looks for the table whose headings are cols (at least one), in any order and among others, within the first 50 rows.
// Headings match without regard to case, marks, punctuation, spacing and i/y («Tỉ lệ», «TỶ LỆ»); a heading may
// go on after the name («Tên đơn vị (xã, phường)»), if only one does and none matches exactly. Headings may take
// two rows: the upper one then joins the lower («Tháng 5» over «Thực hiện» is also «Tháng 5 Thực hiện»).
// Of several rows that match equally many columns the first is taken. A required column that is missing and a
// column that is there twice are *kpi.Error of kind Invalid, which name the heading and its place.
func Find(s Sheet, cols []Column) (*Table, error) {
	list := make([]sought, len(cols))
	for i, c := range cols {
		list[i].key = c.Key
		for _, name := range c.Names {
			list[i].folds = append(list[i].folds, foldHeading(name))
		}
	}
	var best *match
	for row := range min(len(s.Rows), headRows) {
		m := matchRow(s, row, list)
		if best == nil || m.better(best) {
			best = m
		}
		if len(best.columns) == len(cols) {
			break // no row can match more
		}
	}
	if best == nil || len(best.columns) == 0 && len(best.twice) == 0 {
		return nil, kpi.Errorf(kpi.Invalid, "Không thấy bảng có cột “%s” trong %d hàng đầu của trang “%s”. Kiểm tra đúng tệp, đúng trang và hàng tiêu đề rồi tải lại.",
			firstRequired(cols), headRows, printable(s.Name))
	}
	if err := best.err(s, cols); err != nil {
		return nil, err
	}
	t := &Table{Sheet: s.Name, HeadRow: best.lastRow(s) + 1, columns: best.columns, Unknown: best.unknown}
	for i := t.HeadRow; i < len(s.Rows); i++ {
		if i == t.HeadRow && numbersColumns(s.Rows[i]) {
			continue
		}
		t.Rows = append(t.Rows, Row{Number: i + 1, cells: s.Rows[i], columns: t.columns})
	}
	return t, nil
}

func firstRequired(cols []Column) string {
	for _, c := range cols {
		if c.Required {
			return c.Names[0]
		}
	}
	return cols[0].Names[0]
}

// A sought is a Column as headings are compared with it.
type sought struct {
	key   string
	folds []string // of its names
}

// A heading is one column's text in a possible heading row.
type heading struct {
	col   int
	text  string   // as written
	folds []string // by which it may be found
}

// A match is how a row fits the wanted columns.
type match struct {
	row     int
	heads   []heading
	columns map[string]int    // key → column
	twice   map[string][2]int // key → two columns that both could be it
	unknown []string
}

// better prefers more columns found; of equals the row that came first stays.
func (m *match) better(old *match) bool {
	return len(m.columns)+len(m.twice) > len(old.columns)+len(old.twice)
}

func matchRow(s Sheet, row int, cols []sought) *match {
	m := &match{row: row, heads: headings(s, row), columns: map[string]int{}, twice: map[string][2]int{}}
	taken := map[int]bool{}
	claim := func(c sought, hits []int) {
		switch len(hits) {
		case 0:
		case 1:
			m.columns[c.key] = hits[0]
			taken[hits[0]] = true
		default:
			m.twice[c.key] = [2]int{hits[0], hits[1]}
			for _, col := range hits {
				taken[col] = true
			}
		}
	}
	for _, c := range cols {
		var hits []int
		for _, h := range m.heads {
			if !taken[h.col] && h.equals(c) {
				hits = append(hits, h.col)
			}
		}
		claim(c, hits)
	}
	for i, c := range cols {
		if _, found := m.columns[c.key]; found || m.twice[c.key] != [2]int{} {
			continue
		}
		var hits []int
		for _, h := range m.heads {
			if n := h.begins(c); n > 0 && !taken[h.col] && h.longest(cols, i, n) {
				hits = append(hits, h.col)
			}
		}
		claim(c, hits)
	}
	for _, h := range m.heads {
		if !taken[h.col] {
			m.unknown = append(m.unknown, h.text)
		}
	}
	return m
}

// headings lists the texts of a row that may be headings, with those of the row above where they stand over
// them. A row of which no cell is its own is none.
func headings(s Sheet, row int) []heading {
	var heads []heading
	own := false
	width := len(s.Rows[row])
	if row > 0 {
		width = max(width, len(s.Rows[row-1]))
	}
	for col := range width {
		c, above := s.Cell(row, col), s.Cell(row-1, col)
		if c.Merged && s.Cell(row, col-1).Text == c.Text {
			continue // the rest of a title or a group that is merged to the right
		}
		h := heading{col: col, text: c.Text}
		group := wide(s, row-1, col)
		if c.Blank() && !group {
			h.text = above.Text
		}
		fold := foldHeading(h.text)
		if fold == "" {
			continue
		}
		h.folds = []string{fold}
		if group && above.Text != c.Text {
			h.folds = append(h.folds, foldHeading(above.Text+" "+c.Text))
		}
		heads = append(heads, h)
		own = own || !c.Blank() && !c.Number && !verticalCopy(s, row, col)
	}
	if !own {
		return nil
	}
	return heads
}

// wide reports whether the cell belongs to an area that is merged sideways.
func wide(s Sheet, row, col int) bool {
	c, left, right := s.Cell(row, col), s.Cell(row, col-1), s.Cell(row, col+1)
	return c.Text != "" && (right.Merged && right.Text == c.Text || c.Merged && left.Text == c.Text)
}

// verticalCopy reports whether the cell is merged with the one above it.
func verticalCopy(s Sheet, row, col int) bool {
	c, above := s.Cell(row, col), s.Cell(row-1, col)
	return c.Merged && c.Text == above.Text
}

// foldHeading is kpi.Fold with y read as i: kỳ = kì, tỷ lệ = tỉ lệ.
func foldHeading(s string) string { return strings.ReplaceAll(kpi.Fold(s), "y", "i") }

func (h heading) equals(c sought) bool {
	return slices.ContainsFunc(c.folds, func(name string) bool { return slices.Contains(h.folds, name) })
}

// begins returns the length of the longest of c's names by which the heading begins, 0 if none.
func (h heading) begins(c sought) int {
	longest := 0
	for _, name := range c.folds {
		for _, fold := range h.folds {
			if rest, ok := strings.CutPrefix(fold, name); ok && strings.HasPrefix(rest, " ") {
				longest = max(longest, len(name))
			}
		}
	}
	return longest
}

// longest reports whether no other column has a longer name by which the heading begins: «Đơn vị tính (ĐVT)» is
// the unit of measure and not the unit.
func (h heading) longest(cols []sought, self, n int) bool {
	for i, c := range cols {
		if i != self && h.begins(c) > n {
			return false
		}
	}
	return true
}

// lastRow returns the zero-based row on which the headings end: they may be merged downwards.
func (m *match) lastRow(s Sheet) int {
	row := m.row
	for row+1 < len(s.Rows) {
		merged := false
		for _, col := range m.columns {
			merged = merged || verticalCopy(s, row+1, col)
		}
		if !merged {
			break
		}
		row++
	}
	return row
}

// err says in the order of the columns what keeps the match from being used.
func (m *match) err(s Sheet, cols []Column) error {
	var missing []string
	for _, c := range cols {
		if two, ok := m.twice[c.Key]; ok {
			return kpi.Errorf(kpi.Invalid, "Trang “%s” có hai cột cùng có thể là “%s”: %s và %s. Giữ lại một cột hoặc đổi tên cột kia rồi tải lại.",
				printable(s.Name), c.Names[0], m.place(two[0]), m.place(two[1]))
		}
		if _, ok := m.columns[c.Key]; c.Required && !ok {
			missing = append(missing, "“"+c.Names[0]+"”")
		}
	}
	if missing == nil {
		return nil
	}
	var found []string
	for _, h := range m.heads {
		if len(found) == 20 {
			found = append(found, "…")
			break
		}
		found = append(found, "“"+printable(h.text)+"”")
	}
	return kpi.Errorf(kpi.Invalid, "Trang “%s” thiếu cột %s. Hàng tiêu đề %d có: %s. Sửa tên cột cho đúng mẫu rồi tải lại.",
		printable(s.Name), strings.Join(missing, ", "), m.row+1, strings.Join(found, ", "))
}

func (m *match) place(col int) string {
	for _, h := range m.heads {
		if h.col == col {
			return fmt.Sprintf("%s “%s”", Address(m.row, col), printable(h.text))
		}
	}
	return Address(m.row, col)
}

// numbersColumns reports whether the row only numbers the columns, as forms do below their headings:
// (1) (2) (5)=(4)/(3), or A B 1 2 3.
func numbersColumns(row []Cell) bool {
	marks, letters, numbers := 0, 0, 0
	for _, c := range row {
		switch {
		case c.Blank():
		case strings.HasPrefix(c.Text, "(") && strings.Trim(c.Text, "()0123456789=+-*/:x% ") == "":
			marks++
		case c.Text == string(rune('A'+letters)):
			letters++
		case c.Text == strconv.Itoa(numbers+1):
			numbers++
		default:
			return false
		}
	}
	return marks >= 2 && numbers == 0 || marks == 0 && letters >= 1 && numbers >= 1 && letters+numbers >= 4
}
