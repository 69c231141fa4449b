package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Assign gives the indicators to the units from month m on, each unit as lead, and takes them from nobody.
func (a *App) Assign(actor kpi.Actor, set string, codes, units []string, m kpi.Month) (n int, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil && !actor.IsSystem() {
		return 0, err
	}
	err = a.eachAssignment(set, codes, units, func(tx *store.Tx, as kpi.Assignment, old *kpi.Assignment) error {
		if old != nil && old.Role == kpi.Lead && old.Active(m) && old.To == 0 {
			return nil
		}
		n++
		as.Role, as.From = kpi.Lead, m
		return tx.PutAssignment(as, actor.Event(kpi.VerbAssign, "indicator/"+set+"/"+as.Indicator, "", "giao "+as.Unit+" từ kỳ "+m.Short(), ""))
	}, func() { n = 0 })
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
