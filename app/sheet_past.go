package app

import (
	"bytes"

	"chiso/app/kpi"
	"chiso/store"
)

// pastRounds is how many earlier rounds a cell is compared with.
const pastRounds = 12

// sheetPlace names a sheet.
type sheetPlace struct {
	set   string
	month kpi.Month
	unit  string
}

// keptPast is what the cells of a sheet held in earlier rounds. It holds until one of them changes: all of a month's work on a sheet is
// done beside the same past. It is shared and not to be changed.
type keptPast struct {
	tx    uint64            // that read it
	cells map[string][]byte // by indicator, packed
}

// maxPasts is above the number of units of any province. The past of a sheet of 300 indicators takes some 40 KB, or up to
// four times that if all of them are texts.
const maxPasts = 256

// past returns what the cells of a unit held in the rounds before m.
func (a *App) past(tx *store.Tx, set string, m kpi.Month, unit string) (keptPast, error) {
	of := sheetPlace{set, m, unit}
	kept, ok := a.pasts.get(of)
	if ok && tx.SameCells(set, m-pastRounds, m-1, kept.tx) {
		return kept, nil
	}
	cells, err := tx.SheetPast(set, m, unit, pastRounds)
	if err != nil {
		return keptPast{}, err
	}
	kept = keptPast{tx.ID(), make(map[string][]byte, len(cells))}
	var room []byte
	for code, p := range cells {
		room = p.Pack(room[:0])
		kept.cells[code] = bytes.Clone(room)
	}
	a.pasts.put(tx, of, kept, maxPasts)
	return kept, nil
}

// compare reads what the due cells of the sheet held in earlier rounds, in the unit of measure of today.
func (a *App) compare(tx *store.Tx, sh *sheet) error {
	kept, err := a.past(tx, sh.Set, sh.Month, sh.Unit)
	if err != nil {
		return err
	}
	sh.past = make(map[string]kpi.Past, len(sh.due))
	room := make([]kpi.PastValue, 0, pastRounds*len(sh.due))
	for _, ind := range sh.due {
		var p kpi.Past
		if p, room = kpi.UnpackPast(kept.cells[ind.Code], room); len(p.Values) > 0 {
			sh.past[ind.Code] = p.Since(sh.defs.since[ind.Code])
		}
	}
	return nil
}
