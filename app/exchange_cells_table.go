package app

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// cellsFile is an uploaded file that has been parsed and not yet compared with the store.
type cellsFile struct {
	CellsFile
	table *found
	scope *cellsScope // of a template that still has its key sheet
}

// inputColumns are the columns that somebody fills in.
func inputColumns() []string {
	return []string{"value", "num", "den", "none", "reason", "expected", "note"}
}

// cellColumns are the columns of a template, by their headings, and what other files call them.
func cellColumns() []workbook.Column {
	return []workbook.Column{
		{Key: "code", Names: []string{"Mã", "Mã chỉ số", "Mã số"}},
		{Key: "number", Names: []string{"TT", "STT", "Số TT"}},
		{Key: "name", Names: []string{"Chỉ số", "Tên chỉ số", "Chỉ tiêu", "Tên chỉ tiêu", "Nội dung"}},
		{Key: "unit", Names: []string{"ĐVT", "Đơn vị tính"}},
		{Key: "previous", Names: []string{"Kỳ trước"}},
		{Key: "value", Names: []string{"Trong kỳ", "Thực hiện trong kỳ", "Kết quả trong kỳ", "Số liệu trong kỳ", "Số liệu", "Thực hiện", "Kết quả", "Kết quả thực hiện", "Giá trị", "Kỳ này"}},
		{Key: "num", Names: []string{"Tử số"}},
		{Key: "den", Names: []string{"Mẫu số"}},
		{Key: "none", Names: []string{"Tình trạng"}},
		{Key: "reason", Names: []string{"Lý do không có số", "Lý do"}},
		{Key: "expected", Names: []string{"Ngày dự kiến có", "Ngày dự kiến"}},
		{Key: "note", Names: []string{"Giải trình, ghi chú", "Giải trình", "Ghi chú"}},
		{Key: "key", Names: []string{keyHeading}},
		{Key: "state", Names: []string{"Phiên bản ô"}},
	}
}

// findCells finds the table of a sheet's cells in a file: that of a template, or any with a column of codes or names
// and one of values.
func findCells(book *workbook.Book, f CellsFile) (*cellsFile, error) {
	file := &cellsFile{CellsFile: f}
	book.Sheets = slices.DeleteFunc(book.Sheets, func(s workbook.Sheet) bool {
		if !s.Hidden || kpi.Fold(s.Name) != kpi.Fold(keySheet) {
			return false
		}
		file.scope = readScope(s)
		return true
	})
	var err error
	file.table, err = findTable(book, requiredColumns)
	if err == nil && file.keyed() {
		return file, nil
	}
	if legacy := legacyBook(book); legacy != nil {
		return nil, legacy
	}
	return file, err
}

// requiredColumns says which columns the table of this sheet must have: all that a template has where there are keys,
// otherwise one to tell the rows by and one of values.
func requiredColumns(s workbook.Sheet) []workbook.Column {
	cols := cellColumns()
	if hasText(s, keyHeading) {
		for i, c := range cols {
			cols[i].Required = slices.Contains(inputColumns(), c.Key) || c.Key == "key" || c.Key == "state"
		}
		return slices.DeleteFunc(cols, func(c workbook.Column) bool { return c.Key == "number" })
	}
	t, err := workbook.Find(s, cols)
	has := func(key string) bool { return err == nil && t.Has(key) }
	for i, c := range cols {
		cols[i].Required = c.Key == "code" && !has("name") || c.Key == "value" && (!has("num") || !has("den"))
	}
	return cols
}

// hasText reports whether one of the upper cells holds exactly the text.
func hasText(s workbook.Sheet, text string) bool {
	return slices.ContainsFunc(s.Rows[:min(len(s.Rows), 50)], func(row []workbook.Cell) bool {
		return slices.ContainsFunc(row, func(c workbook.Cell) bool { return c.Text == text })
	})
}

// keyHeading is the heading of a template's hidden column of keys.
const keyHeading = "Khóa ô"

// keyed reports whether the file is a template, whose rows carry keys.
func (f *cellsFile) keyed() bool { return f.table.Has("key") }

var reMonthName = regexp.MustCompile(`thang (\d{1,2}) (?:nam )?(20\d\d)`)

