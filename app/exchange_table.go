package app

import (
	"cmp"
	"fmt"
	"math/big"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// A tableCopy is all that the Excel file of a round shows, read at one moment.
type tableCopy struct {
	*Table
	sheets []sheetCopy // in the order of units
}

type sheetCopy struct {
	unit  kpi.Unit
	sheet kpi.Sheet
	cells []kpi.Cell // as Rows; empty where there is none or it may not be seen
}

// ExportTable returns the consolidated table of a round as .xlsx, with the cells of each unit on a second sheet, and an
// ASCII name for the file. org is who issues it, «UBND tỉnh Đắk Lắk». People who may not see provisional figures get
// those of accepted cells only.
func (a *App) ExportTable(actor kpi.Actor, org, set string, m kpi.Month, acceptedOnly bool) (name string, data []byte, err error) {
	if !actor.IsSystem() {
		if err := kpi.May(actor.User, kpi.SeeConsolidated); err != nil {
			return "", nil, err
		}
		acceptedOnly = acceptedOnly || kpi.May(actor.User, kpi.SeeProvisional) != nil
	}
	var t tableCopy
	err = a.store.View(func(tx *store.Tx) error {
		t, err = a.copyTable(tx, set, m, acceptedOnly)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	sortUnits(t.sheets, func(s sheetCopy) kpi.Unit { return s.unit })
	doc := workbook.Doc{Title: "Bảng tổng hợp " + t.Set.Name + " – " + m.Label(), Author: org, Made: actor.At,
		Grids: []workbook.Grid{t.figureGrid(org, actor, acceptedOnly), t.unitGrid(org, acceptedOnly)}}
	data, err = doc.Bytes()
	return "Tong-hop-" + set + "-" + m.String() + ".xlsx", data, err
}

// copyTable reads the figures of a round and the cells behind them.
func (a *App) copyTable(tx *store.Tx, set string, m kpi.Month, acceptedOnly bool) (t tableCopy, err error) {
	sheets, err := tx.Sheets(set, m)
	if err != nil {
		return t, err
	}
	if t.Table, err = a.table(tx, set, m, acceptedOnly); err != nil {
		return t, err
	}
	column := make(map[string]int, len(t.Rows))
	for i, row := range t.Rows {
		column[row.Indicator.Code] = i
	}
	byUnit := make(map[string]*sheetCopy, len(sheets))
	t.sheets = make([]sheetCopy, len(sheets))
	for i, s := range sheets {
		u, err := tx.Unit(s.Unit)
		if err != nil {
			return t, err
		}
		t.sheets[i] = sheetCopy{unit: u, sheet: s, cells: make([]kpi.Cell, len(t.Rows))}
		byUnit[s.Unit] = &t.sheets[i]
	}
	var at *sheetCopy
	for c, err := range tx.RoundValues(set, m) {
		if err != nil {
			return t, err
		}
		if at == nil || at.sheet.Unit != c.Unit {
			at = byUnit[c.Unit]
		}
		if i, ok := column[c.Indicator]; ok && at != nil && (!acceptedOnly || at.sheet.Accepts(c)) {
			at.cells[i] = c
		}
	}
	return t, nil
}

// Labels of figures that may still change and of those that the province stands for.
const (
	labelProvisional = "Số liệu tạm"
	labelOfficial    = "Số liệu chính thức"
	labelOverride    = "Số do tỉnh đặt"
)

// titles are the rows above both sheets.
func (t *tableCopy) titles(org, what string, acceptedOnly bool) []string {
	state := labelProvisional
	if t.Round.IsClosed() {
		state = labelOfficial
	} else if acceptedOnly {
		state += ", chỉ tính số liệu đã phê duyệt"
	}
	return []string{cmp.Or(org, "Ủy ban nhân dân tỉnh"), what + ": " + t.Set.Name, fmt.Sprintf("Kỳ báo cáo: %s. %s. Đã phê duyệt %d/%d biểu.", t.Round.Month.Label(), state, t.Accepted, t.Units)}
}

// figureGrid is the sheet of the province's figures, group by group.
func (t *tableCopy) figureGrid(org string, actor kpi.Actor, acceptedOnly bool) workbook.Grid {
	g := workbook.Grid{Name: "Bảng tổng hợp",
		Titles: append(t.titles(org, "Bảng tổng hợp", acceptedOnly), "Thời điểm xuất: "+kpi.FormatTime(actor.At)),
		Head: [][]string{{"Mã", "Chỉ số", "ĐVT", fmt.Sprintf("Mục tiêu năm %d", t.Round.Month.Year()), t.previousHead(), "Trong kỳ", "Thay đổi",
			"Đạt mục tiêu", "Số đơn vị báo cáo", "Tổng số đơn vị", "Trạng thái", "Ghi chú"}},
		Cols: []workbook.Col{{Width: 10}, {Width: 50}, {Width: 14}, {Width: 16}, {Width: 14}, {Width: 14}, {Width: 12}, {Width: 16}, {Width: 12}, {Width: 12}, {Width: 20}, {Width: 44}},
	}
	group := ""
	for _, row := range t.Rows {
		if row.Indicator.Group != group {
			group = row.Indicator.Group
			x, _ := t.Set.Group(group)
			g.Rows = append(g.Rows, []workbook.Value{workbook.Text(group).Bold(), workbook.Text(cmp.Or(x.Name, "Nhóm "+group)).Bold()})
		}
		g.Rows = append(g.Rows, figureRow(row, t.Round))
	}
	return g
}

func (t *tableCopy) previousHead() string {
	if t.Previous == 0 {
		return "Kỳ trước"
	}
	return "Kỳ trước (" + t.Previous.Short() + ")"
}

func figureRow(row TableRow, r kpi.Round) []workbook.Value {
	ind, f, m, closed := row.Indicator, row.Figure, r.Month, r.IsClosed()
	target, change, met := workbook.Value{}, workbook.Value{}, workbook.Value{}
	switch goal, ok := ind.TargetShown(m); {
	case !ok:
	case goal.Op == kpi.OpEQ && goal.Year == m.Year() && goal.Scope == "":
		target = workbook.Number(goal.Value.V.String(), decimalsOf(goal.Value))
	default:
		target = workbook.Text(withYear(goal, m))
	}
	now := f.Official()
	var before *big.Rat
	if row.Previous != nil {
		before = row.Previous.Official()
	}
	if now != nil && before != nil && !f.Partial(*ind, closed) {
		// Of the rounded figures, so that the columns agree to the eye.
		a, _ := new(big.Rat).SetString(kpi.RoundRat(now, ind.FigureDecimals()))
		b, _ := new(big.Rat).SetString(kpi.RoundRat(before, ind.FigureDecimals()))
		change = ratValue(a.Sub(a, b), ind.FigureDecimals())
	}
	switch f.Judge(*ind, m, closed) {
	case kpi.TooFewUnits:
		met = workbook.Text("Chưa đủ đơn vị")
	case kpi.TargetMet:
		met = workbook.Text("Có")
	case kpi.TargetMissed:
		met = workbook.Text("Chưa")
	}
	state, note := labelOfficial, ""
	switch {
	case closed:
	case f.Override != nil:
		state = labelOverride
	case f.Provisional:
		state = labelProvisional
	}
	if o := f.Override; o != nil {
		note = "Số toàn tỉnh do cán bộ tổng hợp đặt: " + o.Reason
		if f.Value != nil {
			note += " (số tự tính " + kpi.FormatRat(f.Value, ind.FigureDecimals()) + ")"
		}
	}
	return []workbook.Value{workbook.Text(ind.Code), workbook.Text(ind.Name), workbook.Text(ind.FigureUnit()), target, ratValue(before, ind.FigureDecimals()),
		ratValue(now, ind.FigureDecimals()), change, met, workbook.Number(strconv.Itoa(f.Units), 0), workbook.Number(strconv.Itoa(f.Due), 0), workbook.Text(state), workbook.Text(note)}
}

// withYear shows a target, with its year when it is not that of m.
func withYear(t kpi.Target, m kpi.Month) string {
	if t.Year == m.Year() {
		return t.String()
	}
	return fmt.Sprintf("%s (năm %d)", t, t.Year)
}

// ratValue is a cell with the figure rounded as it is shown, an empty one if there is none.
func ratValue(x *big.Rat, decimals int) workbook.Value {
	if x == nil {
		return workbook.Value{}
	}
	return workbook.Number(kpi.RoundRat(x, decimals), decimals)
}

// unitGrid is the sheet with a row for each unit and a column for each indicator.
func (t *tableCopy) unitGrid(org string, acceptedOnly bool) workbook.Grid {
	g := workbook.Grid{Name: "Theo đơn vị", Titles: t.titles(org, "Số liệu theo đơn vị", acceptedOnly),
		Head: [][]string{{"Mã đơn vị", "Tên đơn vị", "Trạng thái"}, {"", "", ""}}, Cols: []workbook.Col{{Width: 12}, {Width: 40}, {Width: 18}}}
	for _, row := range t.Rows {
		g.Head[0] = append(g.Head[0], row.Indicator.Code)
		g.Head[1] = append(g.Head[1], row.Indicator.Name)
		g.Cols = append(g.Cols, workbook.Col{}) // a width for each of hundreds would double the time
	}
	for _, s := range t.sheets {
		filled := 0
		for i := range s.cells {
			if s.cells[i].Content != kpi.Empty {
				filled++
			}
		}
		status := s.sheet.Status(filled, t.Round.IsClosed()).Label()
		if acceptedOnly && s.sheet.State != kpi.Accepted {
			status = "Chưa phê duyệt"
		}
		values := make([]workbook.Value, 3, len(g.Cols))
		values[0], values[1], values[2] = workbook.Text(s.unit.Code), workbook.Text(s.unit.Name), workbook.Text(status)
		for i := range t.Rows {
			values = append(values, cellValue(t.Rows[i].Indicator, &s.cells[i]))
		}
		g.Rows = append(g.Rows, values)
	}
	return g
}

// cellValue is what a unit entered: a real number where there is one, else the text that the screen shows.
func cellValue(ind *kpi.Indicator, c *kpi.Cell) workbook.Value {
	switch {
	case c.Content == kpi.Empty:
		return workbook.Value{}
	case c.Content == kpi.HasValue && ind.Kind == kpi.KindNumber:
		_, scale := c.Value.Parts()
		return workbook.Number(c.Value.String(), max(int(scale), ind.Decimals))
	case c.Content == kpi.HasValue && ind.Kind == kpi.KindRatio:
		if x, ok := c.Number(*ind); ok {
			return ratValue(x, ind.Decimals)
		}
	}
	return workbook.Text(c.Show(*ind))
}
