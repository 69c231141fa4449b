package app

import (
	"fmt"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Plan is what would be opened for a month, and what would go wrong in it.
type Plan struct {
	Set      kpi.IndicatorSet
	Month    kpi.Month
	Dates    kpi.Dates
	Due      map[string][]string // unit → codes of the cells due, in the set's order
	Cells    int
	Problems []Problem
}

// Problem is one finding of the configuration check.
type Problem struct {
	Blocking bool
	Kind     ProblemKind
	About    string // name of the unit or code of the indicator, "" if it is about the round
	Text     string // the whole sentence
}

// ProblemKind says what is wrong, the same for everything that it is wrong with.
type ProblemKind string

// The kinds of problems.
const (
	ProblemRound     ProblemKind = "round"     // of the round itself
	ProblemClerk     ProblemKind = "clerk"     // a unit without a clerk
	ProblemApprover  ProblemKind = "approver"  // a unit without an approver
	ProblemSelf      ProblemKind = "self"      // a unit whose only approver is its only clerk
	ProblemEmail     ProblemKind = "email"     // a person of a unit without an address
	ProblemGaps      ProblemKind = "gaps"      // an indicator left out because its record has gaps
	ProblemUnowned   ProblemKind = "unowned"   // an indicator that no unit reports
	ProblemNoTarget  ProblemKind = "target"    // an indicator without a target
	ProblemNoWeights ProblemKind = "no-weight" // an indicator whose weights do not exist
)

// PlanRound works out the round that OpenRound would open with the default dates.
func (a *App) PlanRound(actor kpi.Actor, set string, m kpi.Month) (Plan, error) {
	var p Plan
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil {
		return p, err
	}
	err := a.store.View(func(tx *store.Tx) (err error) {
		p, err = a.plan(tx, actor, set, m)
		return err
	})
	return p, err
}

// OpenRound opens the month of the set with the given dates: it freezes what is due and makes every unit's sheet. It
// refuses while the configuration check finds something that blocks.
func (a *App) OpenRound(actor kpi.Actor, set string, m kpi.Month, dates kpi.Dates) error {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil && !actor.IsSystem() {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		p, err := a.plan(tx, actor, set, m)
		if err != nil {
			return err
		}
		for _, problem := range p.Problems {
			if problem.Blocking {
				return kpi.Errorf(kpi.Conflict, "Chưa mở được kỳ %s: %s", m.Short(), problem.Text)
			}
		}
		return p.open(tx, actor, dates)
	})
}

// open stores the planned round and its sheets.
func (p Plan) open(tx *store.Tx, actor kpi.Actor, dates kpi.Dates) error {
	r := kpi.Round{Set: p.Set.Code, Month: p.Month, Dates: dates, Opened: actor.At, OpenedBy: actor.User.Login}
	for unit, codes := range p.Due {
		s := kpi.Sheet{Set: r.Set, Month: r.Month, Unit: unit, State: kpi.Draft}
		if err := tx.AddSheet(s, codes); err != nil {
			return err
		}
	}
	what := fmt.Sprintf("%d biểu, %s ô; hạn nộp %s", len(p.Due), kpi.FormatDecimal(kpi.Dec(int64(p.Cells)), 0), kpi.FormatDeadline(dates.UnitDue))
	return tx.PutRound(r, actor.Event(kpi.VerbOpen, "round/"+r.ID(), "", what, ""))
}

// maxAhead is how many months ahead a round may be opened: further is a slip, and a round cannot be taken back.
const maxAhead = 2

