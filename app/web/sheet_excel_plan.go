package web

import (
	"fmt"
	"net/url"

	"chiso/app"
	"chiso/app/kpi"
)

// excelPlanView is the second step: what would happen to each row of the file.
type excelPlanView struct {
	page
	Unit, Month, Base string
	File, Tab         string
	Rows              int
	Summary           string
	Notes             []string
	Decimals          []outcomeChip // the two ways to read decimals; none where it does not matter
	Ask               string        // asks for one of them
	Conflicts         []excelConflict
	Chips             []outcomeChip
	Lines             []importRow
	Pager             pager
	Stopped           int
	Ready             bool // there is something to write
	Button            string
	Hidden            []hiddenField
	Back              string
}

// excelConflict is a cell that somebody changed after the template was made.
type excelConflict struct {
	ID, Code, Name string
	Theirs, Mine   string
}

func excelFilters() []outcomeFilter[app.CellsLine] {
	is := func(o app.CellsOutcome) func(app.CellsLine) bool {
		return func(l app.CellsLine) bool { return l.Outcome == o }
	}
	return []outcomeFilter[app.CellsLine]{
		{"loi", "Lỗi", "alert-circle", is(app.CellsRefused)},
		{"khong-thay", "Không tìm thấy mã", "search", is(app.CellsUnknown)},
		{"khoa", "Đã khóa", "lock", is(app.CellsLocked)},
		{"xung-dot", "Sửa sau khi tải mẫu", "arrows-diff", is(app.CellsConflict)},
		{"ghi-de", "Ghi đè khác số đang có", "alert-triangle", func(l app.CellsLine) bool { return l.Overwrites && l.Outcome == app.CellsChanged }},
		{"luu-y", "Lưu ý", "info-circle", func(l app.CellsLine) bool { return len(l.Flags) > 0 }},
		{"ghi", "Sẽ ghi", "check", func(l app.CellsLine) bool { return l.Outcome.Writes() }},
		{"khong-doi", "Không đổi", "minus", is(app.CellsSame)},
		{"", "Tất cả", "list-details", func(app.CellsLine) bool { return true }},
	}
}

// excelPreview shows a staged file.
func (s *Server) excelPreview(r *request, k sheetKey, c excelChoice) error {
	f, err := s.excelFile(r, c)
	if err != nil {
		return s.excelRefused(r, k, err)
	}
	plan, err := s.App.PlanCells(r.actor, k.Set, k.Month, k.Unit, f)
	if err != nil {
		return s.excelRefused(r, k, err)
	}
	return s.renderExcelPlan(r, k, c, plan, nil)
}

// renderExcelPlan shows the second step; failed is why the file was not written.
func (s *Server) renderExcelPlan(r *request, k sheetKey, c excelChoice, plan app.CellsPlan, failed error) error {
	unit := s.App.UnitName(k.Unit)
	v := excelPlanView{page: s.excelPage(r, k, unit, "Xem trước tệp Excel"), Unit: unit, Month: k.Month.Short(), Base: k.String(), File: plan.File, Tab: plan.Tab,
		Rows: len(plan.Lines), Notes: plan.Notes, Stopped: plan.Stopped(), Back: k.path() + "/excel"}
	if failed != nil {
		v.Errors = errorsOf(failed)
		r.Status(statusOf(failed))
	}
	v.Summary = fmt.Sprintf("Khớp %s; sẽ ghi %s, không đổi %s. Chưa có gì được ghi cho đến khi bấm nút «Ghi» ở cuối trang.",
		countOf(plan.Matched(), "dòng"), countOf(plan.Writes(), "ô"), countOf(plan.Counts[app.CellsSame], "dòng"))
	for _, l := range plan.Lines {
		if l.Outcome == app.CellsConflict {
			v.Conflicts = append(v.Conflicts, excelConflict{ID: domID(l.Code), Code: l.Code, Name: l.Name, Mine: l.New,
				Theirs: fmt.Sprintf("%s (%s ghi lúc %s)", l.Old, l.By, kpi.FormatTime(l.At))})
		}
	}
	v.Button = "Ghi " + countOf(plan.Writes(), "ô") + " vào biểu"
	if len(v.Conflicts) > 0 {
		v.Button = "Ghi " + countOf(plan.Writes(), "ô") + " và các ô đã chọn"
	}
	params := url.Values{"tep": {c.id}}
	v.offerStyles(plan, c, params)
	if c.style != "" {
		params.Set("kieu", c.style)
	}
	v.Hidden = []hiddenField{{"tep", c.id}, {"kieu", c.style}, {"xem", plan.Digest}}
	v.Ready = v.Ask == "" && plan.Writes()+len(v.Conflicts) > 0
	first := ""
	if plan.Counts[app.CellsRefused] > 0 {
		first = "loi"
	}
	rows, chips := filterRows(r, v.Back, params, excelFilters(), plan.Lines, first, excelRowOf)
	v.Chips = chips
	v.Lines, v.Pager = paged(rows, r.Query("trang"), previewSize, v.Back, params)
	return r.Render("sheet/excel_preview", v)
}

