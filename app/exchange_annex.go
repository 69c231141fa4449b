package app

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// annexColumns are those of a list of targets as offices mail it: number, name, unit of measure, target, lead agency,
// in any order. The targets stand in one column, whose year a section row says, or in one column a year.
func annexColumns(s workbook.Sheet, since int) []workbook.Column {
	years, _ := yearColumns(s, since)
	return append(years,
		workbook.Column{Key: "number", Names: []string{"TT", "STT", "Số TT", "Số thứ tự", "Mã chỉ số", "Mã chỉ tiêu", "Mã số", "Mã"}, Required: true},
		workbook.Column{Key: "name", Names: []string{"Chỉ tiêu", "Tên chỉ tiêu", "Nội dung chỉ tiêu", "Các chỉ tiêu", "Chỉ số", "Tên chỉ số", "Nội dung", "Tên"}, Required: true},
		workbook.Column{Key: "unit", Names: []string{"Đơn vị tính", "ĐVT", "Đơn vị", "Đơn vị đo"}},
		workbook.Column{Key: "target", Names: []string{"Kết quả", "Mục tiêu", "Chỉ tiêu giao", "Chỉ tiêu phấn đấu", "Mức đạt", "Mức phấn đấu", "Kế hoạch", "Giá trị mục tiêu", "Kết quả cần đạt"}},
		workbook.Column{Key: "lead", Names: []string{"Cơ quan chủ trì", "Đơn vị chủ trì", "Chủ trì", "Cơ quan theo dõi", "Cơ quan chủ trì theo dõi, đánh giá", "Đơn vị phụ trách", "Cơ quan, đơn vị chủ trì"}},
		workbook.Column{Key: "note", Names: []string{"Ghi chú"}},
		// Found only so that they are not taken for others.
		workbook.Column{Key: "unused support", Names: []string{"Đơn vị phối hợp", "Cơ quan phối hợp", "Đơn vị thực hiện", "Cơ quan thực hiện", "Đơn vị báo cáo", "Đơn vị cung cấp số liệu"}},
		workbook.Column{Key: "unused result", Names: []string{"Kết quả năm", "Kết quả thực hiện", "Thực hiện năm", "Ước thực hiện", "Thực hiện", "Hiện trạng", "Hiện trạng năm"}},
	)
}

// indicatorRow is one row of a list of indicators as the file says it.
type indicatorRow struct {
	*rowReader
	indicatorForm
	stated   map[string]bool // fields that the file has for the row
	inferred []string        // flags about what the file does not say; of new indicators only
	section  string          // number of the section above
}

// An annex is a list of targets under sections.
type annex struct {
	table *found
	years []int
	rows  []*indicatorRow
	notes []string

	// Of the row that is being read.
	year     int       // that the last section row has set, 0: none
	group    kpi.Group // that the last section row has named
	section  string
	numbers  *numbering
	pending  []string   // rows without number since the last indicator: notes, or a section to come
	previous *rowReader // row before, for areas merged downwards
}

// readAnnex reads the rows of an annex. since is the first year that a target may be for.
func readAnnex(book *workbook.Book, since int) (*annex, error) {
	table, err := findTable(book, func(s workbook.Sheet) []workbook.Column { return annexColumns(s, since) })
	if err != nil {
		return nil, err
	}
	x := &annex{table: table, numbers: newNumbering(), notes: slices.Clone(table.notes)}
	_, years := yearColumns(table.sheet, since)
	for _, y := range years {
		if table.Has(targetKey + strconv.Itoa(y)) {
			x.years = append(x.years, y)
			x.notes = append(x.notes, fmt.Sprintf("Cột mục tiêu năm %d: “%s”.", y, x.heading(targetKey+strconv.Itoa(y))))
		}
	}
	for key, what := range map[string]string{"unused support": "đơn vị phối hợp, thực hiện", "unused result": "kết quả đã qua"} {
		if table.Has(key) {
			x.notes = append(x.notes, "Cột "+what+" không dùng.")
		}
	}
	slices.Sort(x.notes[len(table.notes):])
	x.year = x.titleYear()
	if err := x.read(); err != nil {
		return nil, err
	}
	if len(x.rows) == 0 {
		return nil, noRows(table)
	}
	x.finish()
	return x, nil
}

