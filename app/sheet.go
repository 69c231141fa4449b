package app

import (
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// SheetView is a sheet with everything that the people who work on it need to see.
type SheetView struct {
	Set     kpi.IndicatorSet
	Round   kpi.Round
	Unit    kpi.Unit
	Sheet   kpi.Sheet
	Rows    []SheetRow // due cells, in the order of groups and codes
	Filled  int
	Status  kpi.Status
	Timing  kpi.Timing
	Actions []kpi.Action      // steps that the actor may take now
	Locked  error             // why the actor cannot change cells; nil if they can
	Names   map[string]string // login → name of everybody mentioned
	Here    []string          // names of others who have the sheet open; nil for whoever only reads it
}

// SheetRow is one due cell.
type SheetRow struct {
	Indicator *kpi.Indicator // shared, not to be changed
	Cell      kpi.Cell
	Past      kpi.Past // of at most pastRounds rounds
	Sums
	Issues   []kpi.Issue
	Evidence int // how many evidences the cell has
	Editable bool
}

// Sheet returns the sheet of a unit as the actor may see it.
func (a *App) Sheet(actor kpi.Actor, set string, m kpi.Month, unit string) (SheetView, error) {
	var v SheetView
	if err := kpi.MaySeeUnit(actor.User, unit); err != nil {
		return v, err
	}
	err := a.store.View(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		v, err = sh.view(tx, actor)
		return err
	})
	if err == nil && v.Locked == nil {
		v.Here = a.here.touch(v.Sheet.ID(), actor)
	}
	return v, err
}

// CheckSheet returns what would stand in the way of submitting the sheet, as Submit does, and changes nothing.
func (a *App) CheckSheet(actor kpi.Actor, set string, m kpi.Month, unit string) error {
	return a.store.View(func(tx *store.Tx) error {
		sh, err := a.readSheet(tx, actor.At, set, m, unit)
		if err != nil {
			return err
		}
		if err := sh.enterable(actor); err != nil {
			return err
		}
		if blocking := sh.blocking(); len(blocking) > 0 {
			return blocked(blocking)
		}
		return nil
	})
}

// SheetMonth is the sheets of a person's units in one round.
type SheetMonth struct {
	Set     kpi.IndicatorSet
	Round   kpi.Round
	Current bool // the round that people work on
	Jobs    []Job
}

// listedRounds is how many rounds of each set MySheets goes back.
const listedRounds = 24

// MySheets returns the sheets of the units that the actor enters or approves for, and of those merged into them, set by
// set, the newest round first.
func (a *App) MySheets(actor kpi.Actor) (months []SheetMonth, err error) {
	if err := kpi.May(actor.User, kpi.SeeSheets); err != nil {
		return nil, err
	}
	units := actor.User.Units(kpi.Clerk, kpi.Approver)
	err = a.store.View(func(tx *store.Tx) error {
		months = nil
		units, err := withPredecessors(tx, units)
		if err != nil {
			return err
		}
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			now, _ := current(of.Rounds, actor)
			for _, r := range slices.Backward(of.Rounds[max(0, len(of.Rounds)-listedRounds):]) {
				if actor.At.Before(r.Opens) {
					continue
				}
				jobs, err := jobs(tx, r, units, actor)
				if err != nil {
					return err
				}
				if len(jobs) > 0 {
					months = append(months, SheetMonth{of.Set, r, r.Month == now.Month, jobs})
				}
			}
		}
		return nil
	})
	return months, err
}

// jobs returns the round's sheets of the units that have one.
func jobs(tx *store.Tx, r kpi.Round, units []string, actor kpi.Actor) ([]Job, error) {
	var jobs []Job
	for _, unit := range units {
		s, err := tx.Sheet(r.Set, r.Month, unit)
		if kpi.KindOf(err) == kpi.NotFound {
			continue // nothing was due there
		}
		if err != nil {
			return nil, err
		}
		row, err := boardRow(tx, r, s, actor)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, newJob(r, row, actor))
	}
	return jobs, nil
}

// sheet is what a transaction reads of a sheet to decide about it.
type sheet struct {
	kpi.Sheet
	round kpi.Round
	unit  kpi.Unit
	defs  *definitions
	due   []*kpi.Indicator
	cells map[string]kpi.Cell // of the due indicators, unsaved ones included
	past  map[string]kpi.Past
	proof map[string][]kpi.Attachment // evidence of the cells
}

// readSheet reads a sheet as it stands at instant at.
func (a *App) readSheet(tx *store.Tx, at time.Time, set string, m kpi.Month, unit string) (*sheet, error) {
	sh, err := a.readBare(tx, at, set, m, unit)
	if err != nil {
		return nil, err
	}
	return sh, a.readContext(tx, sh)
}

// readContext reads what the checks compare the cells with: those of earlier rounds and the evidence.
func (a *App) readContext(tx *store.Tx, sh *sheet) (err error) {
	if err = a.compare(tx, sh); err != nil {
		return err
	}
	sh.proof, err = tx.SheetAttachments(sh.Set, sh.Month, sh.Unit)
	return err
}

