package app

import (
	"cmp"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// QueueFilter chooses a part of the list of waiting sheets.
type QueueFilter struct {
	Block string   // kpi.UnitKind.Block, "" for all
	Units []string // as chosen on the board, nil for all
	Look  Look
}

// Look is a choice of waiting sheets by whether they have a cell that asks for a look.
type Look string

// The choices; "" is all.
const (
	Notable Look = "notable"
	Clean   Look = "clean"
)

// Queue is a part of the list of sheets that wait for a person's decision.
type Queue struct {
	Sheets []Waiting
	Total  int            // sheets that the filter chooses
	Blocks map[string]int // sheets by kpi.UnitKind.Block, whatever block was chosen
	Looks  map[Look]int   // sheets of the chosen block and units by Look, whatever Look was chosen
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
	Notable  int   // cells that ask for a look
	Refusal  error // why the actor cannot take Action all the same; nil if they can
}

func (w Waiting) look() Look {
	if w.Notable > 0 {
		return Notable
	}
	return Clean
}

// Queue returns the sheets of all open rounds on which the actor may decide, those with the most cells that ask for a
// look first, then the one that waits longest: those that the filter chooses, from position from, at most n.
func (a *App) Queue(actor kpi.Actor, filter QueueFilter, from, n int) (Queue, error) {
	q := Queue{}
	if err := kpi.May(actor.User, kpi.SeeQueue); err != nil {
		return q, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		all, err := a.waitingFor(tx, actor)
		if err != nil {
			return err
		}
		q = Queue{Blocks: map[string]int{}, Looks: map[Look]int{}}
		sets := map[string]bool{}
		var list []Waiting
		for _, w := range all {
			if filter.Units != nil && !slices.Contains(filter.Units, w.Unit.Code) {
				continue
			}
			q.Blocks[w.Unit.Kind.Block()]++
			sets[w.Set.Code] = true
			if filter.Block != "" && w.Unit.Kind.Block() != filter.Block {
				continue
			}
			q.Looks[w.look()]++
			if filter.Look == "" || filter.Look == w.look() {
				list = append(list, w)
			}
		}
		q.Sets, q.Total = len(sets), len(list)
		from = min(max(from, 0), len(list))
		q.Sheets = list[from:min(from+n, len(list))]
		for i := range q.Sheets {
			w := &q.Sheets[i]
			who, err := names(tx, []string{w.Step.By})
			if err != nil {
				return err
			}
			w.By = who[w.Step.By]
		}
		return nil
	})
	return q, err
}

// NextWaiting returns the sheet that stands in the actor's Queue after the given one, the first if that does not wait;
// ok is false at the end.
func (a *App) NextWaiting(actor kpi.Actor, filter QueueFilter, id SheetID) (next Waiting, ok bool, err error) {
	q, err := a.Queue(actor, filter, 0, maxWaiting)
	if err != nil {
		return next, false, err
	}
	i := slices.IndexFunc(q.Sheets, func(w Waiting) bool {
		return w.Sheet.Set == id.Set && w.Sheet.Month == id.Month && w.Sheet.Unit == id.Unit
	})
	if i+1 >= len(q.Sheets) {
		return next, false, nil
	}
	return q.Sheets[i+1], true, nil
}

// maxWaiting bounds how far NextWaiting looks.
const maxWaiting = 1000

// waitingFor returns the sheets of open rounds that stand before the actor, in the order of Queue, without By.
func (a *App) waitingFor(tx *store.Tx, actor kpi.Actor) ([]Waiting, error) {
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
				w := Waiting{Set: of.Set, Round: r, Sheet: s.In(r, actor.At)}
				if w.Action, w.Step = decision(actor.User, s); w.Action == "" {
					continue
				}
				if err := a.fillWaiting(tx, actor, &w); err != nil {
					return nil, err
				}
				all = append(all, w)
			}
		}
	}
	slices.SortFunc(all, riskier)
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

// riskier orders sheets by how many of their cells ask for a look, the most first, then by how long they have waited.
func riskier(x, y Waiting) int {
	return cmp.Or(y.Notable-x.Notable, x.Step.At.Compare(y.Step.At), cmp.Compare(x.Sheet.ID(), y.Sheet.ID()))
}

// fillWaiting tells how a waiting sheet stands.
func (a *App) fillWaiting(tx *store.Tx, actor kpi.Actor, w *Waiting) (err error) {
	if w.Unit, err = tx.Unit(w.Sheet.Unit); err != nil {
		return err
	}
	st, err := a.standing(tx, actor.At, w.Sheet)
	if err != nil {
		return err
	}
	asked, err := sheetExplanations(tx, w.Sheet.Set, w.Sheet.Month, w.Sheet.Unit)
	if err != nil {
		return err
	}
	w.Filled, w.Warnings, w.Notable = st.filled, st.warnings, st.notable+len(asked)
	w.Status = w.Sheet.Status(w.Filled, false)
	w.Timing = w.Sheet.Timing(w.Sheet.Deadline(w.Round), actor.At)
	if w.Refusal = allows(w.Round, w.Sheet, w.Action, actor); w.Refusal == nil {
		w.Refusal = kpi.NotOwn(actor.User, w.Sheet, st.makers)
	}
	return nil
}