func (a *App) plan(tx *store.Tx, actor kpi.Actor, set string, m kpi.Month) (Plan, error) {
	p := Plan{Month: m, Dates: kpi.DefaultDates(m), Due: map[string][]string{}}
	defs, err := a.definitions(tx, set, m)
	if err != nil {
		return p, err
	}
	p.Set = defs.set
	rounds, err := tx.Rounds(set)
	if err != nil {
		return p, err
	}
	if slices.ContainsFunc(rounds, func(r kpi.Round) bool { return r.Month == m }) {
		p.problem(true, ProblemRound, "", "kỳ này đã mở.")
	}
	if last := kpi.MonthOf(actor.At) + maxAhead; m > last {
		p.problem(true, ProblemRound, "", "chỉ mở trước được đến kỳ %s.", last.Short())
	}
	units, err := tx.Units()
	if err != nil {
		return p, err
	}
	users, err := tx.Users()
	if err != nil {
		return p, err
	}
	assigned := map[string]bool{}
	for _, u := range units {
		if !u.Active(m) {
			continue
		}
		list, err := tx.Assignments(set, u.Code)
		if err != nil {
			return p, err
		}
		mine := map[string]bool{}
		for _, as := range list {
			if as.Role == kpi.Lead && as.Active(m) {
				mine[as.Indicator], assigned[as.Indicator] = true, true
			}
		}
		for _, ind := range defs.list {
			if mine[ind.Code] && ind.Due(m) && len(ind.Gaps()) == 0 {
				p.Due[u.Code] = append(p.Due[u.Code], ind.Code)
				p.Cells++
			}
		}
		if len(p.Due[u.Code]) > 0 {
			p.checkPeople(u, users)
		}
	}
	p.checkIndicators(defs, assigned)
	switch {
	case p.Cells == 0 && slices.ContainsFunc(defs.list, func(i kpi.Indicator) bool { return assigned[i.Code] && len(i.Gaps()) > 0 }):
		p.problem(true, ProblemRound, "", "các chỉ số đã giao chưa khai đủ. Khai các mục còn thiếu ở trang Chỉ số trước khi mở kỳ.")
	case p.Cells == 0:
		p.problem(true, ProblemRound, "", "chưa có chỉ số nào đến kỳ được giao cho đơn vị. Giao chỉ số trước khi mở kỳ.")
	}
	slices.SortStableFunc(p.Problems, func(x, y Problem) int { return boolOrder(y.Blocking) - boolOrder(x.Blocking) })
	return p, nil
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *Plan) problem(blocking bool, kind ProblemKind, about, format string, args ...any) {
	p.Problems = append(p.Problems, Problem{blocking, kind, about, fmt.Sprintf(format, args...)})
}

// checkPeople looks for a clerk and another person as approver, and for how to write to them.
func (p *Plan) checkPeople(unit kpi.Unit, users []kpi.User) {
	for _, u := range users {
		if !u.Disabled && u.Email == "" && (u.Has(kpi.Clerk, unit.Code) || u.Has(kpi.Approver, unit.Code)) {
			p.problem(false, ProblemEmail, u.Name+", "+unit.Name, "Tài khoản %s (%s, %s) chưa có thư điện tử.", u.Login, u.Name, unit.Name)
		}
	}
	clerks, approvers := []string{}, []string{}
	for _, u := range users {
		if u.Disabled {
			continue
		}
		if u.Has(kpi.Clerk, unit.Code) {
			clerks = append(clerks, u.Login)
		}
		if u.Has(kpi.Approver, unit.Code) {
			approvers = append(approvers, u.Login)
		}
	}
	switch {
	case len(clerks) == 0:
		p.problem(false, ProblemClerk, unit.Name, "%s chưa có tài khoản nhập liệu.", unit.Name)
	case len(approvers) == 0:
		p.problem(false, ProblemApprover, unit.Name, "%s chưa có tài khoản duyệt.", unit.Name)
	case len(approvers) == 1 && len(clerks) == 1 && clerks[0] == approvers[0]:
		p.problem(false, ProblemSelf, unit.Name, "%s chỉ có một người vừa nhập vừa duyệt; không ai được duyệt số liệu do mình nhập.", unit.Name)
	}
}

func (p *Plan) checkIndicators(defs *definitions, assigned map[string]bool) {
	for _, ind := range defs.list {
		switch gaps := ind.Gaps(); {
		case ind.Heading || !ind.Active(p.Month):
		case len(gaps) > 0 && assigned[ind.Code]:
			p.problem(false, ProblemGaps, ind.Code, "Chỉ số %s bị để ngoài kỳ: chưa khai %s.", ind.Code, join(gaps))
		case !assigned[ind.Code]:
			p.problem(false, ProblemUnowned, ind.Code, "Chỉ số %s chưa giao cho đơn vị nào.", ind.Code)
		case len(ind.Targets) == 0 && (ind.Direction == kpi.Up || ind.Direction == kpi.Down):
			p.problem(false, ProblemNoTarget, ind.Code, "Chỉ số %s chưa có mục tiêu.", ind.Code)
		case ind.Aggregation == kpi.AggWeighted && defs.byCode[ind.WeightBy] == nil:
			p.problem(false, ProblemNoWeights, ind.Code, "Chỉ số %s: không có chỉ số trọng số %s.", ind.Code, ind.WeightBy)
		}
	}
}

func join(list []string) string {
	s := ""
	for i, x := range list {
		if i > 0 {
			s += ", "
		}
		s += x
	}
	return s
}