// offerStyles offers both ways to read decimals where they differ, and asks for one if the file does not tell.
func (v *excelPlanView) offerStyles(plan app.CellsPlan, c excelChoice, params url.Values) {
	if plan.Doubt == 0 && plan.Style == kpi.StyleVN && c.style == "" {
		return
	}
	link := func(label, style string, current bool) {
		params.Set("kieu", style)
		v.Decimals = append(v.Decimals, outcomeChip{Label: label, Icon: "percentage", URL: withParams(v.Back, params), Current: current})
		params.Del("kieu")
	}
	link("1.234,5", "vn", plan.Decided && plan.Style == kpi.StyleVN)
	link("1,234.5", "en", plan.Decided && plan.Style == kpi.StyleEN)
	if !plan.Decided {
		v.Ask = fmt.Sprintf("Tệp có %s như «1.234» mà chưa rõ là hàng nghìn hay số thập phân. Chọn cách ghi số của tệp rồi xem lại.", countOf(plan.Doubt, "ô chữ"))
	}
}

// excelRowOf words one row of the file.
func excelRowOf(l app.CellsLine) importRow {
	row := importRow{Place: fmt.Sprint(l.Row), Code: l.Code, Name: l.Name, Text: l.Text, Flags: l.Flags}
	if l.Column != "" {
		row.Place = fmt.Sprintf("ô %s%d", l.Column, l.Row)
	}
	read := func() {
		if l.Read != "" {
			row.Text = "«" + l.Read + "» – " + l.Text
		}
	}
	switch l.Outcome {
	case app.CellsNew:
		row.Badge, row.Icon, row.Word, row.Text = "badge-ok", "plus", "Ghi mới", l.New
	case app.CellsChanged:
		row.Badge, row.Icon, row.Word, row.Text = "badge-info", "arrows-diff", "Thay đổi", "«"+l.Old+"» → «"+l.New+"»"
		if l.Overwrites {
			row.Class, row.Badge, row.Icon, row.Word = "row-warn", "badge-warn", "alert-triangle", "Ghi đè"
		}
	case app.CellsConflict:
		row.Class, row.Badge, row.Icon, row.Word = "row-warn", "badge-warn", "arrows-diff", "Sửa sau khi tải mẫu"
		row.Text = fmt.Sprintf("Đang có «%s» (%s, %s), trong tệp «%s»", l.Old, l.By, kpi.FormatTime(l.At), l.New)
	case app.CellsRefused:
		row.Class, row.Badge, row.Icon, row.Word = "row-bad", "badge-bad", "alert-circle", "Lỗi"
		read()
	case app.CellsUnknown:
		row.Class, row.Badge, row.Icon, row.Word = "row-bad", "badge-bad", "search", "Không tìm thấy mã"
		read()
	case app.CellsLocked:
		row.Class, row.Badge, row.Icon, row.Word = "row-bad", "badge-bad", "lock", "Đã khóa"
		read()
	default:
		row.Icon, row.Word, row.Text = "minus", "Không đổi", l.Old
	}
	return row
}
