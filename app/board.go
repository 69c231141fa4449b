package app

import (
	"chiso/app/kpi"
	"chiso/store"
)

// Board is the progress of all units in one round.
type Board struct {
	Set    kpi.IndicatorSet
	Round  kpi.Round
	Rows   []BoardRow
	Counts map[kpi.Status]int
	Late   int         // units overdue or late
	Groups []kpi.Group // that the round asks about, in the set's order
}

// BoardRow is one unit's progress.
type BoardRow struct {
	Unit   kpi.Unit
	Sheet  kpi.Sheet
	Status kpi.Status
	Timing kpi.Timing
	Filled int
	Groups []Share        // how complete each of Board.Groups is; only Board fills it in
	Last   kpi.Reminder   // the latest reminder; only Board fills it in, its number is 0 if there was none
	Call   kpi.FocalPoint // whom to call; only Board fills it in, zero: nobody is named
}

// Board returns the progress of every unit that has a sheet in the round, in the order of unit kinds and names.
func (a *App) Board(actor kpi.Actor, set string, m kpi.Month) (Board, error) {
	var b Board
	if err := kpi.May(actor.User, kpi.SeeBoard); err != nil {
		return b, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		b = Board{Round: r, Counts: map[kpi.Status]int{}}
		if b.Set, err = tx.Set(set); err != nil {
			return err
		}
		if b.Rows, err = boardRows(tx, r, actor, nil); err != nil {
			return err
		}
		if err := a.fillGroups(tx, &b); err != nil {
			return err
		}
		if err := callList(tx, b.Rows); err != nil {
			return err
		}
		if err := lastReminders(tx, r, b.Rows); err != nil {
			return err
		}
		for _, row := range b.Rows {
			b.Counts[row.Status]++
			if row.Timing == kpi.Overdue || row.Timing == kpi.Late {
				b.Late++
			}
		}
		return nil
	})
	return b, err
}

// boardRows returns the progress of the units in the round that keep says, of all if keep is nil.
func boardRows(tx *store.Tx, r kpi.Round, actor kpi.Actor, keep func(unit string) bool) ([]BoardRow, error) {
	sheets, err := tx.Sheets(r.Set, r.Month)
	if err != nil {
		return nil, err
	}
	var rows []BoardRow
	for _, s := range sheets {
		if keep != nil && !keep(s.Unit) {
			continue
		}
		row, err := boardRow(tx, r, s, actor)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	sortUnits(rows, func(row BoardRow) kpi.Unit { return row.Unit })
	return rows, nil
}

// boardRow returns how far one sheet of the round has come.
func boardRow(tx *store.Tx, r kpi.Round, s kpi.Sheet, actor kpi.Actor) (row BoardRow, err error) {
	row = BoardRow{Sheet: s, Timing: s.Timing(s.Deadline(r), actor.At)}
	if row.Unit, err = tx.Unit(s.Unit); err != nil {
		return row, err
	}
	if row.Filled, err = tx.CountFilled(s.Set, s.Month, s.Unit); err != nil {
		return row, err
	}
	row.Status = s.Status(row.Filled, r.IsClosed())
	return row, nil
}

// Share is how much of something is done.
type Share struct{ Filled, Due int }

// fillGroups tells how complete each unit is, group by group.
func (a *App) fillGroups(tx *store.Tx, b *Board) error {
	defs, err := a.definitions(tx, b.Round.Set, b.Round.Month)
	if err != nil {
		return err
	}
	due, err := tx.RoundDue(b.Round.Set, b.Round.Month)
	if err != nil {
		return err
	}
	place := make(map[string]int, len(defs.list)) // of an indicator's group in the set
	for i, g := range defs.set.Groups {
		for _, ind := range defs.list {
			if ind.Group == g.Code {
				place[ind.Code] = i + 1
			}
		}
	}
	counts, asked := make(map[string][]Share, len(b.Rows)), make([]bool, len(defs.set.Groups)+1)
	for _, row := range b.Rows {
		count := make([]Share, len(asked))
		for _, code := range due[row.Unit.Code] {
			count[place[code]].Due++
			asked[place[code]] = true
		}
		counts[row.Unit.Code] = count
	}
	for k, err := range tx.FilledCells(b.Round.Set, b.Round.Month) {
		if err != nil {
			return err
		}
		if c := counts[k.Unit]; c != nil {
			c[place[k.Indicator]].Filled++
		}
	}
	for i, g := range defs.set.Groups {
		if !asked[i+1] {
			continue
		}
		b.Groups = append(b.Groups, g)
		for j := range b.Rows {
			b.Rows[j].Groups = append(b.Rows[j].Groups, counts[b.Rows[j].Unit.Code][i+1])
		}
	}
	return nil
}

// callList puts the officer whom the province calls into the rows: the unit's first one with a phone.
func callList(tx *store.Tx, rows []BoardRow) error {
	all, err := tx.FocalPoints("")
	if err != nil {
		return err
	}
	first := map[string]kpi.FocalPoint{}
	for _, f := range all {
		if f.Phone != "" && first[f.Unit].Phone == "" {
			first[f.Unit] = f
		}
	}
	for i := range rows {
		rows[i].Call = first[rows[i].Unit.Code]
	}
	return nil
}

// lastReminders puts the latest reminder of each unit into the rows.
func lastReminders(tx *store.Tx, r kpi.Round, rows []BoardRow) error {
	last, err := tx.LastReminders(r.Set, r.Month)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Last = last[rows[i].Unit.Code]
	}
	return nil
}
