package app

import (
	"fmt"
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// Handover is what passes from an officer who leaves to the successor.
type Handover struct {
	From   kpi.User
	Sheets []HandoverSheet // of the officer's units, in rounds that are not closed, that are not accepted yet
	Others []kpi.User      // accounts that can take over, those who serve one of the units first
	Near   int             // how many of Others do
}

// HandoverSheet is one sheet that is still under way.
type HandoverSheet struct {
	Unit kpi.Unit
	Set  kpi.IndicatorSet
	BoardRow
}

// PlanHandover returns what HandOver would pass on.
func (a *App) PlanHandover(actor kpi.Actor, login string) (h Handover, err error) {
	if err := mayManageUsers(actor); err != nil {
		return h, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		h = Handover{}
		var ok bool
		if h.From, ok, err = tx.User(login); err != nil {
			return err
		}
		if !ok {
			return kpi.Errorf(kpi.NotFound, "Không có tài khoản «%s».", kpi.Clip(login, 64))
		}
		h.From.Password = ""
		units := h.From.Units(kpi.Clerk, kpi.Approver)
		users, err := tx.Users()
		if err != nil {
			return err
		}
		for _, u := range users {
			if u.Password = ""; u.Login == login || u.Disabled {
				continue
			}
			if slices.ContainsFunc(units, u.Serves) {
				h.Others = slices.Insert(h.Others, h.Near, u)
				h.Near++
			} else {
				h.Others = append(h.Others, u)
			}
		}
		for of, err := range tx.AllRounds() {
			if err != nil {
				return err
			}
			for _, r := range of.Rounds {
				if r.IsClosed() {
					continue
				}
				jobs, err := jobs(tx, r, units, actor)
				if err != nil {
					return err
				}
				for _, j := range jobs {
					if j.Sheet.State != kpi.Accepted {
						h.Sheets = append(h.Sheets, HandoverSheet{j.Unit, of.Set, j.BoardRow})
					}
				}
			}
		}
		return nil
	})
	return h, err
}

// HandOver moves the roles of the account from, and with them its units' open work, to a successor: the account to.Login
// if there is one and to has no name, else a new account with the login, name and contacts of to, whose one-time code it
// returns. The old account is locked without a role and its sessions end; what it did stays under its name. An Invalid
// error names the field to, login, name, email or phone.
func (a *App) HandOver(actor kpi.Actor, from string, to kpi.User) (code string, err error) {
	if err := mayManageUsers(actor); err != nil {
		return "", err
	}
	to = tidy(to)
	isNew, phc := to.Name != "", ""
	switch {
	case to.Login == "":
		return "", fieldError("to", "Chọn người nhận bàn giao, hoặc khai tài khoản mới.")
	case to.Login == from:
		return "", fieldError("to", "Người nhận bàn giao phải là người khác.")
	case isNew:
		code = oneTimeCode()
		phc = a.hash.make(code)
	}
	err = a.changeUser(actor, from, func(tx *store.Tx, was kpi.User) error {
		next, ok, err := tx.User(to.Login)
		switch {
		case err != nil:
			return err
		case isNew && ok:
			return fieldError("login", fmt.Sprintf("Tên đăng nhập «%s» đã có. Chọn tên khác.", kpi.Clip(to.Login, 64)))
		case !isNew && (!ok || next.Disabled):
			return fieldError("to", "Người nhận bàn giao không có tài khoản đang dùng.")
		case len(was.Grants) == 0:
			return kpi.Errorf(kpi.Conflict, "Tài khoản %s không còn vai trò nào để bàn giao.", from)
		}
		if err := unchanged(tx, actor, userObject(from)); err != nil {
			return err
		}
		verb, before := kpi.VerbChange, describe(next)
		if isNew {
			verb, before = kpi.VerbAdd, ""
			next = kpi.User{Login: to.Login, Name: to.Name, Email: to.Email, Phone: to.Phone, Password: phc, MustChange: true, CodeEnds: actor.At.Add(CodeLife), Created: actor.At}
		}
		next.Grants = slices.Concat(next.Grants, was.Grants)
		next = tidy(next)
		if err := checkUser(tx, next); err != nil {
			return err
		}
		if err := tx.PutUser(next, actor.Event(verb, userObject(next.Login), before, describe(next), "Nhận bàn giao từ "+was.Name+" ("+from+")")); err != nil {
			return err
		}
		left := was
		left.Disabled, left.Grants = true, nil
		if err := keepAdmin(tx, left); err != nil {
			return err
		}
		for _, login := range []string{from, next.Login} {
			if err := tx.SignOut(login); err != nil {
				return err
			}
		}
		return tx.PutUser(left, actor.Event(kpi.VerbHandOver, userObject(from), describe(was), "", "Bàn giao cho "+next.Name+" ("+next.Login+")"))
	})
	if err != nil {
		return "", err
	}
	return code, nil
}
