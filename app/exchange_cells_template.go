package app

import (
	"fmt"
	"strings"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// CellsTemplate returns the sheet of a unit as .xlsx to be filled in and uploaded again, and an ASCII name for the file.
// Cells that can be entered now are open, all others locked; hidden columns say which cell each row is, and in which
// version. Uploaded as it is, it changes nothing.
func (a *App) CellsTemplate(actor kpi.Actor, set string, m kpi.Month, unit string) (name string, data []byte, err error) {
	if err := kpi.MayAct(actor.User, kpi.ActEnter, unit); err != nil {
		return "", nil, err
	}
	var sh *sheet
	err = a.store.View(func(tx *store.Tx) error {
		if sh, err = a.readSheet(tx, actor.At, set, m, unit); err != nil {
			return err
		}
		return sh.enterable(actor)
	})
	if err != nil {
		return "", nil, err
	}
	title := fmt.Sprintf("Biểu tháng %s – %s", m.Short(), sh.unit.Name)
	doc := workbook.Doc{Title: title, Author: sh.unit.Name, Made: actor.At, Grids: []workbook.Grid{sh.cellsGrid(title, actor), cellsGuide(title), sh.keyGrid()}}
	data, err = doc.Bytes()
	return fmt.Sprintf("Bieu-%s-%s-%s.xlsx", set, m, unit), data, err
}

// cellsGrid is the page that is filled in.
func (sh *sheet) cellsGrid(title string, actor kpi.Actor) workbook.Grid {
	g := workbook.Grid{Name: fmt.Sprintf("Biểu %02d-%d", sh.Month.Calendar(), sh.Month.Year()), Protect: true, Tall: true,
		Titles: []string{title, fmt.Sprintf("%s. Hạn nộp: %s. Mẫu tải lúc %s.", sh.defs.set.Name, kpi.FormatDeadline(sh.round.UnitDue), kpi.FormatTime(actor.At)),
			"Chỉ ghi vào ô nền vàng. Ô để trống giữ nguyên số đang có trên hệ thống. Cách ghi: xem trang «" + guideSheet + "»."},
		Head: [][]string{{"Mã", "Chỉ số", "ĐVT", "Kỳ trước", "Trong kỳ", "Tử số", "Mẫu số", "Tình trạng", "Lý do không có số", "Ngày dự kiến có", "Giải trình, ghi chú", keyHeading, "Phiên bản ô"}},
		Cols: []workbook.Col{{Width: 9}, {Width: 48}, {Width: 13}, {Width: 22}, {Width: 16}, {Width: 13}, {Width: 13}, {Width: 18}, {Width: 26}, {Width: 14}, {Width: 34}, {Width: 10, Hidden: true}, {Width: 10, Hidden: true}},
	}
	lists := cellLists{byText: map[string]int{}}
	group := "\x00"
	for _, ind := range sh.due {
		if ind.Group != group {
			group = ind.Group
			x, _ := sh.defs.set.Group(group)
			g.Rows = append(g.Rows, []workbook.Value{{}, workbook.Text(strings.TrimPrefix(group+". "+x.Name, ". ")).Bold()})
		}
		c := sh.cells[ind.Code]
		editable := kpi.Editable(sh.Sheet, c) == nil
		if editable {
			lists.offer(*ind, len(g.Rows))
		}
		g.Rows = append(g.Rows, sh.cellsRow(*ind, c, editable))
	}
	g.Lists = lists.list
	return g
}

func (sh *sheet) cellsRow(ind kpi.Indicator, c kpi.Cell, editable bool) []workbook.Value {
	texts := textsOf(ind, c)
	key, state := rowKey{scope: scopeOf(sh), indicator: ind.Code, version: c.Version, digest: texts.digest(), meaning: meaning(ind)}.texts()
	row := []workbook.Value{workbook.Text(ind.Code), workbook.Text(nameWithParts(ind)), workbook.Text(ind.Unit), sh.previousValue(ind)}
	row = append(row, texts.values(ind, c, editable)...)
	return append(row, workbook.Text(key), workbook.Text(state))
}

// nameWithParts is the name of an indicator; a ratio says what is divided by what.
func nameWithParts(ind kpi.Indicator) string {
	s := ind.Name
	if ind.Kind == kpi.KindRatio && ind.Numerator != "" {
		s += "\nTử số: " + ind.Numerator
	}
	if ind.Kind == kpi.KindRatio && ind.Denominator != "" {
		s += "\nMẫu số: " + ind.Denominator
	}
	return s
}

// previousValue is the latest earlier value: a real number, or the text that the history shows.
func (sh *sheet) previousValue(ind kpi.Indicator) workbook.Value {
	past := sh.past[ind.Code]
	if len(past.Values) == 0 {
		return workbook.Value{}
	}
	last := past.Last()
	recent := int(sh.Month-last.Month) == max(1, ind.Frequency.Months())
	if recent && last.Content == kpi.HasValue && ind.Kind == kpi.KindNumber {
		return workbook.Number(last.Value.String(), ind.Decimals)
	}
	text := kpi.Clip(last.Trace(ind), 100)
	if !recent {
		text += " (" + last.Month.Short() + ")"
	}
	return workbook.Text(text)
}

// cellLists gathers which rows offer the same choices.
type cellLists struct {
	list   []workbook.List
	byText map[string]int
}

// offer adds the choices of a row: kinds of no number for all, values for yes/no and grades.
func (l *cellLists) offer(ind kpi.Indicator, row int) {
	l.add(7, row, noneLabels(ind))
	switch ind.Kind {
	case kpi.KindYesNo:
		l.add(4, row, []string{yesNo(true), yesNo(false)})
	case kpi.KindGrade:
		var texts []string
		for _, g := range ind.Grades {
			texts = append(texts, gradeText(ind, g.Code))
		}
		l.add(4, row, texts)
	}
}

func (l *cellLists) add(col, row int, texts []string) {
	id := fmt.Sprint(col) + "\x00" + strings.Join(texts, "\x00")
	i, ok := l.byText[id]
	if !ok {
		i = len(l.list)
		l.byText[id] = i
		l.list = append(l.list, workbook.List{Col: col, Texts: texts})
	}
	l.list[i].Rows = append(l.list[i].Rows, row)
}

// cellsGuide is the page that explains how to fill in the other one.
func cellsGuide(title string) workbook.Grid {
	g := workbook.Grid{Name: guideSheet, Protect: true, Tall: true, Titles: []string{title, "Cách ghi mẫu này"}, Head: [][]string{{"Cột", "Cách ghi"}}, Cols: []workbook.Col{{Width: 26}, {Width: 100}}}
	for _, x := range [][2]string{
		{"Trong kỳ", "Số liệu của kỳ này. Chỉ số Có/Không và chỉ số theo mức: chọn trong danh sách. Chỉ số tỷ lệ: không ghi cột này, tỷ lệ tự tính từ tử số và mẫu số."},
		{"Tử số, Mẫu số", "Chỉ dùng cho chỉ số tỷ lệ. Ghi số thực, không ghi tỷ lệ phần trăm."},
		{"Cách ghi số", "Ghi số như trong Excel. Nếu ô là văn bản: hàng nghìn ghi 1.234, số thập phân ghi 1,5. Số có nhiều chữ số thập phân hơn quy định của chỉ số bị từ chối, hệ thống không tự làm tròn."},
		{"Công thức", "Lấy kết quả đã lưu trong tệp. Sau khi sửa công thức phải lưu tệp bằng Excel rồi mới tải lên."},
		{"Ô trống", "Giữ nguyên số đang có trên hệ thống. Muốn xóa số thì xóa trên trang nhập liệu."},
		{"Tình trạng", "Chỉ chọn khi không có số: Không phát sinh (được tính là 0), Không áp dụng (ghi lý do), Chưa có số liệu (ghi lý do và ngày dự kiến có). Khi đó để trống cột số liệu."},
		{"Ngày dự kiến có", "Ngày/tháng/năm, ví dụ 05/03/2026."},
		{"Giải trình, ghi chú", "Tối đa 1.000 ký tự. Cần có khi số liệu có cảnh báo."},
		{"Thứ tự hàng", "Sắp xếp lại, ẩn hàng hoặc lọc đều được: mỗi hàng có khóa ẩn. Không dùng mẫu của đơn vị khác hoặc kỳ khác."},
		{"Sau khi ghi xong", "Lưu tệp, mở trang Nhập liệu, chọn «Nhập từ Excel», tải tệp lên và xem trước. Số liệu chỉ được ghi khi bấm nút «Ghi», và chưa được trình duyệt cho đến khi bấm «Trình duyệt»."},
		{"Bí mật nhà nước", "Không ghi số liệu, nội dung thuộc bí mật nhà nước vào tệp này."},
	} {
		g.Rows = append(g.Rows, []workbook.Value{workbook.Text(x[0]).Bold(), workbook.Text(x[1])})
	}
	return g
}
