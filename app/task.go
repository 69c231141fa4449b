package app

import (
	"cmp"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// Home is what a person finds to do.
type Home struct {
	Sets     []SetHome
	Setup    Setup
	ShowsSet bool // the person has a part in getting the system ready
}

// SetHome is what there is to do in the current round of one set.
type SetHome struct {
	Set      kpi.IndicatorSet
	Round    kpi.Round
	HasRound bool
	Mine     []Job // sheets of the person's own units, the most pressing first
	Earlier  []Job // those of other rounds that wait for the person, reopened ones for example, the newest first
	Counts   map[kpi.Status]int
	Total    int
	Filled   int         // cells
	Due      int         // cells
	Waiting  []BoardRow  // sheets that wait for the province, the longest first, at most maxUrgent
	Reminded []Reminding // of the person's own units, those that were reminded and have not finished
	Urgent   []BoardRow  // units not finished, the least complete first, at most maxUrgent
}

// maxUrgent bounds the short lists of the province's home.
const maxUrgent = 5

// Job is one sheet and what the person may do with it.
type Job struct {
	BoardRow
	Actions []kpi.Action
	Back    []Returned // cells that were sent back, at most maxBack; only Home fills it in
	Backs   int        // how many there are
	Locked  bool       // the round takes nothing from the unit now
}

// newJob returns the row as a job of the person: what its state lets them do, and whether the round still takes it.
func newJob(r kpi.Round, row BoardRow, actor kpi.Actor) Job {
	return Job{BoardRow: row, Actions: kpi.Buttons(actor.User, row.Sheet.State, row.Unit.Code), Locked: r.Admits(row.Sheet, actor.At) != nil}
}

// Returned is a cell that was sent back, and why.
type Returned struct {
	Code, Why string
}

// maxBack bounds how many cells that were sent back a Job names.
const maxBack = 3

// Setup says how far the system has been set up.
type Setup struct {
	Units, Sets, Indicators, Users, Rounds int
	Gaps                                   int        // indicators that are not declared in full
	Assigned                               int        // indicators that are declared in full and that some unit has, or will
	Lacks                                  []kpi.Role // without which no round comes to its end, and that nobody holds
	Mail                                   bool       // a mail server is set
	Backs                                  bool       // backups are made by themselves …
	Backed                                 bool       // … and one is proven
}

// Home returns what the actor has to do now.
func (a *App) Home(actor kpi.Actor) (Home, error) {
	var h Home
	h.ShowsSet = kpi.May(actor.User, kpi.ManageSets) == nil
	board := kpi.May(actor.User, kpi.SeeBoard) == nil
	mine := actor.User.Units(kpi.Clerk, kpi.Approver)
	err := a.store.View(func(tx *store.Tx) error {
		h.Sets = nil
		var sets []kpi.IndicatorSet
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			sets = append(sets, of.Set)
			sh := SetHome{Set: of.Set, Counts: map[kpi.Status]int{}}
			h.Setup.Rounds += len(of.Rounds)
			if r, ok := current(of.Rounds, actor); ok {
				sh.Round, sh.HasRound = r, true
				if err := a.fillHome(tx, &sh, actor, mine, board); err != nil {
					return err
				}
				if sh.Earlier, err = earlier(tx, of.Rounds, r.Month, actor, mine); err != nil {
					return err
				}
			}
			h.Sets = append(h.Sets, sh)
		}
		if h.ShowsSet {
			return h.Setup.count(tx, sets, kpi.MonthOf(actor.At))
		}
		return nil
	})
	if err == nil && h.ShowsSet {
		var last time.Time
		last, _, h.Setup.Backs = a.BackupHealth()
		h.Setup.Backed, h.Setup.Mail = !last.IsZero(), a.mail.server.On()
	}
	return h, err
}

// Setup says how far the system has been set up, to those who set it up. Rounds are not counted.
func (a *App) Setup(actor kpi.Actor) (s Setup, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return s, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		sets, err := tx.Sets()
		if err != nil {
			return err
		}
		return s.count(tx, sets, kpi.MonthOf(actor.At))
	})
	return s, err
}

func (s *Setup) count(tx *store.Tx, sets []kpi.IndicatorSet, m kpi.Month) error {
	units, err := tx.Units()
	if err != nil {
		return err
	}
	users, err := tx.Users()
	if err != nil {
		return err
	}
	s.Units, s.Users, s.Sets, s.Indicators, s.Gaps, s.Assigned, s.Lacks = len(units), len(users), len(sets), 0, 0, 0, nil
	for _, role := range []kpi.Role{kpi.Clerk, kpi.Approver, kpi.Coordinator} {
		if !slices.ContainsFunc(users, func(u kpi.User) bool { return !u.Disabled && u.HasRole(role) }) {
			s.Lacks = append(s.Lacks, role)
		}
	}
	for _, set := range sets {
		all, err := tx.Indicators(set.Code, m)
		if err != nil {
			return err
		}
		whole := map[string]bool{}
		for _, ind := range all {
			if !ind.Heading {
				s.Indicators++
				if whole[ind.Code] = len(ind.Gaps()) == 0; !whole[ind.Code] {
					s.Gaps++
				}
			}
		}
		list, err := tx.Assignments(set.Code, "")
		if err != nil {
			return err
		}
		for _, as := range list {
			if whole[as.Indicator] && (as.To == 0 || as.To >= m) {
				s.Assigned++
				delete(whole, as.Indicator)
			}
		}
	}
	return nil
}

