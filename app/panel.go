package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// What the panel beside a sheet shows at most.
const (
	panelEvents = 5
	panelOthers = 100 // evidences of the unit that can be used again
)

// Panel is what stands beside a cell while somebody works on it.
type Panel struct {
	Round     kpi.Round
	Unit      kpi.Unit
	Indicator kpi.Indicator
	Cell      kpi.Cell
	Past      []kpi.Cell // of earlier rounds, the most recent first, at most pastRounds
	Since     kpi.Month  // from when they are in today's unit of measure
	Issues    []kpi.Issue
	Locked    error // why the actor cannot change the cell; nil if they can
	Proofs    []Proof
	Others    []kpi.Evidence // evidences of the unit that can be attached as well, the latest month first
	Events    []kpi.Event    // of the cell, the newest first
	Names     map[string]string
}

// Panel returns what is known of a cell, for those who may see its sheet.
func (a *App) Panel(actor kpi.Actor, k kpi.CellKey) (Panel, error) {
	var p Panel
	if err := kpi.MaySeeUnit(actor.User, k.Unit); err != nil {
		return p, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		sh, err := a.readAround(tx, k)
		if err != nil {
			return err
		}
		p = Panel{Round: sh.round, Unit: sh.unit, Indicator: *sh.defs.of(k.Indicator), Cell: sh.cells[k.Indicator], Since: sh.defs.since[k.Indicator]}
		if p.Past, err = tx.PastCells(k, pastRounds); err != nil {
			return err
		}
		for _, i := range sh.issues() {
			if i.Indicator == k.Indicator {
				p.Issues = append(p.Issues, i)
			}
		}
		if p.Locked = sh.enterable(actor); p.Locked == nil {
			p.Locked = kpi.Editable(sh.Sheet, p.Cell)
		}
		attached, err := tx.Attachments(k)
		if err != nil {
			return err
		}
		if p.Proofs, err = proofs(tx, k.Unit, attached); err != nil {
			return err
		}
		if p.Locked == nil {
			if p.Others, err = tx.LatestEvidence(k.Unit, panelOthers); err != nil {
				return err
			}
			p.Others = slices.DeleteFunc(p.Others, func(e kpi.Evidence) bool {
				return slices.ContainsFunc(attached, func(at kpi.Attachment) bool { return at.Evidence == e.ID })
			})
		}
		if p.Events, err = history(tx, "cell/"+k.ID()); err != nil {
			return err
		}
		p.Events = p.Events[:min(len(p.Events), panelEvents)]
		p.Names, err = names(tx, append(proofPeople(p.Proofs), eventPeople(p.Events, p.Cell.By)...))
		return err
	})
	return p, err
}

// readAround is readSheet for one cell and those that share a check with it.
func (a *App) readAround(tx *store.Tx, k kpi.CellKey) (*sheet, error) {
	round, err := tx.Round(k.Set, k.Month)
	if err != nil {
		return nil, err
	}
	s, err := tx.Sheet(k.Set, k.Month, k.Unit)
	if err != nil {
		return nil, err
	}
	defs, err := a.definitions(tx, k.Set, k.Month)
	if err != nil {
		return nil, err
	}
	sh, err := a.readCells(tx, defs, k.Set, k.Month, k.Unit, affected(defs.set.Checks, []CellSave{{Indicator: k.Indicator}}))
	if err != nil {
		return nil, err
	}
	if _, due := sh.cells[k.Indicator]; !due {
		return nil, kpi.Errorf(kpi.NotFound, "Chỉ số %s không có trong biểu này.", kpi.Clip(k.Indicator, 32))
	}
	sh.Sheet, sh.round = s, round
	sh.unit, err = tx.Unit(k.Unit)
	return sh, err
}
