package app

import (
	"encoding/json"
	"fmt"
	"strings"

	"chiso/app/kpi"
	"chiso/store"
)

// undoneCell is what a cell held before an upload changed it.
type undoneCell struct {
	Cell     kpi.Cell // its Version is the one that the upload has written
	Was, Now string   // before and after the upload, as a person reads them
}

// undoName is the name under which the cells before an upload are staged.
func undoName(set string, m kpi.Month, unit string) string {
	return "hoan-tac " + set + " " + m.String() + " " + unit
}

// keepUndo stages what the written lines held before, and returns the id that UndoCells takes. Where that fails the
// upload stands all the same; it cannot be undone in one step then, and the id is "".
func (a *App) keepUndo(actor kpi.Actor, name string, lines []CellsLine) string {
	var cells []undoneCell
	for _, l := range lines {
		before := l.old
		before.CellKey, before.Version = l.cell.CellKey, l.cell.Version+1
		cells = append(cells, undoneCell{before, l.Old, l.New})
	}
	data, err := json.Marshal(cells)
	id := ""
	if err == nil {
		id, err = a.StageUpload(actor, name, data)
	}
	if err != nil {
		a.log.Warn("upload cannot be undone", "err", err)
	}
	return id
}

// UndoCells puts back what the cells of an upload held before it and returns how many: all of them, or none if one
// has been changed since (Conflict) or the sheet takes no changes. id is CellsPlan.Undo, good for the same person for
// an hour.
func (a *App) UndoCells(actor kpi.Actor, set string, m kpi.Month, unit, id string) (int, error) {
	name, data, err := a.Staged(actor, id)
	if err != nil || name != undoName(set, m, unit) {
		return 0, kpi.Errorf(kpi.NotFound, "Không hoàn tác được nữa: đã quá một giờ hoặc lần nhập này đã được hoàn tác. Sửa từng ô trong biểu.")
	}
	var cells []undoneCell
	if err := json.Unmarshal(data, &cells); err != nil {
		return 0, fmt.Errorf("read what was before an upload: %w", err)
	}
	err = a.store.Update(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		if err := sh.enterable(actor); err != nil {
			return err
		}
		var changed []string
		for _, c := range cells {
			if sh.cells[c.Cell.Indicator].Version != c.Cell.Version {
				changed = append(changed, c.Cell.Indicator)
			}
		}
		if len(changed) > 0 {
			return kpi.Errorf(kpi.Conflict, "Chưa hoàn tác ô nào: %d ô đã được sửa sau khi nhập từ Excel (%s). Sửa từng ô trong biểu.",
				len(changed), kpi.Clip(strings.Join(changed, ", "), 80))
		}
		for _, c := range cells {
			if err := kpi.Editable(sh.Sheet, sh.cells[c.Cell.Indicator]); err != nil {
				return err
			}
			c.Cell.Version++
			c.Cell.By, c.Cell.At = actor.User.Login, actor.At
			if err := tx.PutCell(c.Cell, actor.Event(kpi.VerbSave, "cell/"+c.Cell.ID(), c.Now, c.Was, "Hoàn tác nhập từ Excel")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(cells), a.DropUpload(actor, id)
}