// current returns the round that people work on: the newest one that is open, else the newest.
func current(rounds []kpi.Round, actor kpi.Actor) (kpi.Round, bool) {
	for _, r := range slices.Backward(rounds) {
		if !r.IsClosed() && !actor.At.Before(r.Opens) {
			return r, true
		}
	}
	if len(rounds) == 0 {
		return kpi.Round{}, false
	}
	return rounds[len(rounds)-1], true
}

func (a *App) fillHome(tx *store.Tx, sh *SetHome, actor kpi.Actor, mine []string, board bool) error {
	keep := func(unit string) bool { return board || slices.Contains(mine, unit) }
	rows, err := boardRows(tx, sh.Round, actor, keep)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if slices.Contains(mine, row.Unit.Code) {
			job := newJob(sh.Round, row, actor)
			if err := job.readBack(tx); err != nil {
				return err
			}
			sh.Mine = append(sh.Mine, job)
		}
		if !board {
			continue
		}
		sh.Total++
		sh.Counts[row.Status]++
		sh.Filled += row.Filled
		sh.Due += row.Sheet.Due
		switch row.Status {
		case kpi.StatusAtProvince:
			sh.Waiting = append(sh.Waiting, row)
		case kpi.StatusNotStarted, kpi.StatusInProgress, kpi.StatusReturnedProvince, kpi.StatusReturnedUnit, kpi.StatusAtUnit:
			sh.Urgent = append(sh.Urgent, row)
		}
	}
	slices.SortStableFunc(sh.Mine, func(x, y Job) int { return cmp.Compare(pressing(x.Status), pressing(y.Status)) })
	slices.SortStableFunc(sh.Waiting, func(x, y BoardRow) int { return x.Sheet.Approve.At.Compare(y.Sheet.Approve.At) })
	slices.SortStableFunc(sh.Urgent, func(x, y BoardRow) int {
		return cmp.Compare(x.Filled*max(y.Sheet.Due, 1), y.Filled*max(x.Sheet.Due, 1))
	})
	sh.Waiting = sh.Waiting[:min(len(sh.Waiting), maxUrgent)]
	sh.Urgent = sh.Urgent[:min(len(sh.Urgent), maxUrgent)]
	sh.Reminded, err = a.reminded(tx, sh.Round, mine)
	return err
}

// earlier returns the sheets of rounds other than that of month now which still take the actor's work and wait for it.
func earlier(tx *store.Tx, rounds []kpi.Round, now kpi.Month, actor kpi.Actor, mine []string) ([]Job, error) {
	var list []Job
	for _, r := range slices.Backward(rounds[max(0, len(rounds)-listedRounds):]) {
		if r.Month == now || actor.At.Before(r.Opens) {
			continue
		}
		for _, unit := range mine {
			s, err := tx.Sheet(r.Set, r.Month, unit)
			if kpi.KindOf(err) == kpi.NotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			if r.Admits(s, actor.At) != nil || !slices.Contains(kpi.Buttons(actor.User, s.State, unit), s.State.Awaits()) {
				continue
			}
			row, err := boardRow(tx, r, s.In(r, actor.At), actor)
			if err != nil {
				return nil, err
			}
			job := newJob(r, row, actor)
			if err := job.readBack(tx); err != nil {
				return nil, err
			}
			list = append(list, job)
		}
	}
	return list, nil
}

// readBack names the cells of the sheet that came back.
func (j *Job) readBack(tx *store.Tx) error {
	if j.Status != kpi.StatusReturnedUnit && j.Status != kpi.StatusReturnedProvince {
		return nil
	}
	cells, err := tx.SheetCells(j.Sheet.Set, j.Sheet.Month, j.Sheet.Unit)
	if err != nil {
		return err
	}
	for code, c := range cells {
		if c.Review == kpi.ReviewReturned {
			j.Back = append(j.Back, Returned{code, c.ReviewNote})
		}
	}
	slices.SortFunc(j.Back, func(x, y Returned) int { return kpi.CompareCodes(x.Code, y.Code) })
	j.Backs = len(j.Back)
	j.Back = j.Back[:min(j.Backs, maxBack)]
	return nil
}

// pressing orders statuses by what blocks first: what came back, what is in work, what was not begun, what waits
// for somebody, what is done.
func pressing(s kpi.Status) int {
	return slices.Index([]kpi.Status{kpi.StatusReturnedProvince, kpi.StatusReturnedUnit, kpi.StatusInProgress, kpi.StatusNotStarted,
		kpi.StatusAtUnit, kpi.StatusAtProvince, kpi.StatusAccepted, kpi.StatusClosed}, s)
}
