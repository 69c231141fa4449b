package app

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// mayManageUsers returns nil for an admin and for the command line on the server.
func mayManageUsers(actor kpi.Actor) error {
	if actor.IsSystem() {
		return nil
	}
	return kpi.May(actor.User, kpi.ManageUsers)
}

// fieldError returns an Invalid error that belongs to one field of the form.
func fieldError(field, msg string) error {
	return &kpi.Error{Kind: kpi.Invalid, Msg: msg, Fields: map[string]string{field: msg}}
}

// CodeLife is how long the one-time code of a new or reset account signs in.
const CodeLife = 7 * 24 * time.Hour

// HasUsers reports whether there is any account, that is, whether the first admin has been set up.
func (a *App) HasUsers() (bool, error) {
	var has bool
	err := a.store.View(func(tx *store.Tx) error {
		users, err := tx.Users()
		has = len(users) > 0
		return err
	})
	return has, err
}

// ListUsers returns all accounts by login, without their passwords.
func (a *App) ListUsers(actor kpi.Actor) ([]kpi.User, error) {
	if err := mayManageUsers(actor); err != nil {
		return nil, err
	}
	var users []kpi.User
	err := a.store.View(func(tx *store.Tx) (err error) {
		users, err = tx.Users()
		return err
	})
	for i := range users {
		users[i].Password = ""
	}
	return users, err
}

// InitAdmin makes the first account, an admin with a password of the person's own. It is for the system actor, and
// only while there is no account at all. An Invalid error about the password names the field "new".
func (a *App) InitAdmin(actor kpi.Actor, login, name, password string) error {
	if !actor.IsSystem() {
		return kpi.Errorf(kpi.Denied, "Tài khoản quản trị đầu tiên chỉ được tạo khi cài đặt.")
	}
	u := tidy(kpi.User{Login: login, Name: name, Grants: []kpi.Grant{{Role: kpi.Admin}}, Created: actor.At})
	check := func(tx *store.Tx) error {
		users, err := tx.Users()
		if err == nil && len(users) > 0 {
			err = kpi.Errorf(kpi.Conflict, "Hệ thống đã có tài khoản. Đăng nhập bằng tài khoản quản trị.")
		}
		if err != nil {
			return err
		}
		return checkUser(tx, u)
	}
	if err := a.store.View(check); err != nil {
		return err
	}
	if err := checkPassword(password, u.Login, u.Name); err != nil {
		return err
	}
	u.Password = a.hash.make(password)
	return a.store.Update(func(tx *store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		return tx.PutUser(u, actor.Event(kpi.VerbAdd, userObject(u.Login), "", describe(u), ""))
	})
}

// AddUser makes an account with the login, name, contacts and grants of u. It returns the one-time code that is its
// first password.
func (a *App) AddUser(actor kpi.Actor, u kpi.User) (code string, err error) {
	codes, err := a.AddUsers(actor, []kpi.User{u})
	if err != nil {
		return "", err
	}
	return codes[tidy(u).Login], nil
}

