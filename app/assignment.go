package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Assignments is what can be given to whom, as it holds in one month.
type Assignments struct {
	Catalogue
	Month kpi.Month
	Next  kpi.Month  // first month that no round has opened, this month at the earliest
	Units []kpi.Unit // that exist in Month, in the order of kinds and names
}

// Assignments returns the indicators of a set, who reports them in month m, and all units; the month is Next if m is
// zero.
func (a *App) Assignments(actor kpi.Actor, set string, m kpi.Month) (as Assignments, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return as, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		rounds, err := tx.Rounds(set)
		if err != nil {
			return err
		}
		as.Next = nextMonth(rounds, actor)
		if as.Month = m; m == 0 {
			as.Month = as.Next
		}
		if as.Catalogue, err = a.catalogue(tx, set, as.Month); err != nil {
			return err
		}
		as.Units, err = tx.Units()
		as.Units = slices.DeleteFunc(as.Units, func(u kpi.Unit) bool { return !u.Active(as.Month) })
		return err
	})
	sortUnits(as.Units, func(u kpi.Unit) kpi.Unit { return u })
	return as, err
}

// Assign gives the indicators to the units from month m on, each unit as lead, and takes them from nobody.
func (a *App) Assign(actor kpi.Actor, set string, codes, units []string, m kpi.Month) (n int, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil && !actor.IsSystem() {
		return 0, err
	}
	var next kpi.Month // first that no round has opened
	err = a.eachAssignment(set, codes, units, func(tx *store.Tx, as kpi.Assignment, old *kpi.Assignment) error {
		if old != nil && old.Role == kpi.Lead && old.Active(m) && old.To == 0 {
			return nil
		}
		n++
		as.Role, as.From = kpi.Lead, m
		if old != nil {
			if next == 0 {
				rounds, err := tx.Rounds(set)
				if err != nil {
					return err
				}
				next = nextMonth(rounds, actor)
			}
			if as, err = as.After(*old, next); err != nil {
				return err
			}
		}
		return tx.PutAssignment(as, actor.Event(kpi.VerbAssign, "indicator/"+set+"/"+as.Indicator, "", "giao "+as.Unit+" từ kỳ "+m.Short(), ""))
	}, func() { n, next = 0, 0 })
	return n, err
}

// Unassign ends the units' assignments of the indicators with the month before m; what was reported stays.
func (a *App) Unassign(actor kpi.Actor, set string, codes, units []string, m kpi.Month) (n int, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return 0, err
	}
	err = a.eachAssignment(set, codes, units, func(tx *store.Tx, as kpi.Assignment, old *kpi.Assignment) error {
		if old == nil || !old.Active(m) {
			return nil
		}
		n++
		ev := actor.Event(kpi.VerbAssign, "indicator/"+set+"/"+as.Indicator, "giao "+as.Unit, "thôi giao từ kỳ "+m.Short(), "")
		if old.From >= m {
			return tx.DropAssignment(*old, ev)
		}
		old.To = m - 1
		return tx.PutAssignment(*old, ev)
	}, func() { n = 0 })
	return n, err
}

// eachAssignment calls change for each pair of indicator and unit, with the assignment that there is or nil, in
// one transaction; restart is called when it begins, for it may run twice.
func (a *App) eachAssignment(set string, codes, units []string, change func(*store.Tx, kpi.Assignment, *kpi.Assignment) error, restart func()) error {
	if len(codes) == 0 || len(units) == 0 {
		return kpi.Errorf(kpi.Invalid, "Chọn ít nhất một chỉ số và một đơn vị.")
	}
	return a.store.Update(func(tx *store.Tx) error {
		restart()
		for _, code := range codes {
			versions, err := tx.IndicatorVersions(set, code)
			if err != nil {
				return err
			}
			if len(versions) == 0 || versions[0].Heading {
				return kpi.Errorf(kpi.Invalid, "Không giao được chỉ số «%s»: không có hoặc chỉ là đề mục.", kpi.Clip(code, 32))
			}
		}
		for _, unit := range units {
			if _, err := tx.Unit(unit); err != nil {
				return err
			}
			mine, err := tx.Assignments(set, unit)
			if err != nil {
				return err
			}
			for _, code := range codes {
				as := kpi.Assignment{Set: set, Unit: unit, Indicator: code}
				var old *kpi.Assignment
				if i := slices.IndexFunc(mine, func(x kpi.Assignment) bool { return x.Indicator == code }); i >= 0 {
					old = &mine[i]
				}
				if err := change(tx, as, old); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
