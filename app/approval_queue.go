package app

import (
	"cmp"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Queue is a part of the list of sheets that wait for a person's decision.
type Queue struct {
	Sheets []Waiting
	Total  int            // sheets of the chosen block
	Blocks map[string]int // sheets by kpi.UnitKind.Block, whatever block was chosen
	Sets   int            // sets that the sheets of all blocks belong to
}

// Waiting is one sheet that waits for the actor.
type Waiting struct {
	Set      kpi.IndicatorSet
	Round    kpi.Round
	Unit     kpi.Unit
	Sheet    kpi.Sheet
	Step     kpi.Step // that brought the sheet here: its submission, or the unit's approval
	Action   kpi.Action
	Status   kpi.Status
	Timing   kpi.Timing
	By       string // name of who took Step
	Filled   int
	Warnings int   // cells with a warning
	Refusal  error // why the actor cannot take Action all the same; nil if they can
}

// Queue returns the sheets of all open rounds on which the actor may decide, the one that waits longest first: those
// of the block, "" for all, from position from, at most n.
func (a *App) Queue(actor kpi.Actor, block string, from, n int) (Queue, error) {
	q := Queue{}
	if err := kpi.May(actor.User, kpi.SeeQueue); err != nil {
		return q, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		all, err := waiting(tx, actor)
		if err != nil {
			return err
		}
		q = Queue{Blocks: map[string]int{}}
		sets := map[string]bool{}
		for _, w := range all {
			q.Blocks[w.Unit.Kind.Block()]++
			sets[w.Set.Code] = true
		}
		q.Sets = len(sets)
		list := ofBlock(all, block)
		q.Total = len(list)
		from = min(max(from, 0), len(list))
		q.Sheets = list[from:min(from+n, len(list))]
		for i := range q.Sheets {
			if err := a.fillWaiting(tx, actor, &q.Sheets[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return q, err
}

// NextWaiting returns the sheet of the block that stands in the actor's Queue after the given one, which itself need
// not wait any more; ok is false at the end. Only Set, Round, Unit, Sheet and Step are filled in.
func (a *App) NextWaiting(actor kpi.Actor, block string, id SheetID) (next Waiting, ok bool, err error) {
	if err := kpi.May(actor.User, kpi.SeeQueue); err != nil {
		return next, false, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		s, err := tx.Sheet(id.Set, id.Month, id.Unit)
		if err != nil {
			return err
		}
		all, err := waiting(tx, actor)
		if err != nil {
			return err
		}
		this := Waiting{Sheet: s, Step: s.Approve}
		if s.Approve.At.Before(s.Submit.At) { // it has not been approved since it was submitted
			this.Step = s.Submit
		}
		for _, w := range ofBlock(all, block) {
			if longer(this, w) < 0 {
				next, ok = w, true
				return nil
			}
		}
		return nil
	})
	return next, ok, err
}

// waiting returns the sheets of open rounds that stand before the actor, the one that waits longest first.
func waiting(tx *store.Tx, actor kpi.Actor) ([]Waiting, error) {
	var all []Waiting
	for of, err := range tx.AllRounds() {
		if err != nil {
			return nil, err
		}
		for _, r := range of.Rounds {
			if r.IsClosed() {
				continue
			}
			sheets, err := tx.Sheets(r.Set, r.Month)
			if err != nil {
				return nil, err
			}
			for _, s := range sheets {
				w := Waiting{Set: of.Set, Round: r, Sheet: s}
				if w.Action, w.Step = decision(actor.User, s); w.Action == "" {
					continue
				}
				if w.Unit, err = tx.Unit(s.Unit); err != nil {
					return nil, err
				}
				all = append(all, w)
			}
		}
	}
	slices.SortFunc(all, longer)
	return all, nil
}

// decision returns the step forward that the sheet waits for from the user, "" if it does not, and the step that
// brought it there.
func decision(u kpi.User, s kpi.Sheet) (kpi.Action, kpi.Step) {
	buttons := kpi.Buttons(u, s.State, s.Unit)
	switch {
	case slices.Contains(buttons, kpi.ActApprove):
		return kpi.ActApprove, s.Submit
	case slices.Contains(buttons, kpi.ActAccept):
		return kpi.ActAccept, s.Approve
	}
	return "", kpi.Step{}
}

// longer orders sheets by how long they have waited, the longest first.
func longer(x, y Waiting) int {
	return cmp.Or(x.Step.At.Compare(y.Step.At), cmp.Compare(x.Sheet.ID(), y.Sheet.ID()))
}

func ofBlock(all []Waiting, block string) []Waiting {
	if block == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(w Waiting) bool { return w.Unit.Kind.Block() != block })
}

// fillWaiting reads the cells of a sheet and tells how it stands.
func (a *App) fillWaiting(tx *store.Tx, actor kpi.Actor, w *Waiting) error {
	sh, err := a.readSheet(tx, actor.At, w.Sheet.Set, w.Sheet.Month, w.Sheet.Unit)
	if err != nil {
		return err
	}
	warned := map[string]bool{}
	for _, i := range sh.issues() {
		if i.Level >= kpi.Warning {
			warned[i.Indicator] = true
		}
	}
	w.Filled, w.Warnings = sh.filled(), len(warned)
	w.Status = sh.Status(w.Filled, false)
	w.Timing = sh.Timing(sh.Deadline(sh.round), actor.At)
	w.Refusal = sh.refusal(tx, w.Action, actor)
	who, err := names(tx, []string{w.Step.By})
	w.By = who[w.Step.By]
	return err
}
