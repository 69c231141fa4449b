package workbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// listSheet is the hidden sheet of choices that are too long to stand in the validation itself.
const listSheet = "Danh mục chọn"

// page sets what surrounds the rows: A4 landscape as wide as the paper, headings on every page, page numbers,
// frozen headings, filter, protection.
func (w *writer) page(name string, g *Grid) error {
	a4, landscape, fit, width, height := 9, "landscape", true, 1, 0
	if len(g.Head) > 0 {
		if err := w.headings(name, g); err != nil {
			return err
		}
	}
	// After headings, whose filter would undo it.
	if err := w.f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := w.f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &width, FitToHeight: &height}); err != nil {
		return err
	}
	cm := func(n float64) *float64 { n /= 2.54; return &n }
	margins := &excelize.PageLayoutMarginsOptions{Left: cm(2), Right: cm(1.5), Top: cm(2), Bottom: cm(2), Header: cm(1), Footer: cm(1)}
	if err := w.f.SetPageMargins(name, margins); err != nil {
		return err
	}
	if err := w.f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&C&P/&N"}); err != nil {
		return err
	}
	if g.Protect {
		return w.f.ProtectSheet(name, &excelize.SheetProtectionOptions{
			AutoFilter: true, FormatColumns: true, FormatRows: true, SelectLockedCells: true, SelectUnlockedCells: true, Sort: true,
		})
	}
	return nil
}

// headings keeps the heading rows in sight: on the screen, on each printed page and under the filter's arrows.
func (w *writer) headings(name string, g *Grid) error {
	first, quoted := g.firstRow(), "'"+strings.ReplaceAll(name, "'", "''")+"'"
	err := w.f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: first - 1, TopLeftCell: "A" + strconv.Itoa(first), ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	err = w.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted, g.headRow(), first-1), Scope: name,
	})
	if err != nil || !g.Filter {
		return err
	}
	last := columnName(len(g.Cols)-1) + strconv.Itoa(max(first-1, first-1+len(g.Rows)))
	return w.f.AutoFilter(name, fmt.Sprintf("A%d:%s", first-1, last), nil)
}

// height returns the height of a row of which a text takes several lines.
func (g *Grid) height(values []Value) []excelize.RowOpts {
	const line = 15.75 // points
	most := 1
	for col, v := range values {
		width := int(g.Cols[col].Width)
		if !g.Tall || v.kind != text || width == 0 || g.Cols[col].Hidden {
			continue
		}
		lines := 0
		for part := range strings.SplitSeq(v.text, "\n") {
			lines += 1 + max(0, utf8.RuneCountInString(part)-1)/width
		}
		most = max(most, lines)
	}
	if most == 1 {
		return nil
	}
	return []excelize.RowOpts{{Height: min(float64(most)*line+2, excelize.MaxRowHeight)}}
}

// columns sets widths, hidden columns and the lists of choices, from the last to the first: the library lists
// the column set last in front.
func (w *writer) columns(name string, g *Grid, sw *excelize.StreamWriter) error {
	for i, c := range slices.Backward(g.Cols) {
		if c.Width > 0 {
			if err := sw.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
		if c.Hidden {
			if err := sw.SetColVisible(i+1, i+1, false); err != nil {
				return err
			}
		}
		if len(c.Choice) == 0 || len(g.Rows) == 0 {
			continue
		}
		letters := columnName(i)
		if err := w.offer(name, fmt.Sprintf("%s%d:%s%d", letters, g.firstRow(), letters, g.firstRow()+len(g.Rows)-1), c.Choice); err != nil {
			return err
		}
	}
	for _, l := range g.Lists {
		if err := w.offer(name, g.cells(l), l.Texts); err != nil {
			return err
		}
	}
	return nil
}

// cells returns the addresses of a list's cells, neighbours as a range.
func (g *Grid) cells(l List) string {
	var areas []string
	for i := 0; i < len(l.Rows); {
		first := i
		for i++; i < len(l.Rows) && l.Rows[i] == l.Rows[i-1]+1; i++ {
		}
		area := Address(g.firstRow()-1+l.Rows[first], l.Col)
		if last := l.Rows[i-1]; last > l.Rows[first] {
			area += ":" + Address(g.firstRow()-1+last, l.Col)
		}
		areas = append(areas, area)
	}
	return strings.Join(areas, " ")
}

// offer lets only the texts be entered in the cells.
func (w *writer) offer(name, cells string, texts []string) error {
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(cells)
	dv.SetError(excelize.DataValidationErrorStyleStop, "Giá trị không có trong danh sách", "Chọn một giá trị trong danh sách.")
	if err := w.choice(dv, texts); err != nil {
		return err
	}
	return w.f.AddDataValidation(name, dv)
}

// choice puts a short list into the validation and a long one, or one with commas, on the sheet of choices.
func (w *writer) choice(dv *excelize.DataValidation, texts []string) error {
	all := strings.Join(texts, ",")
	if len(utf16.Encode([]rune(all))) <= excelize.MaxFieldLength && strings.Count(all, ",") == len(texts)-1 && !strings.HasPrefix(all, "=") {
		return dv.SetDropList(texts)
	}
	letters := columnName(len(w.list))
	w.list = append(w.list, texts)
	dv.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", listSheet, letters, letters, len(texts)))
	return nil
}

// lists writes the hidden sheet of choices, if there are any.
func (w *writer) lists() error {
	if len(w.list) == 0 {
		return nil
	}
	if _, err := w.f.NewSheet(listSheet); err != nil {
		return err
	}
	for col, texts := range w.list {
		for row, text := range texts {
			if err := w.f.SetCellStr(listSheet, Address(row, col), text); err != nil {
				return err
			}
		}
	}
	return w.f.SetSheetVisible(listSheet, false)
}
