package app

import (
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

// keptPast is what the cells of a sheet held in earlier rounds, by indicator. It holds until one of them changes: all of a month's
// work on a sheet is done beside the same past. It is shared and not to be changed.
type keptPast struct {
	tx    uint64 // that read it
	cells map[string]kpi.Past
}

// maxPasts is above the number of units of any province. The past of a sheet of 300 indicators takes up to 120 KB.
const maxPasts = 256

// past returns what the cells of a unit held in the rounds before m, by indicator.
func (a *App) past(tx *store.Tx, set string, m kpi.Month, unit string) (map[string]kpi.Past, error) {
	of := sheetPlace{set, m, unit}
	if kept, ok := a.pasts.get(of); ok && tx.Same(set, m-pastRounds, m-1, kept.tx) {
		return kept.cells, nil
	}
	cells, err := tx.SheetPast(set, m, unit, pastRounds)
	if err == nil {
		a.pasts.put(tx, of, keptPast{tx.ID(), cells}, maxPasts)
	}
	return cells, err
}

// pastOf returns what a cell of the sheet held in earlier rounds, in the unit of measure of today.
func (sh *sheet) pastOf(code string) kpi.Past {
	p := sh.past[code]
	if from, ok := sh.defs.since[code]; ok {
		p = p.Since(from)
	}
	return p
}
