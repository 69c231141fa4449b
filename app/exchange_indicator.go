package app

import (
	"fmt"
	"slices"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// An indicatorList is a parsed file of indicators: the full template, or an annex as offices mail it.
type indicatorList struct {
	file    ImportFile
	rows    []*indicatorRow
	notes   []string
	setName string   // that the file gives
	basis   []string // documents that the file names
	group   string   // name of the group for rows that name none
	full    bool     // the full template
	checks  []*checkRow
}

// readIndicators parses a list of indicators: the full template if it has columns that only that has, else an annex.
func readIndicators(actor kpi.Actor, f ImportFile, book *workbook.Book) (proposer, error) {
	list := &indicatorList{file: f, full: slices.ContainsFunc(book.Sheets, isFullForm)}
	var err error
	if list.full {
		err = list.readForm(book)
	} else if err = otherList(book); err == nil {
		err = list.readAnnex(book)
	}
	if err != nil {
		return nil, err
	}
	return func(tx *store.Tx) (*proposal, error) { return planIndicators(tx, actor, list) }, nil
}

// otherList refuses a list of units or accounts: their headings begin like those of an annex.
func otherList(book *workbook.Book) error {
	for _, other := range []struct {
		is, load string
		names    [2]string
	}{
		{"danh sách đơn vị", "đơn vị", [2]string{"Mã đơn vị", "Loại đơn vị"}},
		{"danh sách tài khoản", "tài khoản", [2]string{"Tên đăng nhập", "Vai trò"}},
	} {
		cols := []workbook.Column{{Key: "a", Names: other.names[:1]}, {Key: "b", Names: other.names[1:]}}
		if slices.ContainsFunc(book.Sheets, func(s workbook.Sheet) bool { return !s.Hidden && countColumns(s, cols) == len(cols) }) {
			return kpi.Errorf(kpi.Invalid, "Tệp này là %s (có cột “%s”, “%s”), không phải bộ chỉ số. Nạp ở mục Nạp %s.", other.is, other.names[0], other.names[1], other.load)
		}
	}
	return nil
}

// isFullForm reports whether the sheet has at least two of the columns by which the full template is known.
func isFullForm(s workbook.Sheet) bool {
	if s.Hidden || kpi.Fold(s.Name) == kpi.Fold(guideSheet) {
		return false
	}
	return countColumns(s, []workbook.Column{{Key: "k", Names: []string{"Loại số liệu"}}, {Key: "f", Names: []string{"Tần suất"}},
		{Key: "a", Names: []string{"Lũy kế"}}, {Key: "d", Names: []string{"Chiều tốt"}}, {Key: "g", Names: []string{"Mã nhóm"}}, {Key: "o", Names: []string{"Nguồn giao"}}}) >= 2
}

func (list *indicatorList) readAnnex(book *workbook.Book) error {
	x, err := readAnnex(book, list.file.From.Year())
	if err != nil {
		return err
	}
	list.rows, list.notes = x.rows, x.notes
	document, title := x.document(), x.title()
	switch {
	case document != "" && title != "":
		list.setName = title + " (" + document + ")"
	case document+title != "":
		list.setName = document + title
	}
	list.group = "Chỉ tiêu theo " + document
	if document == "" {
		list.group = "Chỉ tiêu chung"
	} else {
		list.basis = []string{document}
	}
	for _, row := range list.rows {
		if row.group.Name == "" {
			row.group.Name = list.group
		}
		row.group.Layer = 1
	}
	list.notes = append(list.notes, "Tệp không nói lớp và nguồn giao: nhóm mới đặt Lớp 1, chỉ số mới đặt Trung ương giao; xác nhận hoặc sửa sau khi nhập.",
		"Tệp không nói tần suất, cách tính lũy kế, cách tổng hợp: để trống, phải khai trước khi mở kỳ.")
	return nil
}

// readForm reads the full template.
func (list *indicatorList) readForm(book *workbook.Book) error {
	var fields []formField
	columns := func(s workbook.Sheet) []workbook.Column {
		years, ys := yearColumns(s, 2000)
		fields = indicatorFields(ys)
		cols := columnsOf(fields)
		for _, y := range years { // headings as written, «Mục tiêu đến năm 2030»
			for i := range cols {
				if cols[i].Key == y.Key {
					cols[i].Names = append(slices.Clone(cols[i].Names), y.Names...)
				}
			}
		}
		return cols
	}
	table, err := findTable(book, columns)
	if err != nil {
		return err
	}
	columns(table.sheet) // the fields of the sheet that was taken
	list.notes = append(list.notes, table.notes...)
	first, numbers := map[string]*indicatorRow{}, newNumbering()
	groups := map[string]*indicatorRow{}
	table.rows("code", func(r *rowReader) {
		row := &indicatorRow{rowReader: r, stated: map[string]bool{}}
		for _, f := range fields {
			if table.Has(f.key) {
				row.stated[f.key] = true
				f.read(r, f.key, &row.indicatorForm)
			}
		}
		row.Name = oneLine(row.Name)
		row.readCode(numbers)
		row.Indicator.Group = row.group.Code
		if twin := first[row.Code]; twin != nil && row.Code != "" {
			const text = "Mã chỉ số %s có ở cả hàng %d và hàng %d. Giữ lại một hàng."
			r.refuse("code", text, row.Code, twin.row.Number, r.row.Number)
			twin.refuse("code", text, row.Code, twin.row.Number, r.row.Number)
		} else if row.Code != "" {
			first[row.Code] = row
		}
		row.agreeOnGroup(groups)
		list.rows = append(list.rows, row)
	})
	list.refuseCircles()
	list.readChecks(book)
	if len(list.rows) == 0 {
		return noRows(table)
	}
	return nil
}

// refuseCircles refuses rows that stand, level by level, under themselves.
func (list *indicatorList) refuseCircles() {
	parent := map[string]string{}
	for _, row := range list.rows {
		parent[row.Code] = row.Parent
	}
	for _, row := range list.rows {
		above := row.Parent
		for range list.rows {
			if above == "" || above == row.Code {
				break
			}
			above = parent[above]
		}
		if above != "" {
			row.refuse("parent", "Chỉ số %s đứng dưới chính nó theo cột «Thuộc chỉ số».", row.Code)
		}
	}
}

// readCode puts right what Excel made of a code that looks like a number.
func (row *indicatorRow) readCode(numbers *numbering) {
	if row.Code == "" {
		if len(row.faults) == 0 {
			row.refuse("code", "Mã chỉ số còn trống.")
		}
		return
	}
	code, remark, reason := numbers.read(row.row.Get("code"))
	if reason != "" {
		row.refuse("code", "%s", reason)
		return
	}
	if remark != "" {
		row.flag("%s", remark)
	}
	row.Code = code
}

// agreeOnGroup refuses a row that says of its group other than an earlier row, and fills in what it leaves out.
func (row *indicatorRow) agreeOnGroup(groups map[string]*indicatorRow) {
	g := &row.group
	said := groups[g.Code]
	if g.Code == "" {
		return
	}
	if said == nil {
		groups[g.Code] = row
		return
	}
	known := &said.group
	for _, x := range []struct {
		key, name string
		differ    bool
	}{
		{"groupname", "tên", g.Name != "" && known.Name != "" && g.Name != known.Name},
		{"layer", "lớp", g.Layer != 0 && known.Layer != 0 && g.Layer != known.Layer},
		{"groupweight", "trọng số", g.Weight != 0 && known.Weight != 0 && g.Weight != known.Weight},
	} {
		if x.differ {
			row.refuse(x.key, "Nhóm %s có %s khác với hàng %d. Ghi như nhau ở mọi hàng của nhóm.", g.Code, x.name, said.row.Number)
		}
	}
	if known.Name == "" {
		known.Name = g.Name
	}
	if known.Layer == 0 {
		known.Layer = g.Layer
	}
	if known.Weight == 0 {
		known.Weight = g.Weight
	}
}

// A checkRow is one row of the sheet of checks across indicators.
type checkRow struct {
	*rowReader
	check kpi.CrossCheck
}

const (
	labelLE  = "Không lớn hơn"
	labelSum = "Tổng bằng"
)

func checkColumns() []workbook.Column {
	return []workbook.Column{
		{Key: "kind", Names: []string{"Loại"}, Required: true}, {Key: "left", Names: []string{"Vế trái"}, Required: true},
		{Key: "right", Names: []string{"Vế phải"}, Required: true}, {Key: "text", Names: []string{"Thông báo"}},
	}
}

// readChecks reads the sheet of checks across indicators, if the file has one.
func (list *indicatorList) readChecks(book *workbook.Book) {
	i := slices.IndexFunc(book.Sheets, func(s workbook.Sheet) bool { return kpi.Fold(s.Name) == kpi.Fold(checkSheet) })
	if i < 0 {
		return
	}
	t, err := workbook.Find(book.Sheets[i], checkColumns())
	if err != nil {
		list.notes = append(list.notes, "Trang “"+checkSheet+"” không đọc được, không dùng. "+err.Error())
		return
	}
	table := &found{Table: t}
	table.rows("left", func(r *rowReader) {
		k := kpi.CrossCheck{Left: r.code("left"), Right: r.codes("right"), Text: r.text("text")}
		switch kpi.Fold(r.text("kind")) {
		case kpi.Fold(labelLE), "le":
			k.Kind = kpi.CheckLE
		case kpi.Fold(labelSum), "tong", "sum":
			k.Kind = kpi.CheckSum
		default:
			r.refuse("kind", "Loại kiểm tra phải là «%s» hoặc «%s».", labelLE, labelSum)
		}
		if k.Left == "" || len(k.Right) == 0 {
			r.refuse("left", "Cần mã chỉ số ở cả hai vế.")
		}
		if k.Kind == kpi.CheckLE && len(k.Right) > 1 {
			r.refuse("right", "Kiểm tra «%s» chỉ có một chỉ số ở vế phải.", labelLE)
		}
		if k.Text == "" && k.Kind == kpi.CheckLE && len(k.Right) == 1 {
			k.Text = fmt.Sprintf("%s không được lớn hơn %s.", k.Left, k.Right[0])
		} else if k.Text == "" {
			k.Text = k.Left + " phải bằng tổng các chỉ số thành phần."
		}
		list.checks = append(list.checks, &checkRow{r, k})
	})
}

// apply lays the fields that the row states over base.
func (row *indicatorRow) apply(base indicatorForm) indicatorForm {
	years := targetYears(row.Targets)
	for key := range row.stated {
		if y := yearOf(key); y != 0 && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	for _, f := range indicatorFields(years) {
		if row.stated[f.key] {
			f.copy(&base, row.indicatorForm)
		}
	}
	return base
}

// targetNames lists the years of the targets for the plan.
func targetNames(targets []kpi.Target) string {
	s := ""
	for _, y := range targetYears(targets) {
		s += " · mục tiêu " + strconv.Itoa(y) + ": " + targetText(targets, y)
	}
	return s
}