// heading returns the heading of a column as written.
func (x *annex) heading(key string) string {
	if len(x.table.Rows) == 0 {
		return ""
	}
	letters := strings.TrimRight(x.table.Rows[0].Ref(key), "0123456789")
	for col := range x.table.sheet.Rows[x.table.HeadRow-1] {
		if strings.TrimRight(x.table.sheet.Ref(0, col), "0123456789") == letters {
			return kpi.Clip(oneLine(x.table.sheet.Cell(x.table.HeadRow-1, col).Text), 60)
		}
	}
	return ""
}

// titleYear returns the year that the title rows set for all targets, 0 if they name none or several.
func (x *annex) titleYear() int {
	year := 0
	if !x.table.Has("target") || len(x.years) > 0 {
		return 0
	}
	for _, title := range x.titles() {
		for _, m := range reTitleYear.FindAllStringSubmatch(kpi.Fold(title), -1) {
			y, _ := strconv.Atoi(m[1])
			if year != 0 && year != y {
				return 0
			}
			year = y
		}
	}
	if year != 0 {
		x.notes = append(x.notes, fmt.Sprintf("Năm của mục tiêu lấy theo tiêu đề: %d.", year))
	}
	return year
}

// titles returns the texts above the headings, each once. A row with more than two of them is part of the headings.
func (x *annex) titles() []string {
	var list []string
	for _, row := range x.table.sheet.Rows[:min(x.table.HeadRow-1, len(x.table.sheet.Rows))] {
		var texts []string
		for _, c := range row {
			if text := oneLine(c.Text); text != "" && !c.Number && !c.Date && !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		if len(texts) <= 2 {
			list = union(list, texts)
		}
	}
	return list
}

func (x *annex) read() error {
	for _, row := range x.table.Rows {
		r := &rowReader{sheet: x.table.Sheet, row: row, has: x.table.Has}
		if row.Blank() {
			x.previous = r
			continue
		}
		if err := x.readRow(r); err != nil {
			return err
		}
		x.previous = r
	}
	for _, p := range x.pending {
		x.notes = append(x.notes, p+" đứng dưới bảng, không phải chỉ số, không nhập.")
	}
	return nil
}

func (x *annex) readRow(r *rowReader) error {
	name, number := strings.Join(strings.Fields(r.row.Get("name").Text), " "), r.row.Get("number")
	if number.Text == name || number.Merged && r.row.Get("name").Merged && name == number.Text {
		number = workbook.Cell{Text: number.Text}
	}
	bare := x.bare(r)
	switch section, title, ok := sectionOf(number, name); {
	case bare && (ok || milestone(title) != 0):
		x.open(r, section, title)
		return nil
	case bare && (number.Blank() || name == "" || number.Text == name):
		text := name
		if text == "" {
			text = number.Text
		}
		if year := milestone(text); year != 0 {
			x.open(r, "", text)
		} else {
			x.pending = append(x.pending, fmt.Sprintf("Hàng %d “%s”", r.row.Number, kpi.Clip(text, 80)))
		}
		return nil
	}
	return x.readIndicator(r, number, name)
}

// bare reports whether the row has nothing but a number and a name: what it shares with an area merged over the row
// does not count.
func (x *annex) bare(r *rowReader) bool {
	keys := []string{"unit", "target", "lead"}
	for _, y := range x.years {
		keys = append(keys, targetKey+strconv.Itoa(y))
	}
	for _, key := range keys {
		if !x.shared(r, key) && !r.row.Get(key).Blank() {
			return false
		}
	}
	return true
}

// shared reports whether a cell only repeats the name or the number over which it is merged.
func (x *annex) shared(r *rowReader, key string) bool {
	c := r.row.Get(key)
	return c.Merged && (c.Text == r.row.Get("name").Text || c.Text == r.row.Get("number").Text)
}

// sectionOf takes a section row apart: «I | Đến năm 2030», «A. Thể chế». ok is false if its number is not that of a
// section.
func sectionOf(number workbook.Cell, name string) (section, title string, ok bool) {
	text := strings.TrimSpace(number.Text)
	if m := reSection.FindStringSubmatch(text); m != nil && name != "" {
		return m[1], name, true
	}
	whole := name
	if whole == "" {
		whole = text
	}
	if text == "" || text == whole {
		if m := reSectionRow.FindStringSubmatch(whole); m != nil {
			return m[1], strings.TrimSpace(m[2]), true
		}
	}
	return "", name, false
}

// open begins a section: a milestone year, a group of indicators, or both.
func (x *annex) open(r *rowReader, section, title string) {
	for _, p := range x.pending {
		x.notes = append(x.notes, p+" không có số thứ tự, không nhập.")
	}
	x.pending = nil
	year := milestone(title)
	what := ""
	switch {
	case year != 0:
		x.year, what = year, fmt.Sprintf("mốc mục tiêu năm %d", year)
	default:
		x.group, what = kpi.Group{Code: strings.ReplaceAll(section, "Đ", "DD"), Name: title}, "nhóm chỉ số"
		if found := reYear.FindAllString(title, -1); len(found) > 0 && len(x.years) == 0 {
			last, _ := strconv.Atoi(found[len(found)-1])
			x.year, what = last, fmt.Sprintf("nhóm chỉ số, mốc mục tiêu năm %d", last)
		}
	}
	if section != "" {
		x.section = section
	}
	x.numbers = newNumbering()
	x.notes = append(x.notes, fmt.Sprintf("Hàng %d “%s”: %s.", r.row.Number, kpi.Clip(title, 80), what))
}

// readIndicator reads a row with a number of its own.
func (x *annex) readIndicator(r *rowReader, number workbook.Cell, name string) error {
	row := &indicatorRow{rowReader: r, stated: map[string]bool{"name": true, "heading": true}, section: x.section}
	for _, p := range x.pending {
		x.notes = append(x.notes, p+" không có số thứ tự, không nhập; nếu là nhóm chỉ số, ghi số La Mã phía trước.")
	}
	x.pending = nil
	row.Code = x.code(r)
	row.Name = r.text("name")
	if row.Name == "" {
		r.refuse("name", "Hàng có số thứ tự mà tên còn trống.")
	}
	row.Origin, row.group = kpi.Central, x.group
	if x.table.Has("unit") && !x.shared(r, "unit") {
		row.stated["unit"] = true
		row.Unit = r.text("unit")
	}
	if x.table.Has("lead") && !x.shared(r, "lead") {
		row.stated["lead"] = true
		row.LeadAgency = r.text("lead")
	}
	if x.table.Has("note") && !x.shared(r, "note") {
		if note := r.text("note"); note != "" {
			r.flag("ghi chú trong tệp: %s", kpi.Clip(note, 200))
		}
	}
	for _, y := range x.years {
		x.readTarget(row, targetKey+strconv.Itoa(y), y)
	}
	if x.table.Has("target") && !x.shared(r, "target") && !r.row.Get("target").Blank() {
		if x.year == 0 {
			return kpi.Errorf(kpi.Invalid, "Trang “%s” hàng %d có mục tiêu nhưng không biết của năm nào. Thêm phía trên một hàng «Đến năm 2030», hoặc đổi tên cột thành «Mục tiêu 2030», rồi tải lại.",
				x.table.Sheet, r.row.Number)
		}
		x.readTarget(row, "target", x.year)
	}
	x.rows = append(x.rows, row)
	return nil
}

func (x *annex) readTarget(row *indicatorRow, key string, year int) {
	targets := row.targets(key, row.Unit, year)
	if len(targets) > 0 {
		row.stated[targetKey+strconv.Itoa(year)] = true
		row.Targets = append(row.Targets, targets...)
	}
}

// code reads the number of an indicator.
func (x *annex) code(r *rowReader) string {
	c := r.cell("number")
	if c.Blank() {
		if len(r.faults) == 0 {
			r.refuse("number", "Hàng có đơn vị tính hoặc mục tiêu nhưng chưa có số thứ tự (mã). Ghi số thứ tự, ví dụ 5.1.")
		}
		return ""
	}
	code, remark, reason := x.numbers.read(c)
	if reason != "" {
		r.refuse("number", "%s", reason)
		return ""
	}
	if remark != "" {
		r.flag("%s", remark)
	}
	return code
}