// AddUsers makes all the accounts or none. It returns the one-time code of each by login.
func (a *App) AddUsers(actor kpi.Actor, list []kpi.User) (codes map[string]string, err error) {
	if err := mayManageUsers(actor); err != nil {
		return nil, err
	}
	users := make([]kpi.User, len(list))
	for i, u := range list {
		users[i] = tidy(kpi.User{Login: u.Login, Name: u.Name, Email: u.Email, Phone: u.Phone, Grants: u.Grants, MustChange: true, CodeEnds: actor.At.Add(CodeLife), Created: actor.At})
	}
	check := func(tx *store.Tx) error {
		seen := map[string]bool{}
		for _, u := range users {
			_, taken, err := tx.User(u.Login)
			if err != nil {
				return err
			}
			if taken || seen[u.Login] {
				return fieldError("login", fmt.Sprintf("Tên đăng nhập «%s» đã có. Chọn tên khác.", kpi.Clip(u.Login, 64)))
			}
			seen[u.Login] = true
			if err := checkUser(tx, u); err != nil {
				return err
			}
		}
		return nil
	}
	if err := a.store.View(check); err != nil {
		return nil, err
	}
	codes = map[string]string{}
	for _, u := range users {
		codes[u.Login] = oneTimeCode()
	}
	a.setPasswords(users, codes)
	err = a.store.Update(func(tx *store.Tx) error {
		if err := check(tx); err != nil {
			return err
		}
		for _, u := range users {
			if err := tx.PutUser(u, actor.Event(kpi.VerbAdd, userObject(u.Login), "", describe(u), "")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// setPasswords hashes the code of each user, two at a time: people who sign in meanwhile find room.
func (a *App) setPasswords(users []kpi.User, codes map[string]string) {
	next := make(chan *kpi.User)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for u := range next {
				u.Password = a.hash.make(codes[u.Login])
			}
		})
	}
	for i := range users {
		next <- &users[i]
	}
	close(next)
	wg.Wait()
}

// SetUser changes name, contacts and grants of the account u.Login; the rest of u is not looked at. A change of grants
// ends the account's sessions.
func (a *App) SetUser(actor kpi.Actor, u kpi.User) error {
	u = tidy(u)
	return a.changeUser(actor, u.Login, func(tx *store.Tx, was kpi.User) error {
		is := was
		is.Name, is.Email, is.Phone, is.Grants = u.Name, u.Email, u.Phone, u.Grants
		if err := checkUser(tx, is); err != nil {
			return err
		}
		sameGrants := slices.Equal(was.Grants, is.Grants)
		if sameGrants && was.Name == is.Name && was.Email == is.Email && was.Phone == is.Phone {
			return nil
		}
		if err := unchanged(tx, actor, userObject(is.Login)); err != nil {
			return err
		}
		if !sameGrants {
			if err := keepAdmin(tx, is); err != nil {
				return err
			}
			if err := tx.SignOut(is.Login); err != nil {
				return err
			}
		}
		var changed []string
		if was.Email != is.Email {
			changed = append(changed, "đổi thư điện tử")
		}
		if was.Phone != is.Phone {
			changed = append(changed, "đổi số điện thoại")
		}
		return tx.PutUser(is, actor.Event(kpi.VerbChange, userObject(is.Login), describe(was), describe(is), strings.Join(changed, ", ")))
	})
}

// ResetUser gives the account a new one-time code as password, which it returns. It ends the account's sessions and
// lifts what failed sign-ins have locked.
func (a *App) ResetUser(actor kpi.Actor, login string) (code string, err error) {
	if err := mayManageUsers(actor); err != nil {
		return "", err
	}
	code = oneTimeCode()
	phc := a.hash.make(code)
	err = a.changeUser(actor, login, func(tx *store.Tx, u kpi.User) error {
		u.Password, u.MustChange, u.CodeEnds = phc, true, actor.At.Add(CodeLife)
		if err := tx.SignOut(login); err != nil {
			return err
		}
		if err := tx.ClearFailures(login); err != nil {
			return err
		}
		if err := tx.PutDevices(login, nil); err != nil {
			return err
		}
		return tx.PutUser(u, actor.Event(kpi.VerbReset, userObject(login), "", "", ""))
	})
	if err != nil {
		return "", err
	}
	return code, nil
}

// DisableUser locks the account and ends its sessions. The last enabled admin cannot be disabled.
func (a *App) DisableUser(actor kpi.Actor, login string) error {
	return a.changeUser(actor, login, func(tx *store.Tx, u kpi.User) error {
		if u.Disabled {
			return nil
		}
		return disable(tx, actor, u, "")
	})
}

// disable locks an enabled account and ends its sessions.
func disable(tx *store.Tx, actor kpi.Actor, u kpi.User, reason string) error {
	u.Disabled = true
	if err := keepAdmin(tx, u); err != nil {
		return err
	}
	if err := tx.SignOut(u.Login); err != nil {
		return err
	}
	return tx.PutUser(u, actor.Event(kpi.VerbDisable, userObject(u.Login), "", "", reason))
}

// EnableUser lets a disabled account sign in again, with the password it had.
func (a *App) EnableUser(actor kpi.Actor, login string) error {
	return a.changeUser(actor, login, func(tx *store.Tx, u kpi.User) error {
		if !u.Disabled {
			return nil
		}
		u.Disabled = false
		return tx.PutUser(u, actor.Event(kpi.VerbEnable, userObject(login), "", "", ""))
	})
}

// changeUser runs fn with an account in a write transaction, for those who may manage accounts.
func (a *App) changeUser(actor kpi.Actor, login string, fn func(*store.Tx, kpi.User) error) error {
	if err := mayManageUsers(actor); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		u, ok, err := tx.User(login)
		if err != nil {
			return err
		}
		if !ok {
			return kpi.Errorf(kpi.NotFound, "Không có tài khoản «%s».", kpi.Clip(login, 64))
		}
		return fn(tx, u)
	})
}

