package app

import (
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// templateRows is how many empty rows a template offers, with lists of choices where there are any.
const templateRows = 300

// A formColumn is one column of a template as its guide explains it.
type formColumn struct {
	name, hint, sample string
	choice             []string
	width              float64
}

// Template returns an empty .xlsx to be filled in and imported: a sheet to fill in with one sample row, which an import
// skips, and a sheet that explains each column. What is as for PlanImport.
func (a *App) Template(what string) ([]byte, error) {
	switch what {
	case ImportUnits:
		return template("Đơn vị", "Mẫu nhập danh sách đơn vị", unitForm())
	case ImportUsers:
		return template("Tài khoản", "Mẫu nhập tài khoản", userForm())
	case ImportIndicators:
		return template("Chỉ số", "Mẫu nhập chỉ số", formColumns(indicatorFields(formYears())), checkGrid(nil))
	}
	return nil, kpi.Errorf(kpi.Invalid, "Chỉ có mẫu của đơn vị, chỉ số và tài khoản; không có mẫu «%s».", kpi.Clip(what, 32))
}

func template(sheet, title string, columns []formColumn, more ...workbook.Grid) ([]byte, error) {
	sample := make([]workbook.Value, len(columns))
	for i, c := range columns {
		sample[i] = workbook.Text(c.sample)
	}
	sample[0] = sample[0].Bold()
	rows := make([][]workbook.Value, templateRows+1)
	rows[0] = sample
	for i := range rows[1:] {
		rows[i+1] = textRow(make([]string, len(columns)))
	}
	doc := workbook.Doc{Title: title, Author: "chiso", Grids: []workbook.Grid{formGrid(sheet, columns, rows)}}
	doc.Grids = append(doc.Grids, more...)
	doc.Grids = append(doc.Grids, guideGrid(title, columns))
	return doc.Bytes()
}

func formGrid(sheet string, columns []formColumn, rows [][]workbook.Value) workbook.Grid {
	g := workbook.Grid{Name: sheet, Head: [][]string{{}}, Rows: rows}
	for _, c := range columns {
		g.Head[0] = append(g.Head[0], c.name)
		g.Cols = append(g.Cols, workbook.Col{Width: c.width, Choice: c.choice})
	}
	return g
}

// guideGrid is the sheet that explains the columns.
func guideGrid(title string, columns []formColumn) workbook.Grid {
	g := workbook.Grid{Name: guideSheet, Titles: []string{title, "Mỗi hàng một mục. Hàng có mã «" + sampleMark + "» chỉ để xem, không được nhập. Cột tìm theo tên nên đổi thứ tự cũng được; cột không có trong tệp thì giữ nguyên số liệu đang có."},
		Head: [][]string{{"Cột", "Cách ghi", "Danh mục chọn", "Ví dụ"}}, Cols: []workbook.Col{{Width: 24}, {Width: 70}, {Width: 50}, {Width: 40}}}
	for _, c := range columns {
		g.Rows = append(g.Rows, textRow([]string{c.name, c.hint, strings.Join(c.choice, " · "), c.sample}))
	}
	return g
}

// checkGrid is the sheet of checks across indicators.
func checkGrid(checks []kpi.CrossCheck) workbook.Grid {
	g := workbook.Grid{Name: checkSheet, Head: [][]string{{"Loại", "Vế trái", "Vế phải", "Thông báo"}},
		Cols: []workbook.Col{{Width: 18, Choice: []string{labelLE, labelSum}}, {Width: 14}, {Width: 30}, {Width: 60}}}
	for _, k := range checks {
		label := labelLE
		if k.Kind == kpi.CheckSum {
			label = labelSum
		}
		g.Rows = append(g.Rows, textRow([]string{label, k.Left, strings.Join(k.Right, "; "), k.Text}))
	}
	if len(checks) == 0 {
		g.Rows = append(g.Rows, textRow([]string{labelLE, sampleMark, "5.01", "Số hồ sơ đúng hạn không lớn hơn tổng số hồ sơ."}))
	}
	for range 50 {
		g.Rows = append(g.Rows, textRow(make([]string, 4)))
	}
	return g
}

// textRow makes cells of texts, so that Excel takes none of them for a number; what is typed over them stays as typed.
func textRow(texts []string) []workbook.Value {
	row := make([]workbook.Value, len(texts))
	for i, s := range texts {
		row[i] = workbook.Text(s)
	}
	return row
}

func formColumns(fields []formField) []formColumn {
	columns := make([]formColumn, len(fields))
	for i, f := range fields {
		columns[i] = formColumn{f.names[0], f.hint, f.sample, f.choice, f.width}
	}
	return columns
}

func unitForm() []formColumn {
	var kinds []string
	for _, k := range kpi.UnitKinds() {
		kinds = append(kinds, k.Label())
	}
	return []formColumn{
		{"Mã đơn vị", "Bắt buộc. Chữ in hoa không dấu, chữ số, dấu chấm, dấu gạch; không đổi về sau.", sampleMark, nil, 14},
		{"Tên đơn vị", "Bắt buộc. Tên đầy đủ.", "Sở Khoa học và Công nghệ", nil, 44},
		{"Loại đơn vị", "Bắt buộc.", kpi.Agency.Label(), kinds, 22},
		{"Nhóm xếp hạng", "Các đơn vị cùng nhóm được xếp hạng với nhau.", "Sở, ban, ngành", nil, 22},
		{"Hiệu lực từ", "Tháng/năm đơn vị bắt đầu báo cáo; trống là từ đầu.", "7/2025", nil, 14},
		{"Đến", "Tháng/năm cuối cùng đơn vị còn báo cáo; trống là không thời hạn.", "", nil, 14},
		{"Đơn vị kế thừa", "Mã đơn vị nhận việc sau khi sắp xếp, sáp nhập.", "", nil, 14},
	}
}

func userForm() []formColumn {
	var roles []string
	for _, r := range kpi.Roles() {
		roles = append(roles, r.Label())
	}
	return []formColumn{
		{"Tên đăng nhập", "Bắt buộc. 3 đến 64 chữ thường không dấu, chữ số, dấu chấm, dấu gạch.", sampleMark, nil, 20},
		{"Họ tên", "Bắt buộc.", "Họ và tên cán bộ", nil, 30},
		{"Email", "Dùng để nhận đôn đốc.", "ten@coquan.gov.vn", nil, 28},
		{"Điện thoại", "Ghi cả số 0 ở đầu.", "0900000000", nil, 16},
		{"Vai trò", "Bắt buộc. Người có nhiều vai trò thì ghi nhiều hàng cùng tên đăng nhập.", kpi.Clerk.Label(), roles, 22},
		{"Mã đơn vị", "Bắt buộc với vai trò Nhập liệu và Duyệt của đơn vị; nhiều đơn vị cách nhau bằng dấu chấm phẩy.", "SKHCN", nil, 20},
	}
}
