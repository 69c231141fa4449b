package app

import (
	"fmt"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
)

// ExportBoard returns the progress of all units as a workbook: state, lateness, how complete each group is, the
// steps, the latest reminder and whom to call.
func (a *App) ExportBoard(actor kpi.Actor, org, set string, m kpi.Month) (name string, data []byte, err error) {
	b, err := a.Board(actor, set, m)
	if err != nil {
		return "", nil, err
	}
	title := "THEO DÕI TIẾN ĐỘ THÁNG " + m.Short()
	g := workbook.Grid{Name: "Tiến độ", Filter: true, Titles: []string{title, b.Set.Name, org + ", lập lúc " + kpi.FormatTime(actor.At)},
		Head: [][]string{{"TT", "Đơn vị", "Trạng thái", "Hạn", "Đã nhập", "Phải nhập"}}, Cols: []workbook.Col{{Width: 6}, {Width: 44}, {Width: 18}, {Width: 14}, {Width: 9}, {Width: 10}}}
	for _, group := range b.Groups {
		g.Head[0] = append(g.Head[0], group.Code+". "+group.Name)
		g.Cols = append(g.Cols, workbook.Col{Width: 14})
	}
	g.Head[0] = append(g.Head[0], "Trình lúc", "Duyệt lúc", "Phê duyệt lúc", "Đôn đốc", "Đầu mối", "Điện thoại")
	g.Cols = append(g.Cols, workbook.Col{Width: 18}, workbook.Col{Width: 18}, workbook.Col{Width: 18}, workbook.Col{Width: 9}, workbook.Col{Width: 26}, workbook.Col{Width: 16})
	for i, row := range b.Rows {
		line := []workbook.Value{count(i + 1), workbook.Text(row.Unit.Name), workbook.Text(row.Status.Label()), workbook.Text(row.Timing.Label()), count(row.Filled), count(row.Sheet.Due)}
		for _, c := range row.Groups {
			text := ""
			if c.Due > 0 {
				text = fmt.Sprintf("%d/%d", c.Filled, c.Due)
			}
			line = append(line, workbook.Text(text))
		}
		for _, step := range []kpi.Step{row.Sheet.Submit, row.Sheet.Approve, row.Sheet.Accept} {
			at := ""
			if !step.At.IsZero() {
				at = kpi.FormatTime(step.At)
			}
			line = append(line, workbook.Text(at))
		}
		g.Rows = append(g.Rows, append(line, count(row.Last.Number), workbook.Text(row.Call.Name), workbook.Text(row.Call.Phone)))
	}
	book := workbook.Doc{Title: title, Author: org, Made: actor.At, Grids: []workbook.Grid{g}}
	if data, err = book.Bytes(); err != nil {
		return "", nil, fmt.Errorf("write progress of %s: %w", b.Round.ID(), err)
	}
	return "tien-do-" + set + "-" + m.String() + ".xlsx", data, nil
}

func count(n int) workbook.Value { return workbook.Number(strconv.Itoa(n), 0) }
