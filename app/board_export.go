package app

import (
	"fmt"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// ExportBoard returns the progress of all units as a workbook: state, lateness, how complete each group is, the
// steps, the latest reminder and whom to call.
func (a *App) ExportBoard(actor kpi.Actor, org, set string, m kpi.Month) (name string, data []byte, err error) {
	b, err := a.Board(actor, set, m)
	if err != nil {
		return "", nil, err
	}
	groups, counts, err := a.groupProgress(b.Round)
	if err != nil {
		return "", nil, err
	}
	title := "THEO DÕI TIẾN ĐỘ THÁNG " + m.Short()
	g := workbook.Grid{Name: "Tiến độ", Filter: true, Titles: []string{title, b.Set.Name, org + ", lập lúc " + kpi.FormatTime(actor.At)},
		Head: [][]string{{"TT", "Đơn vị", "Trạng thái", "Hạn", "Đã nhập", "Phải nhập"}}, Cols: []workbook.Col{{Width: 6}, {Width: 44}, {Width: 18}, {Width: 14}, {Width: 9}, {Width: 10}}}
	for _, group := range groups {
		g.Head[0] = append(g.Head[0], group.Code+". "+group.Name)
		g.Cols = append(g.Cols, workbook.Col{Width: 14})
	}
	g.Head[0] = append(g.Head[0], "Trình lúc", "Duyệt lúc", "Phê duyệt lúc", "Đôn đốc", "Đầu mối", "Điện thoại")
	g.Cols = append(g.Cols, workbook.Col{Width: 18}, workbook.Col{Width: 18}, workbook.Col{Width: 18}, workbook.Col{Width: 9}, workbook.Col{Width: 26}, workbook.Col{Width: 16})
	for i, row := range b.Rows {
		line := []workbook.Value{count(i + 1), workbook.Text(row.Unit.Name), workbook.Text(row.Status.Label()), workbook.Text(row.Timing.Label()), count(row.Filled), count(row.Sheet.Due)}
		for _, group := range groups {
			text := ""
			if c := counts[row.Unit.Code][group.Code]; c.due > 0 {
				text = fmt.Sprintf("%d/%d", c.filled, c.due)
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

// share is how much of something is done.
type share struct{ filled, due int }

// groupProgress returns the groups that the round asks about and how complete each unit is in them.
func (a *App) groupProgress(r kpi.Round) (groups []kpi.Group, counts map[string]map[string]share, err error) {
	counts = map[string]map[string]share{}
	err = a.store.View(func(tx *store.Tx) error {
		defs, err := a.definitions(tx, r.Set, r.Month)
		if err != nil {
			return err
		}
		due, err := tx.RoundDue(r.Set, r.Month)
		if err != nil {
			return err
		}
		asked := map[string]bool{}
		for unit, codes := range due {
			counts[unit] = map[string]share{}
			for _, code := range codes {
				group := defs.byCode[code].Group
				c := counts[unit][group]
				c.due++
				counts[unit][group], asked[group] = c, true
			}
		}
		for c, err := range tx.RoundValues(r.Set, r.Month) {
			if err != nil {
				return err
			}
			if ind := defs.byCode[c.Indicator]; counts[c.Unit] != nil && c.Filled(ind.Kind) {
				x := counts[c.Unit][ind.Group]
				x.filled++
				counts[c.Unit][ind.Group] = x
			}
		}
		for _, g := range defs.set.Groups {
			if asked[g.Code] {
				groups = append(groups, g)
			}
		}
		return nil
	})
	return groups, counts, err
}