// changeRound runs change with a round that is not closed and the reason as it is kept, in one write transaction, for
// those who may do the task; missing is the sentence for no reason.
func (a *App) changeRound(actor kpi.Actor, task kpi.Task, set string, m kpi.Month, reason, missing string, change func(*store.Tx, kpi.Round, string) error) error {
	if err := kpi.May(actor.User, task); err != nil {
		return err
	}
	reason, err := kpi.RequiredReason(reason, missing)
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		if r.IsClosed() {
			return r.Open(actor.At)
		}
		return change(tx, r, reason)
	})
}

// SetDates moves the dates of an open round, with a reason.
func (a *App) SetDates(actor kpi.Actor, set string, m kpi.Month, dates kpi.Dates, reason string) error {
	return a.changeRound(actor, kpi.ManageRounds, set, m, reason, "Ghi lý do đổi hạn.", func(tx *store.Tx, r kpi.Round, reason string) error {
		old := r.Dates
		if old.Equal(dates) {
			return kpi.Errorf(kpi.Invalid, "Các mốc đang đúng như vậy, chưa có gì thay đổi.")
		}
		if err := unchanged(tx, actor, "round/"+r.ID()); err != nil {
			return err
		}
		r.Dates = dates
		return tx.PutRound(r, actor.Event(kpi.VerbDates, "round/"+r.ID(), describeDates(old), describeDates(dates), reason))
	})
}

func describeDates(d kpi.Dates) string {
	return fmt.Sprintf("Mở %s; đơn vị nộp trước %s; tỉnh %s; khóa %s", kpi.FormatTime(d.Opens),
		kpi.FormatDeadline(d.UnitDue), kpi.FormatDeadline(d.ProvinceDue), kpi.FormatDeadline(d.Locks))
}

// CloseRound freezes the round's province figures, those of accepted cells, its definitions and its dates as revision
// 1. Unless anyway is set it refuses while a sheet is not accepted, and says how many.
func (a *App) CloseRound(actor kpi.Actor, set string, m kpi.Month, anyway bool) error {
	if err := kpi.May(actor.User, kpi.ManageRounds); err != nil && !actor.IsSystem() {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		r, err := tx.Round(set, m)
		if err != nil {
			return err
		}
		if r.IsClosed() {
			return kpi.Errorf(kpi.Conflict, "Kỳ %s đã chốt số liệu lúc %s.", m.Short(), kpi.FormatTime(r.Closed))
		}
		sheets, err := tx.Sheets(set, m)
		if err != nil {
			return err
		}
		open := 0
		for _, s := range sheets {
			if s.State != kpi.Accepted {
				open++
			}
		}
		if open > 0 && !anyway {
			return kpi.Errorf(kpi.Conflict, "Kỳ %s còn %d/%d biểu chưa được phê duyệt. Phê duyệt nốt, hoặc xác nhận chốt với số liệu hiện có.", m.Short(), open, len(sheets))
		}
		figures, err := a.consolidate(tx, r, "", true)
		if err != nil {
			return err
		}
		defs, err := a.definitions(tx, set, m)
		if err != nil {
			return err
		}
		r.Closed, r.ClosedBy, r.Revision = actor.At, actor.User.Login, 1
		if err := tx.PutRevision(kpi.Revision{Set: set, Month: m, Number: 1, Made: kpi.Step{By: actor.User.Login, At: actor.At}, Figures: len(figures), Dates: r.Dates}, figures); err != nil {
			return err
		}
		what := fmt.Sprintf("%d/%d biểu đã phê duyệt, %d chỉ số", len(sheets)-open, len(sheets), len(figures))
		if err := tx.PutRound(r, actor.Event(kpi.VerbClose, "round/"+r.ID(), "", what, "")); err != nil {
			return err
		}
		return tx.FreezeDefinitions(m, defs.set, defs.list)
	})
}

// Round returns a round.
func (a *App) Round(actor kpi.Actor, set string, m kpi.Month) (r kpi.Round, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return r, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		r, err = tx.Round(set, m)
		return err
	})
	return r, err
}

// Rounds returns the rounds of a set, the newest first.
func (a *App) Rounds(actor kpi.Actor, set string) (rounds []kpi.Round, err error) {
	if err := kpi.May(actor.User, kpi.SeeIndicators); err != nil {
		return nil, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		if _, err := tx.Set(set); err != nil {
			return err
		}
		rounds, err = tx.Rounds(set)
		slices.Reverse(rounds)
		return err
	})
	return rounds, err
}

// CurrentRound returns the round that people work on: the newest one that is open, else the newest one; ok is false
// when the set has none.
func (a *App) CurrentRound(actor kpi.Actor, set string) (r kpi.Round, ok bool, err error) {
	rounds, err := a.Rounds(actor, set)
	if err != nil {
		return r, false, err
	}
	slices.Reverse(rounds)
	r, ok = current(rounds, actor)
	return r, ok, nil
}