// tidy returns u without stray spaces and without grants given twice.
func tidy(u kpi.User) kpi.User {
	u.Login = strings.ToLower(strings.TrimSpace(u.Login))
	u.Name = strings.Join(strings.Fields(u.Name), " ")
	u.Email = strings.TrimSpace(u.Email)
	u.Phone = strings.TrimSpace(u.Phone)
	var grants []kpi.Grant
	for _, g := range u.Grants {
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	u.Grants = grants
	return u
}

// checkUser returns an Invalid error if the account breaks a rule or names a unit that there is not.
func checkUser(tx *store.Tx, u kpi.User) error {
	if u.Login == kpi.System(u.Created).User.Login {
		return fieldError("login", fmt.Sprintf("Tên đăng nhập «%s» dành riêng cho hệ thống. Chọn tên khác.", u.Login))
	}
	if err := u.Validate(); err != nil {
		return err
	}
	if u.Email != "" {
		if at, err := mail.ParseAddress(u.Email); err != nil || at.Address != u.Email || len(u.Email) > 254 {
			return fieldError("email", fmt.Sprintf("Thư điện tử của tài khoản %s không đúng dạng ten@coquan.gov.vn.", u.Login))
		}
	}
	if len(u.Phone) > 20 || strings.ContainsFunc(u.Phone, func(r rune) bool { return !strings.ContainsRune("0123456789 +.()-", r) }) {
		return fieldError("phone", fmt.Sprintf("Số điện thoại của tài khoản %s chỉ gồm chữ số, dấu cách và dấu +, tối đa 20 ký tự.", u.Login))
	}
	for _, unit := range u.Units(kpi.Roles()...) {
		_, err := tx.Unit(unit)
		if kpi.KindOf(err) == kpi.NotFound {
			return fieldError("grants", fmt.Sprintf("Tài khoản %s: không có đơn vị mã «%s».", u.Login, kpi.Clip(unit, 32)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keepAdmin returns a Conflict error if nobody were left to manage accounts once u is stored.
func keepAdmin(tx *store.Tx, u kpi.User) error {
	users, err := tx.Users()
	if err != nil {
		return err
	}
	before, after := false, false
	for _, x := range users {
		before = before || !x.Disabled && x.HasRole(kpi.Admin)
		if x.Login == u.Login {
			x = u
		}
		after = after || !x.Disabled && x.HasRole(kpi.Admin)
	}
	if before && !after {
		return kpi.Errorf(kpi.Conflict, "%s là tài khoản quản trị duy nhất đang hoạt động. Giao vai trò Quản trị cho một tài khoản khác trước.", u.Login)
	}
	return nil
}

// describe tells name and grants: «Nguyễn Văn An: Nhập liệu SYT; Lãnh đạo».
func describe(u kpi.User) string {
	grants := make([]string, len(u.Grants))
	for i, g := range u.Grants {
		grants[i] = strings.TrimSpace(g.Role.Label() + " " + g.Unit)
	}
	return u.Name + ": " + strings.Join(grants, "; ")
}

// wordsAbout returns what others know of a person, which no password may consist of.
func wordsAbout(tx *store.Tx, u kpi.User) ([]string, error) {
	words := []string{u.Login, u.Name}
	for _, code := range u.Units(kpi.Roles()...) {
		unit, err := tx.Unit(code)
		if err != nil {
			return nil, err
		}
		words = append(words, unit.Code, unit.Name)
	}
	return words, nil
}
