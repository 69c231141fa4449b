package app

import (
	"cmp"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// maxHistory bounds how many events a history shows.
const maxHistory = 200

// Trail is a cell with everything that happened to it.
type Trail struct {
	Set       kpi.IndicatorSet
	Round     kpi.Round
	Unit      kpi.Unit
	Indicator kpi.Indicator
	Cell      kpi.Cell
	Past      []kpi.Cell  // of earlier rounds, the most recent first, at most pastRounds; empty for another unit's cell
	Proofs    []Proof     // empty for another unit's cell
	SeesSheet bool        // the actor may open the whole sheet
	Events    []kpi.Event // of the cell and of its sheet, the newest first; of another unit's only that it was accepted
	Names     map[string]string
}

// Trail returns the history of a cell.
func (a *App) Trail(actor kpi.Actor, k kpi.CellKey) (Trail, error) {
	var t Trail
	if err := kpi.May(actor.User, kpi.SeeSheets); err != nil {
		return t, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, k.Set, k.Month, k.Unit)
		if err != nil {
			return err
		}
		c, ok := sh.cells[k.Indicator]
		if !ok {
			return kpi.Errorf(kpi.NotFound, "Chỉ số %s không có trong biểu này.", kpi.Clip(k.Indicator, 32))
		}
		denied := kpi.MaySeeUnit(actor.User, k.Unit)
		if denied != nil && !sh.Accepts(c) {
			return denied
		}
		t = Trail{Set: sh.defs.set, Round: sh.round, Unit: sh.unit, Indicator: *sh.defs.of(k.Indicator), Cell: c, SeesSheet: denied == nil}
		if t.SeesSheet {
			if t.Past, err = tx.PastCells(k, pastRounds); err != nil {
				return err
			}
			if t.Proofs, err = proofs(tx, k.Unit, sh.proof[k.Indicator]); err != nil {
				return err
			}
		}
		if t.Events, err = history(tx, "cell/"+k.ID(), "sheet/"+sh.ID()); err != nil {
			return err
		}
		if !t.SeesSheet {
			t.Events = slices.DeleteFunc(t.Events, func(ev kpi.Event) bool { return ev.Verb != kpi.VerbAccept })
		}
		t.Names, err = names(tx, append(proofPeople(t.Proofs), eventPeople(t.Events, c.By)...))
		return err
	})
	return t, err
}

// Change is a step that was taken with an indicator; what one step gave to many units, or took from them, is one Change.
type Change struct {
	kpi.Event
	Units int // units that an assignment names
}

// IndicatorHistory returns what happened to an indicator, the newest first.
func (a *App) IndicatorHistory(actor kpi.Actor, set, code string) (changes []Change, people map[string]string, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return nil, nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		changes = nil
		var who []string
		for ev, err := range tx.History("indicator/" + set + "/" + code) {
			if err != nil {
				return err
			}
			n := len(changes)
			if ev.Verb == kpi.VerbAssign && n > 0 && changes[n-1].Verb == ev.Verb && changes[n-1].At.Equal(ev.At) && changes[n-1].By == ev.By && (changes[n-1].Old == "") == (ev.Old == "") {
				changes[n-1].Units++
				continue
			}
			if n == maxHistory {
				break
			}
			changes, who = append(changes, Change{ev, 1}), append(who, ev.By)
		}
		people, err = names(tx, who)
		return err
	})
	return changes, people, err
}

// history merges the events of the objects, the newest first.
func history(tx *store.Tx, objects ...string) ([]kpi.Event, error) {
	var all []kpi.Event
	for _, o := range objects {
		n := 0
		for ev, err := range tx.History(o) {
			if err != nil {
				return nil, err
			}
			all = append(all, ev)
			if n++; n == maxHistory {
				break
			}
		}
	}
	slices.SortStableFunc(all, func(x, y kpi.Event) int { return cmp.Compare(y.Seq, x.Seq) })
	return all, nil
}

func eventPeople(events []kpi.Event, more ...string) []string {
	for _, ev := range events {
		more = append(more, ev.By)
	}
	return more
}
