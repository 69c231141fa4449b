package app

import (
	"fmt"

	"chiso/app/kpi"
	"chiso/store"
)

// Erratum is what a correction of a closed round would change.
type Erratum struct {
	Set       kpi.IndicatorSet
	Round     kpi.Round
	Changes   []kpi.Correction
	Revisions []kpi.Revision // made so far, the first one first
	Names     map[string]string
	figures   []kpi.Figure
}

// PlanErratum compares the figures that were frozen with what the accepted cells give now.
func (a *App) PlanErratum(actor kpi.Actor, set string, m kpi.Month) (e Erratum, err error) {
	if err := kpi.May(actor.User, kpi.SeeConsolidated); err != nil {
		return e, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		if e, err = a.erratum(tx, set, m); err != nil {
			return err
		}
		var people []string
		for _, r := range e.Revisions {
			people = append(people, r.Made.By)
		}
		e.Names, err = names(tx, people)
		return err
	})
	return e, err
}

// PublishErratum makes the next revision of a closed round out of what its accepted cells give now. seen is how many
// revisions the person saw.
func (a *App) PublishErratum(actor kpi.Actor, set string, m kpi.Month, seen int, reason string) error {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return err
	}
	reason, err := kpi.RequiredReason(reason, "Ghi lý do đính chính.")
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		e, err := a.erratum(tx, set, m)
		if err != nil {
			return err
		}
		switch {
		case len(e.Revisions) != seen:
			return kpi.Errorf(kpi.Conflict, "Kỳ %s vừa có bản đính chính khác. Xem lại các thay đổi rồi làm tiếp.", m.Short())
		case len(e.Changes) == 0:
			return kpi.Errorf(kpi.Conflict, "Số toàn tỉnh của kỳ %s không khác bản đã chốt; không có gì để đính chính.", m.Short())
		}
		r := e.Round
		r.Revision = len(e.Revisions) + 1
		if err := tx.PutRevision(kpi.Revision{Set: set, Month: m, Number: r.Revision, Made: kpi.Step{By: actor.User.Login, At: actor.At}, Reason: reason,
			Changes: e.Changes, Figures: len(e.figures), Dates: r.Dates}, e.figures); err != nil {
			return err
		}
		what := fmt.Sprintf("Bản %d: %d chỉ số thay đổi", r.Revision, len(e.Changes))
		return tx.PutRound(r, actor.Event(kpi.VerbCorrect, "round/"+r.ID(), "", what, reason))
	})
}

func (a *App) erratum(tx *store.Tx, set string, m kpi.Month) (e Erratum, err error) {
	if e.Round, err = tx.Round(set, m); err != nil {
		return e, err
	}
	if !e.Round.IsClosed() {
		return e, kpi.Errorf(kpi.Conflict, "Kỳ %s chưa chốt số liệu nên chưa có gì để đính chính.", m.Short())
	}
	defs, err := a.definitions(tx, set, m)
	if err != nil {
		return e, err
	}
	e.Set = defs.set
	if e.Revisions, err = tx.Revisions(set, m); err != nil {
		return e, err
	}
	before, err := tx.Figures(set, m)
	if err != nil {
		return e, err
	}
	if e.figures, err = a.consolidate(tx, e.Round, "", true); err != nil {
		return e, err
	}
	for _, f := range e.figures {
		ind, old := defs.of(f.Indicator), before[f.Indicator]
		if !kpi.SameFigure(old, f) {
			e.Changes = append(e.Changes, kpi.Correction{Indicator: ind.Code, Name: ind.Name, Old: old.Trace(*ind), New: f.Trace(*ind)})
		}
	}
	return e, e.addUnits(tx, defs)
}

// addUnits notes with each change which units have said something else since the last revision.
func (e *Erratum) addUnits(tx *store.Tx, defs *definitions) error {
	if len(e.Changes) == 0 {
		return nil
	}
	sheets, err := tx.Sheets(e.Set.Code, e.Round.Month)
	if err != nil {
		return err
	}
	since := e.Revisions[len(e.Revisions)-1].Made.At
	for i := range e.Changes {
		change := &e.Changes[i]
		for _, s := range sheets {
			if s.State != kpi.Accepted {
				continue
			}
			c, err := tx.Cell(kpi.CellKey{Set: s.Set, Month: s.Month, Unit: s.Unit, Indicator: change.Indicator})
			if err != nil {
				return err
			}
			if !c.At.After(since) {
				continue
			}
			then, now, err := cellSince(tx, *defs.of(change.Indicator), c, since)
			if err != nil {
				return err
			}
			if then == now {
				continue
			}
			unit, err := tx.Unit(s.Unit)
			if err != nil {
				return err
			}
			change.Units = append(change.Units, kpi.UnitCorrection{Unit: unit.Name, Old: then, New: now})
		}
	}
	return nil
}
