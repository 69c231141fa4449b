package app

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// OpenSession is a session as its person knows it.
type OpenSession struct {
	ID     string // for EndSession; of no use for signing in
	Device string // «Chrome trên Windows», "" if unknown
	Addr   string
	Since  time.Time
	Seen   time.Time // within a minute
	Own    bool      // the one that asks
}

// maxSessions bounds how many sessions of an account are shown.
const maxSessions = 100

const sessionID = 16 // characters of the hash of a token

// OpenSessions returns the sessions of the actor's own account, or of another one to those who manage accounts, the
// one used last first. token is the actor's.
func (a *App) OpenSessions(actor kpi.Actor, login, token string) ([]OpenSession, error) {
	if err := mayEnd(actor, login); err != nil {
		return nil, err
	}
	var list []OpenSession
	err := a.store.View(func(tx *store.Tx) error {
		all, err := tx.Sessions(login)
		for _, s := range all {
			if !s.Half && actor.At.Before(SessionEnd(s.Session)) {
				list = append(list, OpenSession{s.Hash[:sessionID], s.Device, s.Addr, s.Created, s.Seen, s.Hash == tokenHash(token)})
			}
		}
		return err
	})
	slices.SortFunc(list, func(a, b OpenSession) int { return cmp.Or(b.Seen.Compare(a.Seen), b.Since.Compare(a.Since)) })
	return list[:min(len(list), maxSessions)], err
}

// mayEnd returns nil for the account's own person and for those who manage accounts.
func mayEnd(actor kpi.Actor, login string) error {
	if actor.User.Login == login {
		return nil
	}
	return mayManageUsers(actor)
}

// EndSession ends one session of the account. Ending one that has ended is no error.
func (a *App) EndSession(actor kpi.Actor, login, id string) error {
	_, err := a.endSessions(actor, login, func(hash string) bool { return hash[:sessionID] == id })
	return err
}

// EndSessions ends the sessions of the account but that of the token, and returns how many it ended.
func (a *App) EndSessions(actor kpi.Actor, login, token string) (int, error) {
	keep := tokenHash(token)
	return a.endSessions(actor, login, func(hash string) bool { return hash != keep })
}

func (a *App) endSessions(actor kpi.Actor, login string, which func(hash string) bool) (n int, err error) {
	if err := mayEnd(actor, login); err != nil {
		return 0, err
	}
	err = a.store.Update(func(tx *store.Tx) error {
		n = 0
		all, err := tx.Sessions(login)
		if err != nil {
			return err
		}
		for _, s := range all {
			if !which(s.Hash) {
				continue
			}
			if err := tx.DropSession(s.Hash); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return nil
		}
		return tx.Log(actor.Event(kpi.VerbEnd, userObject(login), "", fmt.Sprintf("%d phiên", n), ""))
	})
	return n, err
}

// Proved reports whether the person at the session has proved who they are lately enough for a critical act.
func Proved(s store.Session, now time.Time) bool { return now.Sub(s.Proved) < proofLife }

// Prove notes on the actor's session that they have just given their password. The error is Invalid, on the field
// "proof", if it is another one, and Busy after too many of these.
func (a *App) Prove(actor kpi.Actor, token, password string) error {
	login, hash := actor.User.Login, tokenHash(token)
	limits := proofLimits(login)
	var user kpi.User
	err := a.store.View(func(tx *store.Tx) (err error) {
		if user, _, err = session(tx, hash, actor.At); err != nil {
			return err
		}
		return stop(tx, limits, actor.At)
	})
	if err != nil {
		return err
	}
	ok, _, err := a.hash.verify(user.Password, password)
	if err != nil {
		return fmt.Errorf("verify password of %s: %w", login, err)
	}
	var refused error
	err = a.store.Update(func(tx *store.Tx) error {
		if refused = stop(tx, limits, actor.At); refused != nil {
			return refused
		}
		u, s, err := session(tx, hash, actor.At)
		if err != nil {
			return err
		}
		if !ok || s.Login != login || u.Password != user.Password {
			refused = fieldError("proof", "Mật khẩu không đúng.")
			if err := fail(tx, limits, actor.At); err != nil {
				return err
			}
			return tx.Log(actor.Event(kpi.VerbRefuse, userObject(login), "", "", "Xác nhận lại mật khẩu không thành công"))
		}
		if err := succeed(tx, limits); err != nil {
			return err
		}
		s.Proved = actor.At
		return tx.PutSession(hash, s)
	})
	if err == nil {
		err = refused
	}
	return err
}
