package app

import (
	"cmp"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// signing returns the user with the delegations that let them sign at instant t: those in force whose approver is one
// still. An end needs no job.
func signing(tx *store.Tx, u kpi.User, t time.Time) (kpi.User, error) {
	u.Signs = nil
	for _, d := range u.Delegated {
		if !d.InForce(t) {
			continue
		}
		giver, ok, err := tx.User(d.By)
		if err != nil {
			return u, err
		}
		if ok && !giver.Disabled && kpi.MayDelegate(giver, u, d.Unit) == nil {
			u.Signs = append(u.Signs, d)
		}
	}
	return u, nil
}

// onBehalf returns the event with the name of the approver for whom the actor takes a step of approvers, or a Denied
// error if by now nobody lets them.
func onBehalf(tx *store.Tx, actor kpi.Actor, action kpi.Action, unit string, ev kpi.Event) (kpi.Event, error) {
	giver := actor.User.SignsFor(unit)
	if giver == "" || !slices.Contains([]kpi.Action{kpi.ActApprove, kpi.ActUnitReturn, kpi.ActWithdraw}, action) {
		return ev, nil
	}
	u, _, err := tx.User(actor.User.Login)
	if err != nil {
		return ev, err
	}
	if u, err = signing(tx, u, actor.At); err != nil {
		return ev, err
	}
	if u.SignsFor(unit) != giver {
		return ev, kpi.Errorf(kpi.Denied, "Ủy quyền ký duyệt đã kết thúc.")
	}
	who, err := names(tx, []string{giver})
	if err != nil {
		return ev, err
	}
	text := &ev.New
	if action == kpi.ActUnitReturn { // its New lists the cells
		text = &ev.Reason
	}
	if *text != "" {
		*text += "; "
	}
	*text += "ký theo ủy quyền của " + who[giver]
	return ev, nil
}

// Delegate lets the officer to of the unit sign for the actor from the day from until the end of the day last, both
// given by their midnights. Given again while it is in force it changes nothing.
func (a *App) Delegate(actor kpi.Actor, unit, to string, from, last time.Time, reason string) error {
	if err := kpi.May(actor.User, kpi.Delegate); err != nil {
		return err
	}
	reason, err := kpi.RequiredReason(reason, "Ghi lý do ủy quyền.")
	if err != nil {
		return err
	}
	d := kpi.Delegation{Unit: unit, By: actor.User.Login, Start: from.UTC(), End: last.AddDate(0, 0, 1).UTC(), Reason: reason, Made: actor.At}
	if err := d.Validate(actor.At); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		u, ok, err := tx.User(to)
		if err != nil {
			return err
		}
		if !ok {
			return fieldError("to", "Chọn người ký thay.")
		}
		if err := kpi.MayDelegate(actor.User, u, unit); err != nil {
			return err
		}
		if slices.ContainsFunc(u.Delegated, func(x kpi.Delegation) bool {
			return x.Unit == unit && x.By == d.By && x.Start.Equal(d.Start) && x.End.Equal(d.End) && !x.Over(actor.At)
		}) {
			return nil // pressed twice
		}
		if u, err = u.Delegate(d, actor.At); err != nil {
			return err
		}
		return tx.PutUser(u, actor.Event(kpi.VerbDelegate, userObject(to), "", describeDelegation(d), reason))
	})
}

func describeDelegation(d kpi.Delegation) string { return "Đơn vị " + d.Unit + ", " + d.Span() }

// EndDelegation ends a delegation to the account before its time. Any approver of the unit may.
func (a *App) EndDelegation(actor kpi.Actor, to string, number int) error {
	if err := kpi.May(actor.User, kpi.Delegate); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		u, _, err := tx.User(to)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(u.Delegated, func(d kpi.Delegation) bool { return d.Number == number })
		if i < 0 || !actor.User.Has(kpi.Approver, u.Delegated[i].Unit) {
			return kpi.Errorf(kpi.NotFound, "Không có ủy quyền này trong đơn vị.")
		}
		if u.Delegated[i].Over(actor.At) {
			return nil
		}
		u.Delegated = slices.Clone(u.Delegated)
		u.Delegated[i].Ended = kpi.Step{By: actor.User.Login, At: actor.At}
		return tx.PutUser(u, actor.Event(kpi.VerbRevoke, userObject(to), describeDelegation(u.Delegated[i]), "", ""))
	})
}

// Delegations are those of the actor's units, with who could sign there.
type Delegations struct {
	Units []DelegationUnit
	List  []DelegationLine // the latest first
	Names map[string]string
}

// DelegationUnit is a unit at which the actor approves.
type DelegationUnit struct {
	Unit     kpi.Unit
	Officers []kpi.User // who can be asked to sign, by name
}

// DelegationLine is one delegation, to whom, and whether it is in force now, its approver being one still.
type DelegationLine struct {
	kpi.Delegation
	To   kpi.User
	Unit kpi.Unit
	Now  bool
}

// Delegations returns the delegations of the units at which the actor approves.
func (a *App) Delegations(actor kpi.Actor) (v Delegations, err error) {
	if err := kpi.May(actor.User, kpi.Delegate); err != nil {
		return v, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		v = Delegations{}
		users, err := tx.Users()
		if err != nil {
			return err
		}
		slices.SortStableFunc(users, func(x, y kpi.User) int { return cmp.Compare(x.Name, y.Name) })
		var people []string
		for _, code := range actor.User.Units(kpi.Approver) {
			at := DelegationUnit{}
			if at.Unit, err = tx.Unit(code); err != nil {
				return err
			}
			for _, u := range users {
				if u, err = signing(tx, u, actor.At); err != nil {
					return err
				}
				if kpi.MayDelegate(actor.User, u, code) == nil {
					at.Officers = append(at.Officers, u)
				}
				for _, d := range u.Delegated {
					if d.Unit == code {
						v.List = append(v.List, DelegationLine{d, u, at.Unit, slices.Contains(u.Signs, d)})
						people = append(people, d.By, d.Ended.By)
					}
				}
			}
			v.Units = append(v.Units, at)
		}
		slices.SortStableFunc(v.List, func(x, y DelegationLine) int { return y.Made.Compare(x.Made) })
		v.Names, err = names(tx, people)
		return err
	})
	return v, err
}