// notes are the remarks on the file as a whole.
func (f *cellsFile) notes(sh *sheet) []string {
	notes := slices.DeleteFunc(slices.Clone(f.table.notes), func(s string) bool {
		return f.keyed() && strings.HasPrefix(s, "Cột ")
	})
	switch {
	case !f.keyed():
		notes = append(notes, "Tệp không phải mẫu của biểu này: các dòng được đối chiếu theo mã và tên chỉ số, và không rõ ô nào đã có người sửa sau khi tệp được lập.")
		if m := f.otherMonth(sh.Month); m != "" {
			notes = append(notes, fmt.Sprintf("Phía trên bảng ghi %s, biểu đang mở là tháng %s. Kiểm tra có đúng tệp của kỳ này.", m, sh.Month.Short()))
		}
	case f.scope != nil && f.scope.version != setVersion(sh):
		notes = append(notes, "Danh mục chỉ số của biểu đã đổi sau khi mẫu này được tải về. Hàng có chỉ số đã đổi đơn vị tính hoặc cách ghi bị từ chối; chỉ số mới giao không có trong tệp.")
	}
	return notes
}

// otherMonth returns the month that the lines above the table name, if they name one and it is not m.
func (f *cellsFile) otherMonth(m kpi.Month) string {
	other := ""
	for _, row := range f.table.sheet.Rows[:min(f.table.HeadRow-1, len(f.table.sheet.Rows))] {
		for _, c := range row {
			for _, x := range reMonthName.FindAllStringSubmatch(kpi.Fold(c.Text), -1) {
				month, _ := strconv.Atoi(x[1])
				if year, _ := strconv.Atoi(x[2]); month == int(m.Calendar()) && year == m.Year() {
					return ""
				}
				other = "tháng " + x[1] + "/" + x[2]
			}
		}
	}
	return other
}

// rows returns the rows that have a key or say something, each with the indicator that it is about.
func (f *cellsFile) rows(sh *sheet) []cellsRow {
	match := f.matcher(sh)
	spans := f.columnNumbers()
	var rows []cellsRow
	for _, row := range f.table.Rows {
		r := cellsRow{rowReader: &rowReader{sheet: f.table.Sheet, row: row, has: f.table.Has}}
		if row.Get("key").Blank() && !r.filled() {
			continue // headings of groups, empty rows, signatures
		}
		match.find(&r)
		r.joined = func(key string) bool { return f.joined(row.Number-1, spans[key]) }
		if r.ind.Code != "" {
			r.read(sh.cells[r.ind.Code])
		}
		rows = append(rows, r)
	}
	refuseTwins(rows)
	return rows
}

// refuseTwins refuses all rows that say something of the same cell.
func refuseTwins(rows []cellsRow) {
	by := map[string][]int{}
	for i, r := range rows {
		if r.ind.Code != "" && r.filled() {
			by[r.ind.Code] = append(by[r.ind.Code], i)
		}
	}
	for _, twins := range by {
		if len(twins) < 2 {
			continue
		}
		for _, i := range twins {
			other := twins[0]
			if other == i {
				other = twins[1]
			}
			rows[i].refuse("", "Chỉ số %s có số liệu ở cả hàng %d. Giữ lại một hàng rồi tải lại.", rows[i].ind.Code, rows[other].row.Number)
		}
	}
}

// columnNumbers returns where the table's columns lie.
func (f *cellsFile) columnNumbers() map[string]int {
	at := map[string]int{}
	if len(f.table.Rows) == 0 {
		return at
	}
	first := f.table.Rows[0]
	width := 0
	for _, row := range f.table.sheet.Rows {
		width = max(width, len(row))
	}
	for col := range width {
		ref := f.table.sheet.Ref(first.Number-1, col)
		for _, key := range inputColumns() {
			if first.Ref(key) == ref {
				at[key] = col
			}
		}
	}
	return at
}

// joined reports whether a filled cell is merged with another one: then nobody knows which of them it is for.
func (f *cellsFile) joined(row, col int) bool {
	s := f.table.sheet
	c := s.Cell(row, col)
	if c.Blank() {
		return false
	}
	below, right := s.Cell(row+1, col), s.Cell(row, col+1)
	return c.Merged || below.Merged && below.Text == c.Text || right.Merged && right.Text == c.Text
}
