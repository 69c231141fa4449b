package app

import (
	"context"
	"fmt"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// DisableIdle disables the accounts that nobody has signed in to for the configured number of days, each with its event.
// The last admin stays: somebody must be able to enable the others.
func (a *App) DisableIdle(context.Context) error {
	if a.idleDays <= 0 {
		return nil
	}
	actor := a.System()
	before := actor.At.AddDate(0, 0, -a.idleDays)
	var idle []string
	err := a.store.View(func(tx *store.Tx) error {
		users, err := tx.Users()
		if err != nil {
			return err
		}
		for _, u := range users {
			if u.Disabled || !u.Created.Before(before) {
				continue
			}
			used, err := lastUse(tx, u.Login)
			if err != nil {
				return err
			}
			if used.Before(before) {
				idle = append(idle, u.Login)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("find idle accounts: %w", err)
	}
	for _, login := range idle {
		err := a.changeUser(actor, login, func(tx *store.Tx, u kpi.User) error {
			used, err := lastUse(tx, login)
			if err != nil || u.Disabled || !used.Before(before) { // signed in just now
				return err
			}
			return disable(tx, actor, u, fmt.Sprintf("không đăng nhập %d ngày", a.idleDays))
		})
		if err != nil && kpi.KindOf(err) != kpi.Conflict {
			return fmt.Errorf("disable idle account %s: %w", login, err)
		}
	}
	return nil
}

// lastUse returns when somebody last signed in to the account or an admin made it usable, the zero time if never.
func lastUse(tx *store.Tx, login string) (time.Time, error) {
	for ev, err := range tx.History(userObject(login)) {
		if err != nil {
			return time.Time{}, err
		}
		switch ev.Verb {
		case kpi.VerbSignIn, kpi.VerbPassword, kpi.VerbReset, kpi.VerbEnable, kpi.VerbAdd:
			return ev.At, nil
		}
	}
	return time.Time{}, nil
}
