package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// CellsChoice is what somebody has decided about a plan that they have seen.
type CellsChoice struct {
	Digest string   // of the plan
	Skip   bool     // rows that cannot be written are left out
	Take   []string // codes of conflicts in which the file is right; in the others the stored value stays
}

// WriteCells writes what PlanCells has shown, all of it in one transaction or nothing, and returns how many cells. It
// fails with Conflict, and the plan as it is now, if anything that the plan tells has changed meanwhile, and with
// Invalid if rows cannot be written and nobody has let them go. The sheet is not submitted by it.
func (a *App) WriteCells(actor kpi.Actor, set string, m kpi.Month, unit string, f CellsFile, choice CellsChoice) (CellsPlan, int, error) {
	var p CellsPlan
	file, err := a.readCellsFile(actor, unit, f)
	if err != nil {
		return p, 0, err
	}
	var written []CellsLine
	err = a.store.Update(func(tx *store.Tx) error {
		written = nil // the closure may run twice
		if p, err = a.planCells(tx, actor, set, m, unit, file); err != nil {
			return err
		}
		if err := p.allows(choice); err != nil {
			return err
		}
		for _, l := range p.Lines {
			if !l.Outcome.Writes() && !(l.Outcome == CellsConflict && slices.Contains(choice.Take, l.Code)) {
				continue
			}
			if err := l.put(tx, actor, f.Name); err != nil {
				return err
			}
			written = append(written, l)
		}
		if len(written) == 0 {
			return kpi.Errorf(kpi.Invalid, "Không có ô nào để ghi: mọi dòng của tệp đã giống số đang có, hoặc được bỏ qua.")
		}
		return nil
	})
	if err != nil {
		return p, 0, err
	}
	p.Undo = a.keepUndo(actor, undoName(set, m, unit), written)
	return p, len(written), nil
}

// allows returns why the plan may not be carried out on this choice, or nil.
func (p *CellsPlan) allows(c CellsChoice) error {
	fault := func(kind kpi.ErrorKind, field, format string, args ...any) error {
		e := kpi.Errorf(kind, format, args...)
		e.Fields = map[string]string{field: e.Msg}
		return e
	}
	switch {
	case c.Digest != p.Digest:
		return kpi.Errorf(kpi.Conflict, "Biểu đã thay đổi sau khi xem trước nên chưa ghi gì. Dưới đây là kết quả đối chiếu mới; xem lại rồi bấm ghi.")
	case !p.Decided:
		return fault(kpi.Invalid, "style", "Chưa rõ dấu thập phân của tệp. Chọn 1.234,5 hoặc 1,234.5 rồi ghi.")
	case p.Stopped() > 0 && !c.Skip:
		return fault(kpi.Invalid, "skip", "Chưa ghi gì: còn %d dòng không ghi được. Sửa các dòng đó trong tệp rồi tải lại, hoặc đánh dấu bỏ qua.", p.Stopped())
	}
	return nil
}

// put writes the row's cell.
func (l *CellsLine) put(tx *store.Tx, actor kpi.Actor, file string) error {
	c := l.cell
	c.Version++
	c.By, c.At, c.Definition = actor.User.Login, actor.At, l.ind.From
	if !kpi.SameValue(l.old, c) {
		c.Source = kpi.FromExcel
	}
	return tx.PutCell(c, actor.Event(kpi.VerbSave, "cell/"+c.ID(), l.Old, l.New, kpi.FromExcel.Label()+": "+kpi.Clip(uploadName(file), 120)))
}