// readBare is readSheet without past and proof, which cost more than all the rest.
func (a *App) readBare(tx *store.Tx, at time.Time, set string, m kpi.Month, unit string) (*sheet, error) {
	var sh sheet
	var err error
	if sh.round, err = tx.Round(set, m); err != nil {
		return nil, err
	}
	if sh.Sheet, err = tx.Sheet(set, m, unit); err != nil {
		return nil, err
	}
	sh.Sheet = sh.In(sh.round, at)
	if sh.unit, err = tx.Unit(unit); err != nil {
		return nil, err
	}
	if sh.defs, err = a.definitions(tx, set, m); err != nil {
		return nil, err
	}
	codes, err := tx.Due(set, m, unit)
	if err != nil {
		return nil, err
	}
	saved, err := tx.SheetCells(set, m, unit)
	if err != nil {
		return nil, err
	}
	sh.due = sh.defs.due(codes)
	sh.cells = make(map[string]kpi.Cell, len(sh.due))
	for _, ind := range sh.due {
		c, ok := saved[ind.Code]
		if !ok {
			c.CellKey = kpi.CellKey{Set: set, Month: m, Unit: unit, Indicator: ind.Code}
		}
		sh.cells[ind.Code] = c
	}
	return &sh, nil
}

// readCells is readSheet for the cells with the given codes alone, as far as they are due: enough for their issues.
func (a *App) readCells(tx *store.Tx, defs *definitions, set string, m kpi.Month, unit string, codes []string) (*sheet, error) {
	sh := &sheet{Sheet: kpi.Sheet{Set: set, Month: m, Unit: unit}, defs: defs, cells: map[string]kpi.Cell{}, proof: map[string][]kpi.Attachment{}}
	for _, code := range codes {
		ind, ok := defs.byCode[code]
		due, err := tx.IsDue(set, m, unit, code)
		if err != nil {
			return nil, err
		}
		if !ok || !due {
			continue
		}
		sh.due = append(sh.due, ind)
		k := kpi.CellKey{Set: set, Month: m, Unit: unit, Indicator: code}
		if sh.cells[code], err = tx.Cell(k); err != nil {
			return nil, err
		}
		if ind.Evidence {
			if sh.proof[code], err = tx.Attachments(k); err != nil {
				return nil, err
			}
		}
	}
	return sh, a.compare(tx, sh)
}

// isDue returns a NotFound error if the cell is not on its sheet.
func isDue(tx *store.Tx, k kpi.CellKey) error {
	due, err := tx.IsDue(k.Set, k.Month, k.Unit, k.Indicator)
	if err == nil && !due {
		err = kpi.Errorf(kpi.NotFound, "Chỉ số %s không có trong biểu này.", kpi.Clip(k.Indicator, 32))
	}
	return err
}

// issues returns everything that the checks find on the sheet, in row order.
func (sh *sheet) issues() []kpi.Issue {
	across := kpi.CheckAcross(sh.defs.set.Checks, sh.defs.byCode, sh.cells)
	var all []kpi.Issue
	for _, ind := range sh.due {
		all = append(all, kpi.CheckCell(*ind, sh.cells[ind.Code], sh.past[ind.Code].Values, sh.Month)...)
		all = append(all, kpi.CheckEvidence(*ind, sh.cells[ind.Code], len(sh.proof[ind.Code]))...)
		for _, i := range across {
			if i.Indicator == ind.Code {
				all = append(all, i)
			}
		}
	}
	return all
}

func (sh *sheet) filled() int {
	n := 0
	for _, ind := range sh.due {
		if sh.cells[ind.Code].Filled(ind.Kind) {
			n++
		}
	}
	return n
}

func (sh *sheet) view(tx *store.Tx, actor kpi.Actor) (SheetView, error) {
	v := SheetView{Set: sh.defs.set, Round: sh.round, Unit: sh.unit, Sheet: sh.Sheet, Filled: sh.filled(),
		Timing: sh.Timing(sh.Deadline(sh.round), actor.At), Actions: kpi.Buttons(actor.User, sh.State, sh.Unit)}
	v.Status = sh.Status(v.Filled, sh.round.IsClosed())
	v.Locked = sh.enterable(actor)
	issues := map[string][]kpi.Issue{}
	for _, i := range sh.issues() {
		issues[i.Indicator] = append(issues[i.Indicator], i)
	}
	people := []string{sh.Submit.By, sh.Approve.By, sh.Accept.By, sh.Return.By, sh.Approve.For, actor.User.SignsFor(sh.Unit)}
	v.Rows = make([]SheetRow, 0, len(sh.due))
	for _, ind := range sh.due {
		c := sh.cells[ind.Code]
		row := SheetRow{Indicator: ind, Cell: c, Past: sh.past[ind.Code], Issues: issues[ind.Code], Evidence: len(sh.proof[ind.Code])}
		row.Editable = v.Locked == nil && kpi.Editable(sh.Sheet, c) == nil
		row.Sums = sh.sums(*ind, c)
		v.Rows = append(v.Rows, row)
		people = append(people, c.By, c.ReviewBy)
	}
	var err error
	v.Names, err = names(tx, people)
	return v, err
}

// enterable returns why the actor may not change cells of the sheet now, or nil.
func (sh *sheet) enterable(actor kpi.Actor) error {
	if err := kpi.MayAct(actor.User, kpi.ActEnter, sh.Unit); err != nil {
		return err
	}
	if err := sh.round.Admits(sh.Sheet, actor.At); err != nil {
		return err
	}
	_, err := kpi.Next(sh.State, kpi.ActEnter)
	return err
}

// names returns the names of the people with the given logins, each read once.
func names(tx *store.Tx, logins []string) (map[string]string, error) {
	out := map[string]string{}
	for _, login := range logins {
		if _, ok := out[login]; ok || login == "" {
			continue
		}
		u, ok, err := tx.User(login)
		if err != nil {
			return nil, err
		}
		out[login] = login
		if ok {
			out[login] = u.Name
		} else if login == kpi.System(u.Created).User.Login {
			out[login] = kpi.System(u.Created).User.Name
		}
	}
	return out, nil
}
