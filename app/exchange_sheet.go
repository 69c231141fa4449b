package app

import (
	"fmt"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// Sheets of the templates that hold no table to import.
const (
	guideSheet = "Hướng dẫn"
	checkSheet = "Kiểm tra chéo"

	choiceSheet = "Danh mục chọn" // hidden; made by app/workbook for long lists of choices
)

// A found table is the one in a book that an import reads.
type found struct {
	*workbook.Table
	sheet workbook.Sheet
	notes []string // which sheets and columns were not used
}

// findTable looks for the one visible sheet with a table that has all the required columns. Two such sheets are
// refused: which of them is meant, nobody has said. columns may depend on the sheet.
func findTable(book *workbook.Book, columns func(workbook.Sheet) []workbook.Column) (*found, error) {
	var hits []*found
	var closest error
	most := -1
	var others, hidden []string
	for _, s := range book.Sheets {
		fold := kpi.Fold(s.Name)
		switch {
		case fold == kpi.Fold(guideSheet) || fold == kpi.Fold(checkSheet) || s.Hidden && fold == kpi.Fold(choiceSheet):
			continue
		case s.Hidden:
			hidden = append(hidden, "“"+kpi.Clip(s.Name, 40)+"”")
			continue
		}
		cols := columns(s)
		t, err := workbook.Find(s, cols)
		if err == nil {
			hits = append(hits, &found{Table: t, sheet: s})
			continue
		}
		if n := countColumns(s, cols); n > most {
			most, closest = n, err
		}
		others = append(others, "“"+kpi.Clip(s.Name, 40)+"”")
	}
	switch {
	case len(hits) == 0 && closest != nil:
		return nil, closest
	case len(hits) == 0:
		return nil, kpi.Errorf(kpi.Invalid, "Tệp không có trang nào để đọc: mọi trang đều bị ẩn hoặc trống. Bỏ ẩn trang có bảng rồi tải lại.")
	case len(hits) > 1:
		return nil, kpi.Errorf(kpi.Invalid, "Tệp có %d trang cùng có bảng đúng tiêu đề: “%s” và “%s”. Giữ lại trang cần nhập (hoặc ẩn trang kia) rồi tải lại.",
			len(hits), kpi.Clip(hits[0].Sheet, 40), kpi.Clip(hits[1].Sheet, 40))
	}
	f := hits[0]
	if len(others)+len(hidden) > 0 {
		f.notes = append(f.notes, fmt.Sprintf("Đọc trang “%s”.", f.Sheet))
	}
	if len(others) > 0 {
		f.notes = append(f.notes, "Không đọc trang không có bảng đúng tiêu đề: "+strings.Join(others, ", ")+".")
	}
	if len(hidden) > 0 {
		f.notes = append(f.notes, "Không đọc trang bị ẩn: "+strings.Join(hidden, ", ")+".")
	}
	for _, name := range f.Unknown {
		f.notes = append(f.notes, fmt.Sprintf("Cột “%s” không dùng.", kpi.Clip(name, 60)))
	}
	return f, nil
}

// countColumns returns how many of the columns the sheet has when none is required.
func countColumns(s workbook.Sheet, cols []workbook.Column) int {
	loose := make([]workbook.Column, len(cols))
	for i, c := range cols {
		c.Required = false
		loose[i] = c
	}
	t, err := workbook.Find(s, loose)
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range loose {
		if t.Has(c.Key) {
			n++
		}
	}
	return n
}

// rows calls fn with a reader of each row that says something, the sample rows of the templates left out.
func (f *found) rows(codeKey string, fn func(*rowReader)) {
	for _, row := range f.Rows {
		if row.Blank() || kpi.Fold(row.Get(codeKey).Text) == kpi.Fold(sampleMark) {
			continue
		}
		fn(&rowReader{sheet: f.Sheet, row: row, has: f.Has})
	}
}
